"""When are two addresses the same?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import BadUrlError
from pipeline.url import host_of, host_port_of, is_home, normalize_url, short_hash, url_key

TRACKERS = ("utm_source=rss", "utm_medium=feed", "fbclid=IwAR0", "gclid=x", "at_campaign=64", "mc_cid=1", "cmpid=rss")
WORDS = st.text("abcdefghijklmnopqrstuvwxyzé日 %/._-~", min_size=1, max_size=12).map(lambda word: word.strip() or "x")
QUERIES = st.lists(st.tuples(st.sampled_from(["id", "page", "q", "lang"]), WORDS), max_size=4)
ADDRESSES = st.builds(
    lambda scheme, host, path, query: (
        f"{scheme}://{host}/{path}" + ("?" if query else "") + "&".join("=".join(p) for p in query)
    ),
    st.sampled_from(["http", "https", "HTTP"]),
    st.sampled_from(["example.org", "WWW.Example.org", "bücher.example", "127.0.0.1:8080", "[::1]:9000"]),
    WORDS,
    QUERIES,
)


@given(ADDRESSES)
def test_normalizing_twice_changes_nothing(url):
    once = normalize_url(url)
    assert normalize_url(once) == once
    assert once.isascii()


@given(ADDRESSES, st.lists(st.sampled_from(TRACKERS), min_size=1, max_size=4), st.randoms())
def test_tracking_parameters_and_their_order_make_no_other_address(url, trackers, random):
    head, _, query = url.partition("?")
    pairs = [pair for pair in query.split("&") if pair]
    shuffled = pairs + trackers
    random.shuffle(shuffled)
    assert normalize_url(f"{head}?{'&'.join(shuffled)}") == normalize_url(
        f"{head}?{'&'.join(pairs)}" if pairs else head
    )


@pytest.mark.parametrize(
    "other",
    [
        "http://example.org/news/a",
        "https://www.example.org/news/a",
        "https://EXAMPLE.org:443/news/a/",
        "https://example.org/news/a?utm_source=x#comments",
        "https://example.org/news/%61",
        " https://exam\nple.org/news/a",
    ],
)
def test_spellings_of_one_page_share_a_key(other):
    assert url_key(other) == url_key("https://example.org/news/a")


@pytest.mark.parametrize(
    "other",
    [
        "https://example.org/news/b",
        "https://example.org/news/a?page=2",
        "https://example.org:8443/news/a",
        "https://m.example.org/news/a",
    ],
)
def test_other_pages_have_other_keys(other):
    assert url_key(other) != url_key("https://example.org/news/a")


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "example.org/a",
        "javascript:alert(1)",
        "ftp://example.org/",
        "http://",
        "http:///a",
        "http://a b/",
        "http://[::1/",
        "http://x:99999/",
        "https://example.org/" + "a" * 2100,
    ],
)
def test_what_is_no_address_is_refused_in_words(bad):
    with pytest.raises(BadUrlError):
        normalize_url(bad)


@given(st.text(max_size=200))
def test_any_text_is_an_address_or_is_refused(text):
    for candidate in (text, f"http://{text}", f"https://example.org/{text}"):
        try:
            normalize_url(candidate)
        except BadUrlError:
            continue


@pytest.mark.parametrize(
    "url", ["https://a.example/", "https://a.example", "https://a.example/en/", "https://a.example/index.html"]
)
def test_a_front_door_identifies_no_article(url):
    assert is_home(url)


@pytest.mark.parametrize("url", ["https://a.example/?p=12", "https://a.example/en/story", "https://a.example/2026/"])
def test_a_story_is_no_front_door(url):
    assert not is_home(url)


def test_a_port_belongs_to_the_host():
    assert host_of("http://Example.org:80/x") == "example.org"
    assert host_of("http://example.org:8080/x") == "example.org:8080"


def test_parts_of_an_id_cannot_run_into_one_another():
    assert short_hash("ab", "c") != short_hash("a", "bc")


@pytest.mark.parametrize(
    ("url", "written"),
    [("https://a.example/x", "a.example:443"), ("http://A.example", "a.example:80"), ("http://[::1]:81/", "[::1]:81")],
)
def test_an_exception_names_the_port(url, written):
    assert host_port_of(url) == written
