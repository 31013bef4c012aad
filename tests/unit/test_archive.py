"""WARC out, WARC in."""

import gzip
import zlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType, has_valid_payload_digest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from pipeline.archive import Writer, read_body, read_fetches
from pipeline.errors import Outcome, StoreError
from pipeline.types import Fetch, Response

FETCH = Fetch(
    fetch_id="1",
    kind="page",
    feed_id="f",
    url="https://example.org/ä b",
    final_url=None,
    requested_at=datetime(2026, 3, 1, 12, 0, 0, 250000, tzinfo=UTC),
    outcome=Outcome.OK,
    http_status=200,
    redirects=("https://example.org/old",),
)


def answer(body: bytes, *, fetch_id: str = "1", headers=(("Content-Type", "text/html"),)) -> Response:
    return Response(
        fetch=replace(FETCH, fetch_id=fetch_id, url=f"https://example.org/{fetch_id}"),
        status_line="HTTP/1.1 200 OK",
        headers=headers,
        wire_body=body,
        remote_ip="192.0.2.1",
    )


def test_what_goes_in_comes_out(tmp_path):
    with Writer(tmp_path, "run/a.warc.gz") as writer:
        rows = [writer.write(answer(f"body {n}".encode() * n, fetch_id=str(n))) for n in range(1, 6)]
    assert list(read_fetches(tmp_path, "run/a.warc.gz")) == rows
    for n, row in enumerate(rows, 1):
        assert read_body(tmp_path, row.raw_ref, limit=1000) == (f"body {n}".encode() * n, "text/html")


@settings(max_examples=25, deadline=None)
@given(body=st.binary(max_size=3000))
def test_warcio_and_fastwarc_read_the_same_bytes(tmp_path_factory, body):
    root = tmp_path_factory.mktemp("warc")
    with Writer(root, "a.warc.gz") as writer:
        writer.write(answer(body))
    with (root / "a.warc.gz").open("rb") as file:
        records = [(r.rec_type, r.content_stream().read()) for r in ArchiveIterator(file, check_digests="raise")]
    assert records[0] == ("response", body)
    assert [kind for kind, _ in records] == ["response", "metadata"]
    with (root / "a.warc.gz").open("rb") as file:
        record = next(FastIterator(file, record_types=WarcRecordType.response))
        assert has_valid_payload_digest(record)
        assert record.reader.read() == body


def test_a_refusal_leaves_a_metadata_record_only(tmp_path):
    with Writer(tmp_path, "a.warc.gz") as writer:
        row = writer.write(Response(fetch=replace(FETCH, outcome=Outcome.ROBOTS)))
    assert row.raw_ref is None
    assert list(read_fetches(tmp_path, "a.warc.gz")) == [row]


def test_a_file_cut_by_a_kill_gives_its_whole_records(tmp_path):
    with Writer(tmp_path, "a.warc.gz") as writer:
        rows = [writer.write(answer(b"x" * 500, fetch_id=str(n))) for n in range(3)]
    path = tmp_path / "a.warc.gz"
    whole = path.read_bytes()
    third = int(rows[2].raw_ref.rpartition(":")[2])
    for end in range(third, len(whole) - 20):  # what comes after is no row's
        path.write_bytes(whole[:end])
        assert list(read_fetches(tmp_path, "a.warc.gz")) == rows[:2], end


def test_a_retry_never_touches_the_file_that_is_there(tmp_path):
    with Writer(tmp_path, "a.warc.gz") as writer:
        first = writer.write(answer(b"one", fetch_id="1"))
    before = (tmp_path / "a.warc.gz").read_bytes()
    with Writer(tmp_path, "a.warc.gz") as writer:
        second = writer.write(answer(b"two", fetch_id="2"))
    assert (tmp_path / "a.warc.gz").read_bytes() == before
    assert {row.fetch_id for row in read_fetches(tmp_path, "a.warc.gz")} == {"1", "2"}
    assert read_body(tmp_path, second.raw_ref, limit=10)[0] == b"two"
    assert read_body(tmp_path, first.raw_ref, limit=10)[0] == b"one"


@pytest.mark.parametrize(
    ("coding", "wire"),
    [
        ("gzip", gzip.compress(b"text")),
        ("gzip", gzip.compress(b"te") + gzip.compress(b"xt")),
        ("deflate", zlib.compress(b"text")),
        ("deflate", zlib.compress(b"text", wbits=-15)),
        ("identity", b"text"),
    ],
    ids=["gzip", "two members of gzip", "zlib", "raw deflate", "identity"],
)
def test_a_coded_body_is_kept_as_sent_and_read_decoded(tmp_path, coding, wire):
    with Writer(tmp_path, "a.warc.gz") as writer:
        row = writer.write(answer(wire, headers=(("Content-Encoding", coding),)))
    assert read_body(tmp_path, row.raw_ref, limit=100)[0] == b"text"


def test_headers_cannot_break_out_of_their_lines(tmp_path):
    evil = replace(FETCH, url="https://example.org/\r\nWARC-Type: request\r\n\r\n")
    with Writer(tmp_path, "a.warc.gz") as writer:
        writer.write(Response(fetch=evil, status_line="HTTP/1.1 200 OK", headers=(("X", "ü\udcff"),), wire_body=b"b"))
    assert [fetch.url for fetch in read_fetches(tmp_path, "a.warc.gz")] == [evil.url]
    with (tmp_path / "a.warc.gz").open("rb") as file:
        assert [record.rec_type for record in ArchiveIterator(file)] == ["response", "metadata"]


def test_a_record_that_is_gone_is_an_error_that_says_where(tmp_path):
    with pytest.raises(StoreError, match=r"gone\.warc\.gz:0"):
        read_body(tmp_path, "gone.warc.gz:0", limit=10)
