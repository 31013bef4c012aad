"""What an answer amounts to, apart from what the hostile server shows already."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.http.verdict import binary, is_consent, is_soft_404, wall


@pytest.mark.parametrize("head", ["<html>", "é", "日本語", "  {}", "%PD", "GIF is a format", "P", ""])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_text_in_any_encoding_is_no_binary(head, encoding):
    assert binary(head.encode(encoding)) is None


def test_a_stray_nul_makes_no_binary():
    assert binary(b"<rss>" + b"text " * 20 + b"\0") is None


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])).filter(lambda text: not text.startswith(("ID3", "OggS", "fLaC", "GIF8", "wOF", "BZh", "PK", "%PDF"))))  # fmt: skip
def test_letters_are_never_a_binary(text):
    assert binary(("<" + text).encode()) is None


@pytest.mark.parametrize(
    ("status", "headers", "body", "vendor"),
    [
        (200, {"cf-mitigated": "challenge"}, b"", "Cloudflare"),
        (202, {"x-amzn-waf-action": "challenge"}, b"", "AWS WAF"),
        (429, {"x-vercel-mitigated": "challenge"}, b"", "Vercel"),
        (403, {"x-iinfo": "1"}, b"", "Imperva"),
        (503, {"x-iinfo": "1"}, b"", None),  # the site itself is down; its network only says so
        (200, {"server": "AkamaiGHost"}, b"", None),
        (401, {"server": "AkamaiGHost"}, b"", None),
        (403, {"server": "nginx"}, b"Forbidden", None),
        (200, {}, b"px-captcha" + b" " * 50_000, None),
        (404, {}, b"px-captcha", None),
    ],
)
def test_a_wall_is_told_from_a_site_behind_the_same_network(status, headers, body, vendor):
    assert wall(status, headers, body) == vendor


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://consent.example.org/v2", True),
        ("https://myprivacy.example.nl/consent?x", True),
        ("https://example.org/cookiewall", True),
        ("https://example.org/news/consent", False),
        ("https://consentful.example.org/", False),
    ],
)
def test_consent_walls_are_known_by_host_or_first_segment(url, expected):
    assert is_consent(url) is expected


@pytest.mark.parametrize(
    ("asked", "answered", "expected"),
    [
        ("http://a.org/2026/x", "https://www.a.org/", True),
        ("http://a.org/x", "http://a.org/error-404.html", True),
        ("http://a.org/404", "https://a.org/404", False),  # asked for as such
        ("http://a.org/", "https://a.org/en/", False),
        ("http://a.org/?p=7", "http://a.org/2026/x", False),
        ("http://a.org/x", "http://a.org/?p=7", False),
        ("http://a.org/x", "http://a.org/news/404-soldiers-found", False),
    ],
)
def test_soft_404s_are_few_and_certain(asked, answered, expected):
    assert is_soft_404(asked, answered) is expected
