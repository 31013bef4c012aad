"""Hostile text and markup become plain text, whatever they are and in the time that they are worth."""

import json
import sys
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import text as module
from pipeline.text import clean, decoded, plain

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=200)  # lone surrogates too
PIECES = st.lists(
    st.sampled_from(
        (
            "<", ">", "&", ";", "/", "=", "'", '"', "<p>", "</p>", "<br", "<b>", "<!--", "-->", "<script>", "</script>",
            "<![CDATA[", "]]>", "<a href=", "&amp;", "&#0;", "&#xD800;", "&lt;", "word", " ", "\n", "\u202e", "\ud800",
            "\x1b", "\x9b", "e", "\u0301",
        )
    ),
    max_size=30,
).map("".join)  # fmt: skip
PUMPS = (
    "<", ">", "&", "=", "'", '"', "/", ";", "\n", " ", "é", "<!--", "-->", "<script>", "<style", "<svg/", "</", "<a ", "<p>x",
    "<a b=", '<a b="', "<a b='\"", '<a"="', "<a \t", "= ", "&#", "&#9", "&a", "<![CDATA[", "]]>", "<!", "\u00a0",
    "e\u0301", "\u0301\u0316", "\u200f", "\x9b", "\ud800",
)  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a\x00b\x1fc\x7fd", "ab cd"),
        ("red\x1b[31m alert", "red[31m alert"),
        ("it\x92s", "it’s"),
        ("\x81\x8f", None),
        ("al\u202eert\u2066s", "alerts"),
        ("a\ud800b\udfffc", "abc"),
        ("\ufeffzero\u200bwidth\u00ad", "zerowidth"),
        ("  a \t\n\u00a0\u2028 b  ", "a b"),
        ("Cafe\u0301", "Café"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u200e \u200d", None),
        ("", None),
        (None, None),
        (" \n", None),
    ],
)
def test_text_is_cleaned(raw, expected):
    assert clean(raw) == expected


def test_lines_are_kept_on_request():
    assert clean(" one \r\n\r\n two\tthree \n", keep_lines=True) == "one\ntwo three"


@given(ANYTHING | PIECES, st.booleans())
def test_cleaned_text_can_be_written_anywhere(raw, keep_lines):
    text = clean(raw, keep_lines=keep_lines)
    if text is None:
        return
    assert json.loads(json.dumps(text).encode()) == text
    assert not [char for char in text.replace("\n", "") if unicodedata.category(char) in ("Cc", "Cs")]
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")
    assert unicodedata.is_normalized("NFC", text)
    assert clean(text, keep_lines=keep_lines) == text
    assert keep_lines or "\n" not in text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One</p><p>two</p>", "One\ntwo"),
        ("One<br>two<br/>three", "One\ntwo\nthree"),
        ("<ul><li>a</li><li>b</li></ul>c", "a\nb\nc"),
        ("H<b>e</b>llo  <i>w</i>orld", "Hello world"),
        ("<td>a</td><td>b</td>", "a b"),
        ("A &amp; B &eacute;&nbsp;&#8217; &#146;", "A & B é ’ ’"),
        ("&amp;lt;b&amp;gt; &lt;i&gt;", "&lt;b&gt; <i>"),
        ("5 < 6 and <3 but a<b", "5 < 6 and <3 but a<b"),
        ('<img alt="a > b" src=x>text', "text"),
        ("<script>let a = '<p>';</script>x<style>p{}</style>y", "x y"),
        ("a<script src=x />b", "a b"),
        ("a<!-- <p>hidden</p> -->b", "a b"),
        ("a<!--[if mso]>x<![endif]-->b", "a b"),
        ("a<!-- never ended <p>b</p>", "a"),
        ("a <![CDATA[b]]> c", "a b c"),
        ("<!DOCTYPE html><html><body>a</body></html>", "a"),
        ('cut off in a <a href="https://example.org/', "cut off in a"),
        ("don<x y='it>don't", "dondon't"),
        ("", ""),
        ("<p></p>", ""),
    ],
)
def test_markup_becomes_plain_text(html, expected):
    assert plain(html) == expected


@given(ANYTHING | PIECES)
def test_any_markup_becomes_clean_text(html):
    text = plain(html)
    assert text == (clean(text, keep_lines=True) or "")


def test_a_reference_of_thousands_of_digits_is_one_unknown_character():
    assert decoded(f"a&#{'9' * 100_000};b") == "a\ufffdb"


@pytest.mark.parametrize("suffix", ["", ">", '">', "'>", '"<', "-->"])
@pytest.mark.parametrize("prefix", ["", '<a b="', "<script>"])
@pytest.mark.parametrize("pump", PUMPS)
def test_nothing_takes_more_than_its_length_in_time(pump, prefix, suffix):
    text = prefix + pump * (100_000 // len(pump)) + suffix
    for function in (clean, plain):
        assert min(seconds(function, text) for _ in range(2)) < 1  # backtracking would take minutes


def seconds(function, text):
    start = time.process_time()
    function(text)
    return time.process_time() - start


def test_every_combining_mark_is_known():
    marks = {code for code in range(sys.maxunicode + 1) if unicodedata.combining(chr(code))}
    assert marks <= set(module._MARK_CODES)
