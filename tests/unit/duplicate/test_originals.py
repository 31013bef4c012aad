"""Who is the original: the agency, else the earliest; and copies lead to originals at once."""

from datetime import UTC, datetime

from pipeline.duplicate.credits import credited
from pipeline.duplicate.originals import Text, originals


def text(name: str, hour: int | None = 1, **given) -> Text:
    fields = {"source": f"outlet {name}", "is_agency": False, "credits": frozenset(), **given}
    at = datetime(2026, 3, 1, hour, tzinfo=UTC) if hour is not None else None
    return Text(article_id=name, day="2026-03-01", published_at=at, **fields)


def test_the_earliest_is_the_original():
    assert originals([text("a", 3), text("b", 1), text("c", 2)], [("a", "b"), ("b", "c"), ("a", "c")]) == {
        "c": ["b"],
        "a": ["b"],
    }


def test_an_agencys_own_article_is_the_original_whenever_it_was_published():
    assert originals([text("a", 1), text("b", 9, is_agency=True)], [("a", "b")]) == {"a": ["b"]}


def test_the_agency_that_a_copy_credits_is_recognised_by_its_outlets_name():
    papers = [text("a", 1, credits=frozenset({"interfax"})), text("b", 9, source="interfax-ukraine")]
    assert originals(papers, [("a", "b")]) == {"a": ["b"]}


def test_one_without_a_date_comes_after_those_of_its_day():
    assert originals([text("a", None), text("b", 23)], [("a", "b")]) == {"a": ["b"]}


def test_a_copy_of_a_copy_leads_to_the_original():
    assert originals([text("a", 1), text("b", 2), text("c", 3)], [("a", "b"), ("b", "c")]) == {"b": ["a"], "c": ["a"]}


def test_a_digest_of_two_texts_is_a_copy_of_both_and_they_are_none_of_each_other():
    assert originals([text("a", 1), text("b", 2), text("d", 3)], [("a", "d"), ("b", "d")]) == {"d": ["a", "b"]}


def test_what_repeats_nothing_is_no_copy():
    assert originals([text("a"), text("b")], []) == {}


def test_agencies_are_credited_at_the_edges_of_a_text_only():
    assert credited("KARSK, 3 May (Reuters) — Shells fell.") == ("reuters",)
    assert credited(f"Shells fell. {'x ' * 400}(فرانس برس)") == ("afp",)
    assert credited(f"{'x ' * 400} Reuters {'y ' * 400}") == ()
    assert credited("The apple was red") == ()
