"""Sitemaps, as they are and as they shouldn't be: read, or refused with a reason."""

import gzip
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.backfill.sitemaps.file import NoSitemapError, read_sitemap

LIST = b"https://paper.example/1\nhttps://paper.example/2\n"


def test_a_gz_of_several_members_is_read_whole():
    body = gzip.compress(LIST) + gzip.compress(b"https://paper.example/3\n")
    assert [place.url[-1] for place in read_sitemap(body).places] == ["1", "2", "3"]


def test_a_bomb_in_a_later_member_is_refused():
    with pytest.raises(NoSitemapError, match="unpacked"):
        read_sitemap(gzip.compress(LIST) + gzip.compress(b" " * 60_000_000))


@given(st.sampled_from([b"", b"<urlset>", b"<urlset><url><loc>http://a.example/", b"\x1f\x8b\x08", LIST]), st.binary())
def test_any_bytes_are_a_sitemap_or_refused(start, rest):
    with suppress(NoSitemapError):
        assert all(place.url for place in read_sitemap(start + rest).places)
