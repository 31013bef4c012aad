"""What an entry, its request and its page make together."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from lxml.html import document_fromstring

from pipeline.article.compose import PageText, compose
from pipeline.article.facts import Facts
from pipeline.article.signs import read_signs
from pipeline.errors import Outcome
from pipeline.types import Fetch, PageJob

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
DAY = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
JOB = PageJob(
    entry_id="e",
    feed_id="f",
    source_id="s",
    source_name="Example Times",
    language_hint=None,
    guid="g",
    link="https://www.example.org/news/a?utm_source=rss",
    url_key="example.org/news/a",
    title="Shells fall on port - Example Times",
    summary="Shells fell.",
    content=None,
    authors=(),
    published_raw="Mon, 09 Mar 2026 08:30:00 GMT",
    published_at=DAY,
    published_precision="second",
    published_reason=None,
    first_seen_at=NOW,
)
FETCH = Fetch(
    fetch_id="q",
    kind="page",
    feed_id="f",
    url=JOB.link,
    final_url="https://www.example.org/news/a",
    requested_at=NOW,
    outcome=Outcome.OK,
    raw_ref="w:1",
)
FACTS = Facts(
    title="Page title",
    site_name=None,
    description=None,
    canonical_url="/news/a",
    authors=("Ann Lee",),
    language="en",
    dates=(("json_ld", "2026-03-09T08:31:00Z"),),
    updated=("2026-03-09T09:00:00Z",),
)
PAGE = PageText(
    text="One two three four five six seven eight nine.\nTen.", language="en", language_confidence=0.9, facts=FACTS
)


def make(job=JOB, fetch=FETCH, page=PAGE):
    return compose(job, fetch, page, now=NOW)


def test_a_page_gives_the_text_and_the_feed_the_title_without_the_outlet():
    article, _ = make()
    assert (article.text_from, article.text_reason, article.title) == ("page", None, "Shells fall on port")
    assert article.url == "https://www.example.org/news/a"
    assert (article.canonical_url, article.authors) == ("https://www.example.org/news/a", ("Ann Lee",))


def test_the_feeds_date_is_taken_and_the_others_are_kept_with_the_reason():
    article, dates = make()
    assert (article.published_at, article.published_from) == (DAY, "feed")
    assert [(d.origin, d.is_accepted, d.reason) for d in dates] == [
        ("feed", True, None),
        ("json_ld", False, "agrees; feed was taken"),
    ]


def test_a_date_that_the_feed_garbled_is_taken_from_the_page():
    job = replace(
        JOB, published_raw="30 Feb 2026", published_at=None, published_precision=None, published_reason="no such day"
    )
    article, dates = make(job)
    assert (article.published_from, dates[0].reason) == ("json_ld", "no such day")


def test_a_date_that_nobody_states_is_null_with_a_reason():
    job = replace(JOB, published_raw=None, published_at=None, published_precision=None)
    article, dates = make(job, page=replace(PAGE, facts=replace(FACTS, dates=())))
    assert (article.published_at, dates) == (None, ())
    assert article.published_reason == "nothing states a date"


def test_a_date_after_we_fetched_is_refused():
    job = replace(JOB, published_raw=None, published_at=None, published_precision=None)
    late = (NOW + timedelta(days=3)).isoformat()
    article, _ = make(job, page=replace(PAGE, facts=replace(FACTS, dates=(("meta", late),))))
    assert article.published_at is None
    assert "future" in article.published_reason


def test_the_address_gives_a_day_and_no_more():
    link = "https://example.org/2026/03/08/shells"
    job = replace(JOB, published_raw=None, published_at=None, link=link, url_key="example.org/2026/03/08/shells")
    article, _ = make(job, page=replace(PAGE, facts=replace(FACTS, dates=())))
    assert (article.published_from, article.published_precision) == ("url", "day")


@pytest.mark.parametrize("outcome", [Outcome.HTTP_404, Outcome.ROBOTS, Outcome.TIMEOUT_TOTAL])
def test_a_page_that_cannot_be_had_leaves_the_feeds_words(outcome):
    retry = NOW + timedelta(days=1)
    article, _ = make(fetch=replace(FETCH, outcome=outcome, raw_ref=None, retry_at=retry), page=None)
    assert (article.text, article.text_from, article.text_reason) == ("Shells fell.", "feed", outcome.value)
    assert (article.is_truncated, article.page_retry_at, article.n_page_tries) == (True, retry, 1)
    assert article.final_key is None


def test_full_text_in_the_feed_is_not_truncated():
    article, _ = make(replace(JOB, content="All of it."), replace(FETCH, outcome=Outcome.HTTP_404), None)
    assert (article.text, article.is_truncated) == ("All of it.", False)


def test_a_page_without_text_leaves_the_feeds_words():
    assert make(page=replace(PAGE, text="Play video"))[0].text_reason == "no_text"
    assert make(page=PageText(failure="parser_timeout"))[0].text_reason == "parser_timeout"


def test_an_entry_without_an_address_is_an_article_of_its_own():
    article, _ = make(replace(JOB, link=None, url_key=None), None, None)
    assert (article.url, article.text_from, article.text_reason) == (None, "feed", "no_address")


def test_a_front_door_that_answered_for_the_article_is_no_alias():
    assert make(fetch=replace(FETCH, final_url="https://www.example.org/"))[0].final_key is None
    assert make(fetch=replace(FETCH, final_url="https://www.example.org/b"))[0].final_key == "example.org/b"


def test_a_first_line_that_repeats_the_title_is_no_text():
    page = replace(PAGE, text=f"SHELLS fall on port!\n{PAGE.text}")
    assert make(page=page)[0].text_sha256 == make()[0].text_sha256


def test_copies_with_other_case_space_and_punctuation_have_one_hash():
    page = replace(PAGE, text="ONE two, three — four five\n\nsix seven eight nine ten")
    assert make(page=page)[0].text_sha256 == make()[0].text_sha256


def test_scripts_without_spaces_count_by_the_sign():
    assert make(page=replace(PAGE, text="边境城市遭到炮击三人死亡 2026"))[0].n_words == 13


def test_the_id_depends_on_the_address_alone():
    other = replace(JOB, link="http://example.org/news/a/", title="Other", feed_id="x")
    assert make(other)[0].article_id == make()[0].article_id


def test_a_title_that_the_feed_cut_is_taken_from_the_page():
    facts = replace(FACTS, titles=(("heading", "Shells fall on port and city"),))
    assert make(replace(JOB, title="Shells fall on port …"), page=replace(PAGE, facts=facts))[0].title.endswith("city")
    assert make(replace(JOB, title="Other news …"), page=replace(PAGE, facts=facts))[0].title == "Other news …"
    assert make(replace(JOB, title="Example Times"), page=replace(PAGE, facts=facts))[0].title.endswith("city")


def test_the_feeds_author_is_taken_unless_it_is_the_outlet():
    assert make(replace(JOB, authors=("By Bo Ek",)))[0].authors == ("Bo Ek",)
    assert make(replace(JOB, authors=("Example Times",)))[0].authors == ("Ann Lee",)


def test_tags_are_the_pages_and_the_feeds_each_once():
    job = replace(JOB, categories=("war", "Port"))
    assert make(job, page=replace(PAGE, facts=replace(FACTS, tags=("War", "Shelling"))))[0].tags == (
        "War",
        "Shelling",
        "Port",
    )


def test_a_picture_has_an_absolute_web_address_or_none():
    def picture(address):
        return make(page=replace(PAGE, facts=replace(FACTS, image_url=address)))[0].image_url

    assert picture("/a.jpg") == "https://www.example.org/a.jpg"
    assert picture("//cdn.example.org/a.jpg") == "https://cdn.example.org/a.jpg"
    assert (picture("data:image/png;base64,xx"), picture("http://[")) == (None, None)


def test_the_declared_region_stays_with_the_language_of_the_text():
    assert make(page=replace(PAGE, facts=replace(FACTS, language="en_GB")))[0].language == "en-GB"
    article, _ = make(page=replace(PAGE, facts=replace(FACTS, language="de"), language_confidence=1.0))
    assert (article.language, article.language_confidence) == ("en", 1.0)


def signs_of(html):
    return read_signs(document_fromstring(html))


def test_what_is_no_article_leaves_the_feeds_words_and_its_kind():
    signs = signs_of(
        "<html><head><title>Page not found</title></head><body><h1>Page not found</h1><p>Try a search.</p>"
    )
    article, dates = make(page=replace(PAGE, text="Page not found. It may have moved. Try a search.", signs=signs))
    assert (article.text, article.text_from) == ("Shells fell.", "feed")
    assert (article.text_reason, article.page_kind) == ("soft_404", "soft_404")
    assert {date.origin for date in dates} == {"feed"}  # such a page's dates are nobody's
    assert article.page_text_sha256 is not None


def test_of_a_paywalls_teaser_and_the_feeds_text_the_longer_stands():
    html = (
        '<html><head><meta property="article:content_tier" content="locked"></head><body><h1>Shells fall on port</h1>'
    )
    page = replace(PAGE, signs=signs_of(html))
    teaser, _ = make(page=page)
    assert (teaser.page_kind, teaser.text_from, teaser.text_reason, teaser.is_truncated) == (
        "paywall",
        "page",
        None,
        True,
    )
    more, _ = make(replace(JOB, content="More words than the teaser has. " * 5), page=page)
    assert (more.page_kind, more.text_from, more.text_reason) == ("paywall", "feed", "paywall")
    assert more.canonical_url is not None


def test_a_wall_is_tried_again_in_a_day():
    signs = signs_of("<html><head><title>Just a moment...</title></head><body><p>Verify you are human</p>")
    article, _ = make(page=replace(PAGE, text="Verify you are human to go on with the page", signs=signs))
    assert (article.page_kind, article.page_retry_at) == ("blocked", NOW + timedelta(days=1))


def test_a_placeholder_is_no_article():
    html = "<html><body><h1>Shells fall on port</h1>"
    assert make(page=replace(PAGE, signs=signs_of(html), is_repeated=True))[0].text_reason == "repeated"


def test_an_outcome_that_is_a_kind_of_page_is_named_as_one():
    article, _ = make(fetch=replace(FETCH, outcome=Outcome.CONSENT, raw_ref=None), page=None)
    assert (article.page_kind, article.text_reason) == ("consent", "consent")
