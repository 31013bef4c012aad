"""A body is decoded within bounds and is whole or is refused."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import Outcome
from pipeline.http.body import Body
from pipeline.http.failure import FetchError

CODERS = {"": bytes, "gzip": gzip.compress, "deflate": zlib.compress}


def take(coding, wire, *, step=7, limit=100_000, wire_limit=100_000, is_delimited=True):
    body = Body(coding, wire_limit=wire_limit, limit=limit)
    for start in range(0, len(wire), step):
        body.feed(wire[start : start + step])
    body.finish(is_delimited=is_delimited)
    return body


@given(st.binary(max_size=3000), st.sampled_from(sorted(CODERS)), st.integers(1, 500))
def test_every_coding_gives_back_what_went_in_however_it_is_cut_up(data, coding, step):
    wire = CODERS[coding](data)
    body = take(coding, wire, step=step)
    assert body.decoded == data
    assert bytes(body.wire) == wire
    assert body.head == data[:2048]


@given(st.binary(min_size=1, max_size=300), st.sampled_from(["gzip", "deflate"]), st.data())
def test_no_cut_is_ever_taken_for_the_whole(data, coding, draw):
    wire = CODERS[coding](data)
    cut = draw.draw(st.integers(1, len(wire) - 1))
    with pytest.raises(FetchError) as refused:
        take(coding, wire[:cut])
    assert refused.value.outcome is Outcome.TRUNCATED


@given(st.binary(max_size=600), st.sampled_from(["gzip", "deflate"]))
def test_noise_is_refused_or_decoded_within_bounds(data, coding):
    try:
        body = take(coding, data, limit=1000)
    except FetchError as refused:
        assert refused.outcome in (Outcome.DECODE, Outcome.TRUNCATED, Outcome.TOO_LARGE)  # noqa: PT017 # a refusal is as good an end as a result
    else:
        assert len(body.decoded) <= 1000


@pytest.mark.parametrize("coding", ["", "gzip", "deflate"])
def test_the_limit_itself_is_still_allowed(coding):
    data = b"x" * 5000
    wire = CODERS[coding](data)
    assert take(coding, wire, limit=5000, wire_limit=len(wire)).decoded == data
    for bounds in ({"limit": 4999}, {"wire_limit": len(wire) - 1}):
        with pytest.raises(FetchError) as refused:
            take(coding, wire, **bounds)
        assert refused.value.outcome is Outcome.TOO_LARGE


@pytest.mark.parametrize("coding", ["", "gzip"])
def test_what_came_before_the_limit_is_kept(coding):
    body = Body(coding, wire_limit=100_000, limit=1000)
    with pytest.raises(FetchError):
        body.feed(CODERS[coding](b"x" * 5000))
    assert body.decoded.startswith(b"x" * 1000)


def test_a_bomb_is_stopped_a_piece_past_its_limit():
    body = Body("gzip", wire_limit=10**9, limit=1_000_000)
    with pytest.raises(FetchError):
        body.feed(gzip.compress(b"\0" * 100_000_000, 1))
    assert len(body.decoded) < 1_300_000


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "gzip,identity", "compress", "utf-8"])
def test_codings_that_were_not_offered_are_refused(coding):
    with pytest.raises(FetchError) as refused:
        Body(coding, wire_limit=9, limit=9)
    assert refused.value.outcome is Outcome.DECODE


@pytest.mark.parametrize(
    ("body", "is_whole"),
    [
        (b"<html><p>text</p></html>", True),
        (b"<HTML>text</HTML>\n<!-- served by x -->", True),
        (b"<html><p>te", False),
        (b'<?xml version="1.0"?><rss version="2"><channel></rss>', True),
        (b'<rss version="2"><channel>', False),
        (b"<feed xmlns='x'><entry>", False),
        (b"<rdf:RDF xmlns='x'></rdf:RDF>", True),
        (b"plain words", True),  # nothing was opened; there is no way to know
        (b'{"version": "1"', True),
    ],
)
def test_where_only_the_connection_ends_it_a_document_must_be_closed(body, is_whole):
    if is_whole:
        assert take("", body, is_delimited=False).decoded == body
        return
    with pytest.raises(FetchError) as refused:
        take("", body, is_delimited=False)
    assert refused.value.outcome is Outcome.TRUNCATED
    assert take("", body, is_delimited=True).decoded == body
