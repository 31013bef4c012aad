"""Copies are told from strangers: by the hundred, from a seed of the run, in words and in signs."""

import secrets
from collections.abc import Callable

import pytest

from pipeline.duplicate.likeness import compare, read
from pipeline.duplicate.shingles import prints, shared

from .writing import Writer, first, in_signs

N = 120


@pytest.fixture(scope="module")
def writer() -> Writer:
    seed = secrets.randbelow(10**9)
    print(f"seed {seed}")
    return Writer(seed)


def kind(one: str, other: str) -> str | None:
    """Return what the pipeline would find: no kind for texts whose prints don't meet."""
    mine, theirs = read(one), read(other)
    if mine.words != theirs.words and shared(prints(mine.shingles), prints(theirs.shingles)) < 3:
        return None
    return compare(mine, theirs).kind


def share_found(make: Callable[[], tuple[str, str]]) -> float:
    return sum(kind(*make()) is not None for _ in range(N)) / N


def pair(text: str, other: str) -> tuple[str, str]:
    return text, other


@pytest.mark.parametrize("script", [str, in_signs])
def test_texts_with_up_to_8_percent_of_words_edited_are_found(writer, script):
    def make():
        text = writer.article()
        return script(text), script(writer.edited(text, 0.08))

    assert share_found(make) >= 0.99


@pytest.mark.parametrize("script", [str, in_signs])
@pytest.mark.parametrize(("share", "recall"), [(0.5, 0.97), (0.3, 0.90)])
def test_a_text_that_was_cut_short_is_found(writer, script, share, recall):
    def make():
        text = writer.article()
        return script(text), script(first(text, share))

    assert share_found(make) >= recall


def test_a_text_inside_one_three_times_as_long_is_found(writer):
    def make():
        text = writer.article()
        return text, f"{writer.article()}\n{text}\n{writer.article()}"

    assert share_found(make) >= 0.99


def test_two_texts_on_one_happening_in_other_words_are_no_copies(writer):
    def make():
        names = [writer.name() for _ in range(5)]
        return writer.article(names), writer.article(names)

    assert share_found(make) == 0


def test_two_bulletins_of_one_form_are_no_copies(writer):
    assert share_found(lambda: (writer.bulletin(), writer.bulletin())) == 0


def test_an_edited_bulletin_is_a_copy(writer):
    def make():
        bulletin = writer.bulletin()
        return bulletin, writer.edited(bulletin, 0.05)

    assert share_found(make) >= 0.97


def test_kinds_say_whether_all_or_a_part_is_repeated(writer):
    text = writer.article()
    assert kind(text, text.upper()) == "same_text"
    assert kind(text, writer.edited(text, 0.03)) == "near_text"
    assert kind(text, first(text, 0.4)) == "wire_copy"


def test_shares_are_of_the_right_side(writer):
    text = writer.article()
    likeness = compare(read(first(text, 0.5)), read(text))
    assert likeness.of_one == 1
    assert likeness.of_other == pytest.approx(0.5, abs=0.05) == pytest.approx(likeness.jaccard, abs=0.05)


def test_a_corrected_toll_leaves_a_copy_a_copy(writer):
    text = f"{writer.article()} In all 14 people were killed."
    assert kind(text, text.replace("14 people", "17 people")) == "near_text"


def test_short_texts_are_alike_by_chance_and_never_copies():
    assert kind("one two three four", "one two three four") is None
