"""An article as it is read: title, lead and text, their sentences and words, and the terms in them. Pure."""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.relevance.definition import Where
from pipeline.relevance.evidence import Hit
from pipeline.relevance.fold import Folded
from pipeline.relevance.lexicon import Lexicon, words
from pipeline.relevance.sentence import Sentence, sentences

_MOST = {"title": 1_000, "lead": 2_000, "body": 3_000}  # characters read; what a text is about shows long before
LONGEST_WORD = 64  # characters; a longer one is none

Place = tuple[int, int, int]
"""Of a word: the number of its part, and its span in the folded text of that."""


@dataclass(frozen=True)
class Part:
    """One of the three strings. Words, and the places that are silent, are by their place in the folded text."""

    where: Where
    text: str
    folded: Folded
    sentences: list[Sentence]
    hits: list[Hit]
    silent: set[int]  # places that no word may speak from: cancelled, taken out or switched off
    first: int  # number of its first sentence, counted through all parts
    end: int  # of what may tell by its words

    @cached_property
    def words(self) -> list[tuple[str, int, int]]:
        """The words of what may tell, with their spans; the last may go beyond `end`."""
        return list(words(self.folded.text[: self.end + LONGEST_WORD]))

    @cached_property
    def _starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    def may_speak(self, start: int, end: int) -> bool:
        """Say whether a word may tell."""
        return end <= self.end and start not in self.silent and end - 1 not in self.silent

    def sentence_at(self, start: int) -> int:
        """Return the number of the sentence at a place of the folded text, counted through all parts."""
        return self.first + bisect_right(self._starts, self.folded.original(start, start + 1)[0]) - 1


def take_apart(
    title: str, lead: str, text: str, *, lexicon: Lexicon, off: Collection[str], opening: int
) -> tuple[Part, Part, Part]:
    """Read the three strings; `off` are groups of terms that are switched off, `opening` the characters that tell."""
    found: list[Part] = []
    named: tuple[tuple[Where, str], ...] = (("title", title), ("lead", lead), ("body", text))
    for where, part in named:
        before = sum(len(one.sentences) for one in found)
        found.append(_read(where, part, lexicon, off=off, before=before, opening=opening))
    head, second, body = found
    return head, second, body


def shortened(title: str, lead: str, text: str) -> tuple[str, str, str]:
    """Return what is read of each; no lead where it is the beginning of the text, so that nothing counts twice."""
    title, lead, text = title[: _MOST["title"]], lead[: _MOST["lead"]], text[: _MOST["body"]]
    return title, "" if text.lstrip().startswith(lead.strip()) else lead, text


def _read(where: Where, text: str, lexicon: Lexicon, *, off: Collection[str], before: int, opening: int) -> Part:
    """Find the sentences of a string and the terms in them; `before` sentences precede it in the article."""
    folded = lexicon.fold(text)
    end = opening if where == "body" else len(folded.text)
    part = Part(where, text, folded, sentences(text), [], set(), before, end)
    for match in lexicon.find(folded.text[: _MOST["body"]]):
        if match.group.tier == "cancel" or match.group.name in off:
            part.silent.update(range(match.start, match.end))
        if match.group.tier != "cancel":
            part.hits.append(Hit(where, match.start, match.end, match.group, part.sentence_at(match.start)))
    return part


def locate(parts: Sequence[Part], number: int) -> tuple[Part, Sentence]:
    """Return a sentence by its number, counted through all parts."""
    for part in parts:
        if number < part.first + len(part.sentences):
            return part, part.sentences[number - part.first]
    raise AssertionError("a hit is always in a sentence")
