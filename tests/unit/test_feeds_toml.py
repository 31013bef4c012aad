"""The feeds file that we ship is what it says it is."""

import re
from pathlib import Path

import pytest

from pipeline.subscriptions import KINDS, Subscription, feed_id, from_opml, from_toml, read, to_opml

FILE = Path(__file__).parents[2] / "config" / "feeds.toml"
TEXT = FILE.read_text(encoding="utf-8")
FEEDS = from_toml(TEXT, "config/feeds.toml")

# a country in each of the regions where people fight, or an outlet in its exile
WATCHED = [
    "UKR",
    "RUS",
    "ISR",
    "LBN",
    "SYR",
    "IRQ",
    "IRN",
    "YEM",
    "SDN",
    "SSD",
    "ETH",
    "SOM",
    "COD",
    "MLI",
    "BFA",
    "NGA",
]
WATCHED += ["MMR", "AFG", "PAK", "IND", "COL", "MEX", "HTI", "ARM", "AZE", "CAF", "CMR", "LBY", "MOZ"]


def sections() -> dict[str, list[Subscription]]:
    parts = re.split(r"^# --- (.+?) -+$", TEXT, flags=re.MULTILINE)
    return {title: from_toml(body, title) for title, body in zip(parts[1::2], parts[2::2], strict=True)}


def test_there_are_enough_feeds_in_enough_languages():
    assert len(FEEDS) >= 100
    assert len({one.language.partition("-")[0] for one in FEEDS}) >= 14
    assert sum(one.language != "en" for one in FEEDS) >= len(FEEDS) / 3


@pytest.mark.parametrize("country", WATCHED)
def test_there_is_a_voice_from_where_people_fight(country):
    assert country in {one.country for one in FEEDS}


def test_no_feed_is_there_twice():
    assert len({feed_id(one.url) for one in FEEDS}) == len(FEEDS)
    assert len({feed_id(re.sub("^http:", "https:", one.url)) for one in FEEDS}) == len(FEEDS)
    assert read([FILE]) == FEEDS


@pytest.mark.parametrize("field", Subscription.__dataclass_fields__)
def test_every_feed_says_all_that_is_known(field):
    if field != "tag":
        assert not [one.url for one in FEEDS if not getattr(one, field)]


def test_nothing_is_claimed_that_was_not_checked():
    assert {one.status for one in FEEDS} == {"unverified"}
    assert all("general knowledge" in one.from_ or "/" in one.from_ for one in FEEDS)


def test_addresses_are_https_where_that_is_known():
    assert sum(one.url.startswith("https://") for one in FEEDS) >= len(FEEDS) - 5


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_source_is_there(kind):
    assert sum(one.kind == kind for one in FEEDS) >= 10


def test_sections_are_by_region_and_sorted_within():
    found = sections()
    assert sum(map(len, found.values())) == len(FEEDS)
    assert list(found) == sorted(found)
    for title, feeds in found.items():
        places = [(one.country, one.url) for one in feeds]
        assert places == sorted(places), title


def test_it_goes_to_other_programs_and_back():
    assert from_opml(to_opml(FEEDS), "x") == FEEDS


def test_the_head_explains_every_key():
    head = TEXT.partition("# ---")[0]
    for key in ("url", "name", "outlet", "country", "language", "kind", "status", "from", "as_of"):
        assert re.search(rf"\b{key}\b", head), key
