"""Which article an address leads to, whatever came first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from pipeline.identity import Candidate, resolve
from pipeline.types import Address
from pipeline.url import is_home, short_hash, url_key

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
WAR = " ".join(f"Shells fell on quarter {n} of the town while people slept." for n in range(12))
FAIR = " ".join(f"Farmer {n} showed the jury a pumpkin as large as a cart." for n in range(12))


def page(url, text=WAR, *, canonical=None, amp=None, title="Shells fall", at=NOW, final=None):
    final = final or url
    return Candidate(
        article_id=short_hash("url", url_key(url)),
        url=url,
        url_key=url_key(url),
        final_url=final,
        final_key=None if is_home(final) else url_key(final),
        canonical_url=canonical,
        amp_url=amp,
        title=title,
        text=text,
        published_at=at,
        first_seen_at=NOW,
    )


class Store:
    """What the load does with a resolution, in memory."""

    def __init__(self):
        self.articles: dict[str, Candidate] = {}
        self.addresses: dict[tuple[str, str], Address] = {}

    def load(self, *given):
        done = resolve(given, list(self.articles.values()), list(self.addresses.values()))
        for one in given:
            self.articles.setdefault(
                done.targets[one.article_id], replace(one, article_id=done.targets[one.article_id])
            )
        self.addresses |= {(row.url_key, row.article_id): row for row in done.addresses}
        return self

    @property
    def leading(self):
        return {row.url_key: row.article_id for row in self.addresses.values() if row.reason is None}

    @property
    def groups(self):
        """The sets of addresses that lead to one article."""
        return {frozenset(k for k, a in self.leading.items() if a == one) for one in self.articles} - {frozenset()}

    def reasons(self):
        return sorted(row.reason for row in self.addresses.values() if row.reason)


def test_a_canonical_address_is_an_alias_where_nothing_speaks_against_it():
    store = Store().load(
        page("https://a.example/x/shells-fall-on-town", canonical="https://a.example/shells-fall-on-town")
    )
    assert store.groups == {frozenset({"a.example/x/shells-fall-on-town", "a.example/shells-fall-on-town"})}
    assert not store.reasons()


@pytest.mark.parametrize(
    ("canonical", "reason"),
    [
        ("https://a.example/", "a front door"),
        ("https://a.example/en/", "a front door"),
        ("https://a.example/news", "a section"),
        ("https://a.example/2026", "a section"),
        ("https://b.example/shells-fall-on-town", "another host, which doesn't say the same"),
    ],
)
def test_a_claim_that_proves_nothing_is_kept_with_its_reason(canonical, reason):
    store = Store().load(page("https://a.example/2026/shells-fall-on-town", canonical=canonical))
    assert store.groups == {frozenset({"a.example/2026/shells-fall-on-town"})}
    assert store.reasons() == [reason]


MOBILE = page("https://m.a.example/shells-fall-on-town", canonical="https://a.example/shells-fall-on-town")
PLAIN = page("https://a.example/shells-fall-on-town", amp="https://a.example/shells-fall-on-town/amp")
AMP = page("https://a.example/shells-fall-on-town/amp", canonical="https://a.example/shells-fall-on-town")
LIAR = page("https://a.example/the-fair-is-open", FAIR, canonical="https://a.example/shells-fall-on-town", title="Fair")


@pytest.mark.parametrize("order", list(permutations([MOBILE, PLAIN, AMP, LIAR])))
def test_versions_of_a_page_are_one_article_and_a_liar_another_whatever_came_first(order):
    together, apart = Store().load(*order), Store()
    for one in order:
        apart.load(one)
    expected = {frozenset({MOBILE.url_key, PLAIN.url_key, AMP.url_key}), frozenset({LIAR.url_key})}
    assert together.groups == apart.groups == expected


@pytest.mark.parametrize("is_together", [True, False])
def test_an_address_that_several_texts_declare_is_nobodys(is_together):
    pages = [
        page(f"https://a.example/{name}-of-the-day", text, canonical="https://a.example/all-of-the-news")
        for name, text in (("war", WAR), ("fair", FAIR))
    ]
    store = Store().load(*pages) if is_together else Store().load(pages[0]).load(pages[1])
    assert store.groups == {frozenset({one.url_key}) for one in pages}
    assert store.reasons() == ["several texts declare it"] * 2


def test_two_hosts_that_declare_one_another_share_an_article():
    amp = page("https://cache.example/a/shells-fall-on-town", canonical="https://a.example/shells-fall-on-town")
    plain = page("https://a.example/shells-fall-on-town", amp=amp.url)
    for order in ((amp, plain), (plain, amp)):
        assert len(Store().load(*order).groups) == 1


def test_near_copies_that_declare_nothing_stay_apart():
    assert (
        len(Store().load(page("https://a.example/one-of-the-two"), page("https://b.example/two-of-the-two")).groups)
        == 2
    )


OLD = page("https://a.example/live")
NEW = page("https://a.example/live", FAIR, title="Fair opens", at=NOW + timedelta(days=2))


def test_an_address_used_again_leads_to_the_later_article_and_ids_last():
    store = Store().load(OLD).load(NEW)
    assert len(store.articles) == 2
    assert store.articles[store.leading["a.example/live"]].text == FAIR
    ids = set(store.articles)
    for again in (OLD, NEW, OLD):
        store.load(again)
    assert set(store.articles) == ids
    assert store.articles[store.leading["a.example/live"]].text == FAIR
    assert store.reasons() == ["serves another article"]


def test_the_later_article_has_the_address_also_when_it_came_first():
    store = Store().load(NEW).load(OLD)
    assert len(store.articles) == 2
    assert store.articles[store.leading["a.example/live"]].text == FAIR


@pytest.mark.parametrize(
    "again",
    [
        page("http://www.a.example/live/?utm_source=x#top", FAIR, title="Fair opens"),
        page("https://a.example/live", WAR, title="Fair opens", at=NOW + timedelta(days=2)),
        page("https://a.example/live", FAIR, at=NOW + timedelta(days=2)),
        page("https://a.example/live", FAIR, title="Fair opens", at=None),
    ],
)
def test_another_text_or_title_or_day_alone_makes_no_new_article(again):
    assert len(Store().load(OLD).load(again).articles) == 1
