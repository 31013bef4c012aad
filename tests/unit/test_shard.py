"""Rows between stages."""

from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from pipeline import shard
from pipeline.errors import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    name: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    key: str
    n: int | None
    is_good: bool
    at: datetime | None
    names: tuple[str, ...]
    inners: tuple[Inner, ...]
    one: Inner | None
    outcome: Outcome


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
INNERS = st.builds(Inner, name=TEXT, weight=st.floats(allow_nan=False, width=64))
ROWS = st.lists(
    st.builds(
        Outer,
        key=TEXT,
        n=st.none() | st.integers(-(2**63), 2**63 - 1),
        is_good=st.booleans(),
        at=st.none() | st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  bounds must be naive
        names=st.lists(TEXT, max_size=3).map(tuple),
        inners=st.lists(INNERS, max_size=3).map(tuple),
        one=st.none() | INNERS,
        outcome=st.sampled_from(Outcome),
    ),
    max_size=5,
)


@given(ROWS)
def test_rows_come_back_as_they_were(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("shard") / "x.rows.parquet"
    assert shard.write(path, Outer, rows) == len(rows)
    assert list(shard.read(path, Outer)) == rows


def test_writing_again_replaces_the_shard_whole(tmp_path):
    path = tmp_path / "deep" / "x.parquet"
    shard.write(path, Inner, [Inner(name="a", weight=1.0), Inner(name="b", weight=2.0)])
    shard.write(path, Inner, [Inner(name="c", weight=3.0)])
    assert list(shard.read(path, Inner)) == [Inner(name="c", weight=3.0)]
    assert [entry.name for entry in path.parent.iterdir()] == ["x.parquet"]


def test_no_shards_are_an_empty_table_with_columns(tmp_path):
    table = shard.arrow([], Outer)
    assert table.num_rows == 0
    assert table.column_names == ["key", "n", "is_good", "at", "names", "inners", "one", "outcome"]
