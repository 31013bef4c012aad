"""What counts as a change, of what kind, and that the order of arrival doesn't."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import Outcome
from pipeline.revision import GONE, Sheet, describe, differ, settle, state, tell
from pipeline.revision.words import figures
from pipeline.types import Recheck

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
TITLE = "Shells fall on the port"
TEXT = (
    "At least 12 people were killed when shells fell on the port of Kyrat on Monday, the mayor said.\n"
    "The market was full of people at the time, and the fire spread to the warehouses by the quay.\n"
    "Rescuers worked through the night and expected to find more bodies under the rubble in the morning."
)


def sheet(*pairs, title=TITLE, text=TEXT):
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return Sheet(title=title, text=text)


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        ("toll", sheet(("12", "14"))),
        ("toll", sheet(("At least 12 people were killed when", "The death toll rose to fifteen after"))),
        ("typo", sheet(("market", "markte"))),
        ("typo", sheet(("warehouses", "warehouse"))),
        ("substantive", sheet(("Kyrat", "Kyrot"))),
        ("substantive", sheet(("was full", "was not full"))),
        ("substantive", sheet(("in the morning.", "in the morning.\nThe army denied that it had fired."))),
        ("headline", sheet(title="Port shelled")),
        ("retraction", sheet(text="This article has been withdrawn at the request of the family.")),
    ],
)
def test_a_change_is_told_by_its_kind(kind, after):
    assert describe(sheet(), after).kind == kind


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Щонайменше 12 людей загинули під час обстрілу порту.", "Щонайменше 14 людей загинули під час обстрілу порту."),
        ("قتل 12 شخصا في قصف على الميناء يوم الاثنين.", "قتل 14 شخصا في قصف على الميناء يوم الاثنين."),
        ("ប្រជាជន 12 នាក់ នៅ កំពង់ផែ។", "ប្រជាជន 14 នាក់ នៅ កំពង់ផែ។"),
        ("港口遭炮击，造成12人死亡。", "港口遭炮击，造成14人死亡。"),
        ("Mindestens zwölf Menschen wurden getötet, sagte der Bürgermeister.", "Mindestens vierzehn Menschen wurden getötet, sagte der Bürgermeister."),
        ("Doce personas murieron en el ataque al puerto.", "Catorce personas murieron en el ataque al puerto."),
    ],
)  # fmt: skip
def test_a_toll_is_told_in_other_languages(before, after):
    assert describe(Sheet(title="T", text=before), Sheet(title="T", text=after)).kind == "toll"


def test_numbers_that_count_no_casualties_are_no_toll():
    assert figures("Prices rose by 12 percent in 2014.") == []
    assert figures("In 2014, 300 people were wounded.") == [300]
    before = sheet(
        text=f"The bakery sold 300 loaves a day.\nIt never did better than that before.\n{TEXT}", title="Bakery"
    )
    after = replace(before, text=before.text.replace("300", "400"))
    assert describe(before, after).kind == "substantive"


def test_furniture_and_order_and_case_are_no_change():
    busy = sheet(text=f"Updated 3 minutes ago.\nRead 1,204 times\n{TEXT.upper()}\nMore on this story")
    turned = sheet(text="\n".join(reversed(TEXT.splitlines())))
    assert not differ(sheet(), replace(busy, title=TITLE))
    assert not differ(sheet(), turned)
    assert differ(sheet(), sheet(text=f"12 dead\n{TEXT}"))


def test_what_flips_between_two_looks_and_what_stood_there_before_do_not_count():
    def with_ad(ad, text=TEXT):
        first, rest = text.split("\n", 1)
        return sheet(
            text=f"{first}\n{ad} today and win a journey to the sea for all of your family and friends.\n{rest}"
        )

    agreed, flips = settle(with_ad("Buy our carpets"), with_ad("Order bananas"), with_ad("Rent a sofa"))
    assert not differ(with_ad("Buy our carpets"), agreed, without=flips)
    changed = TEXT.replace("12", "14")
    agreed, flips = settle(
        with_ad("Buy our carpets"), with_ad("Order bananas", changed), with_ad("Rent a sofa", changed)
    )
    assert differ(with_ad("Buy our carpets"), agreed, without=flips)
    assert "bananas" not in agreed.text


def look(hours, text=TEXT, title=TITLE, *, is_changed=True, outcome=Outcome.OK):
    is_gone = outcome is not Outcome.OK
    return Recheck(
        article_id="a",
        observed_at=NOW + timedelta(hours=hours),
        outcome=outcome,
        state=GONE if is_gone else state(Sheet(title=title, text=text)),
        title=title if is_changed and not is_gone else None,
        text=text if is_changed and not is_gone else None,
        raw_ref=f"w:{hours}",
    )


TEXTS = (TEXT, TEXT.replace("12", "14"), TEXT.replace("full", "not full"), TEXT + "\nThe army denied it all.", None)


@given(
    st.lists(st.tuples(st.integers(1, 200), st.sampled_from(TEXTS)), unique_by=lambda seen: seen[0], max_size=8),
    st.randoms(),
)
def test_revisions_are_the_same_in_any_order_of_arrival(seen, random):
    looks = [look(hours, text) if text else look(hours, outcome=Outcome.GONE) for hours, text in seen]
    shuffled = random.sample(looks, len(looks))
    assert tell(look(0), looks) == tell(look(0), shuffled)
    found = tell(look(0), looks).revisions
    said = [text for _, text in sorted(seen, key=lambda one: one[0])]
    assert len(found) == sum(a != b for a, b in zip([TEXT, *said], said, strict=False))
    assert [one.n for one in found] == list(range(1, len(found) + 1))
    assert len({one.revision_id for one in found}) == len(found)


@given(st.integers(0, 8))
def test_looks_that_tell_the_same_again_add_nothing(n):
    again = [look(2 + hours, TEXTS[1], is_changed=False) for hours in range(n)]
    history = tell(look(0), [look(1, TEXTS[1]), *again])
    assert [(one.kind, one.observed_at) for one in history.revisions] == [("toll", NOW + timedelta(hours=1))]


def test_a_withdrawn_text_stands_until_there_is_another():
    gone = look(2, outcome=Outcome.HTTP_404)
    history = tell(look(0), [look(1, TEXTS[1]), gone])
    assert (history.standing.text, history.retracted.kind) == (TEXTS[1], "retraction")
    back = tell(look(0), [look(1, TEXTS[1]), gone, look(3, TEXTS[1], is_changed=False)])
    assert (back.standing.text, back.retracted, back.revisions[-1].what) == (TEXTS[1], None, "the page is back")


@given(st.text(max_size=300), st.text(max_size=300))
def test_anything_can_be_compared(one, other):
    before, after = Sheet(title=one[:20], text=one), Sheet(title=other[:20], text=other)
    assert differ(before, after) == (state(before) != state(after))
    describe(before, after)
    settle(before, after, before)
