"""WARC files record by record: what is sound is found, whatever lies around it."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastwarc.stream_io import ZstdWriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.backfill.framing import frames
from pipeline.backfill.warcs import Record, read_record
from pipeline.errors import InputError

from .broken_warcs import BROKEN, broken, response, sow

AT = datetime(2023, 5, 4, 6, tzinfo=UTC)
BODY = b"<!doctype html><html><body>" + b"<p>One count of the words of a page.</p>" * 40 + b"</body></html>"


def told(path: Path) -> list[tuple[str, str]]:
    """Each record's address and what it came to."""
    read = [(one, read_record(one)) for one in frames(path)]
    return [("article", r.url) if isinstance(r, Record) else (str(r[0]), "") for _, r in read]


def urls(path: Path) -> list[str]:
    return [url for outcome, url in told(path) if outcome == "article"]


def sound(number: int) -> bytes:
    return response(f"https://paper.example/{number}", AT, BODY)


@pytest.mark.parametrize("name", ["all.warc", "all.warc.gz", "one.warc.gz", "all.warc.zst"])
def test_every_kind_of_file_gives_the_same_records_and_goes_on_from_each(tmp_path, name):
    path = tmp_path / name
    parts = [sound(n) for n in range(5)]
    if name == "all.warc.gz":
        path.write_bytes(b"".join(gzip.compress(part) for part in parts))
    elif name == "one.warc.gz":
        path.write_bytes(gzip.compress(b"".join(parts)))
    elif name.endswith("zst"):
        with path.open("wb") as file:
            writer = ZstdWriter(file)
            for part in parts:
                writer.write(part)
            writer.close()
    else:
        path.write_bytes(b"".join(parts))
    whole = list(frames(path))
    assert urls(path) == [f"https://paper.example/{n}" for n in range(5)]
    for n, one in enumerate(whole):
        assert [again.block for again in frames(path, one.place)] == [later.block for later in whole[n:]]


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize("is_gzip", [True, False])
def test_a_broken_record_costs_only_itself(tmp_path, how, is_gzip):
    path = tmp_path / ("x.warc.gz" if is_gzip else "x.warc")
    parts = [sound(0), broken(how, "https://paper.example/broken", AT, BODY), sound(1), sound(2)]
    path.write_bytes(b"".join(gzip.compress(part) if is_gzip else part for part in parts))
    assert urls(path) == [f"https://paper.example/{n}" for n in range(3)]
    outcomes = [outcome for outcome, _ in told(path) if outcome != "article"]
    assert len(outcomes) == 1
    assert outcomes[0] == how or (how == "cut" and outcomes[0] == "wrong_length")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_of_a_gzip_member_costs_no_other(tmp_path, data):
    members = [gzip.compress(sound(n)) for n in range(4)]
    hurt = data.draw(st.integers(0, 3))
    at = data.draw(st.integers(0, len(members[hurt]) - 1))
    how = data.draw(st.sampled_from(["drop", "flip", "cut", "insert"]))
    whole = members[hurt]
    members[hurt] = {
        "drop": whole[:at] + whole[at + 3 :],
        "flip": whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :],
        "cut": whole[:at],
        "insert": whole[:at] + b"\x00\xff\x1f\x8b" + whole[at:],
    }[how]
    path = tmp_path / "x.warc.gz"
    path.write_bytes(b"".join(members))
    try:
        found = urls(path)
    except InputError:
        assert hurt == 0  # not even its first bytes say what it is
        return
    assert {f"https://paper.example/{n}" for n in range(4) if n != hurt} <= set(found)


@given(content=st.binary(max_size=3000))
def test_any_bytes_are_records_or_no_warc_file(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "x.warc"
    for start in (b"", b"WARC/1.0\r\n", b"\x1f\x8b\x08"):
        path.write_bytes(start + content)
        try:
            for one in frames(path):
                read_record(one)
        except InputError:
            pass


@pytest.mark.parametrize("name", ["x.warc", "x.warc.gz"])
def test_a_head_that_never_ends_is_one_record(tmp_path, name):
    cut = b"WARC/1.0\r\nWARC-Type: resp"
    parts = [sound(0), cut, *([] if name == "x.warc" else [sound(1)])]
    tmp_path.joinpath(name).write_bytes(b"".join(gzip.compress(x) if name == "x.warc.gz" else x for x in parts))
    outcomes = [outcome for outcome, _ in told(tmp_path / name)]
    assert outcomes == ["article", "unreadable", *(["article"] if name == "x.warc.gz" else [])]


def test_what_is_no_warc_file_is_said(tmp_path):
    for name, content in {"a.warc": b"<html>", "b.warc.gz": gzip.compress(b"<html></html>"), "c.warc": b""}.items():
        tmp_path.joinpath(name).write_bytes(content)
        with pytest.raises(InputError, match="no WARC file"):
            list(frames(tmp_path / name))


@pytest.mark.parametrize("name", ["x.warc.gz", "x.warc"])
def test_a_field_of_broken_records_keeps_every_sound_one(tmp_path, name):
    sown = sow(tmp_path / name, 300, share_broken=0.3, n_paragraphs=2)
    assert urls(tmp_path / name) == [one.url for one in sown if one.outcome == "article"]
