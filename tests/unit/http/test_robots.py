"""robots.txt after RFC 9309, however it is written."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import Outcome
from pipeline.http.addresses import read_target
from pipeline.http.failure import FetchError
from pipeline.http.robots import parse_rules


def is_allowed(text, path):
    try:
        parse_rules(text.encode() if isinstance(text, str) else text).insist(read_target(f"http://news.example{path}"))
    except FetchError as refused:
        assert refused.outcome is Outcome.ROBOTS  # noqa: PT017 # a refusal is as good an end as a result
        return False
    return True


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("User-agent: *\nDisallow: /a", "/a/b", False),
        ("User-agent: *\nDisallow: /a", "/b", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: ConflictWire\nAllow: /", "/a", True),
        ("User-agent: ConflictWire/2.0\nDisallow: /a\n\nUser-agent: *\nAllow: /", "/a", False),
        ("User-agent: conflict\nDisallow: /\n\nUser-agent: *\nAllow: /", "/a", True),
        ("User-agent: wire\nUser-agent: conflictwire-images\nDisallow: /", "/a", True),
        ("User-agent: GPTBot\nUser-agent: *\nDisallow: /a", "/a", False),
        ("User-agent: GPTBot\nDisallow: /", "/a", True),
        ("user-agent *\ndisallow /a", "/a", False),
        ("User agent: *\nDisallow: /a", "/a", False),
        ("\ufeffUser-agent: * # all\r\nDisallow: /a # here\r\n", "/a", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x.pdf?y", True),
        ("User-agent: *\nDisallow: /caf\u00e9", "/caf%C3%A9", False),
        ("Users are welcome\nUser-agent: *\nDisallow: /a", "/a", False),
        ("Disallow: /", "/a", True),
        ("<html>nothing here</html>", "/a", True),
        (b"User-agent: *\nDisallow: /a\n\xff\xfe\x00", "/a", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
    ],
)
def test_rules(text, path, expected):
    assert is_allowed(text, path) is expected


@pytest.mark.parametrize(("text", "delay"), [("Crawl-delay: 10", 10), ("crawl-delay: 0.5", 0.5), ("Crawl-delay: -1", 0), ("Crawl-delay: nan", 0), ("Crawl-delay: inf", 0), ("Crawl-delay: ten", 0)])  # fmt: skip
def test_crawl_delay_is_a_sane_number_of_seconds(text, delay):
    assert parse_rules(f"User-agent: *\n{text}".encode()).crawl_delay_s == delay


@given(st.binary(max_size=400))
def test_no_bytes_break_the_parser(body):
    is_allowed(body, "/a")
    is_allowed(b"User-agent: *\nDisallow: " + body, "/a")


AGENTS = b"".join(b"User-agent: bot%d\n" % i for i in range(15_000)) + b"Disallow: /x\n" * 15_000


@pytest.mark.parametrize("body", [AGENTS, b"User-agent: *\nDisallow: /" + b"*a" * 250_000 + b"b", b"User-agent: *\n" + (b"Disallow: /" + b"*a" * 500 + b"b\n") * 500, b"User-agent" + b" " * 500_000 + b"x"], ids=["agents times rules", "one wild rule", "wild rules", "blanks"])  # fmt: skip
def test_half_a_megabyte_made_to_hurt_is_over_soon(body):
    started = time.process_time()
    is_allowed(body, "/" + "a" * 2000)
    assert time.process_time() - started < 5
