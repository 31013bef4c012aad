"""Days that a load touched, in stretches: near ones together, far ones apart."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.load.follow import stretches

days = st.dates(date(2020, 1, 1), date(2026, 1, 1))
spans = st.lists(st.tuples(days, st.integers(0, 400)).map(lambda one: (one[0], one[0] + timedelta(days=one[1]))))


def test_neighbouring_days_are_one_stretch_and_a_late_find_is_its_own():
    new, old = date(2026, 3, 1), date(2024, 3, 1)
    assert stretches([(new, new), (old, old), (new + timedelta(days=9),) * 2]) == [
        (old, old),
        (new, new + timedelta(days=9)),
    ]


@given(spans)
def test_every_span_lies_in_one_stretch_and_stretches_lie_apart_and_in_order(given_spans):
    found = stretches(given_spans)
    assert all(sum(first <= one and other <= last for first, last in found) == 1 for one, other in given_spans)
    assert all(later[0] - earlier[1] > timedelta(days=60) for earlier, later in pairwise(found))
