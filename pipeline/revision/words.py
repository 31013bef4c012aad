"""Words that changes are told by: casualties, numbers, negations, times that run on. Data: config/revision.toml."""

import re
import tomllib
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.resources import data_path

_TOKEN = re.compile(  # a number with its separators; a sign of a script without spaces; a word
    r"\d+(?:[.,٬٫\u00a0\u202f' ]\d{3})*(?!\d)|\d+"
    r"|[\u1000-\u109f]+|[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003134f]"
    r"|[^\W\d_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003134f]"
    r"(?:['’ʼ\u0900-\u097f\u1200-\u137f\u0300-\u036f]?[^\W\d_\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff])*['’\u0900-\u097f]*"
)
_YEARS = range(1900, 2100)
_NEAR = 8  # tokens between a number and the word that makes it a toll
_UNSPACED = ("zh", "my")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The lists of all languages: a text's language may be told wrongly, and the lists hardly meet."""

    toll: "Terms"
    numbers: dict[str, int]
    negations: frozenset[str]
    ago: "Terms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Whole words, beginnings of words, and parts of lines in scripts without spaces."""

    words: frozenset[str]
    beginnings: tuple[str, ...]
    parts: tuple[str, ...]

    def places(self, folded: str, words: Sequence[str]) -> list[int]:
        """Return which of the `words` of a folded line are terms, or begin one."""
        at = [n for n, word in enumerate(words) if word in self.words or word.startswith(self.beginnings)]
        return at or list(self._within(folded, words))

    def _within(self, folded: str, words: Sequence[str]) -> Iterator[int]:
        found = [at for part in self.parts if (at := folded.find(part)) >= 0]
        if found:
            starts = list(_starts(folded, words))
            yield from (bisect_right(starts, at) - 1 for at in found)


@cache
def vocabulary() -> Vocabulary:
    """Read config/revision.toml, once."""
    languages = tomllib.loads(data_path("config", "revision.toml").read_text(encoding="utf-8"))
    return Vocabulary(
        toll=_terms(languages, "toll"),
        numbers={word: n for lists in languages.values() for word, n in lists["numbers"].items()},
        negations=frozenset(word for lists in languages.values() for word in lists["not"]),
        ago=_terms(languages, "ago"),
    )


def tokens(text: str) -> list[str]:
    """Return the words, numbers and signs of `text`, as written; punctuation is none of them."""
    return _TOKEN.findall(unicodedata.normalize("NFC", text))


def key(text: str) -> str:
    """Return what two spellings of one line share: case, space and punctuation aside."""
    return " ".join(tokens(text.casefold()))


def number(token: str) -> int | None:
    """Return what a token counts, in figures of any script or in words, else None."""
    if token[0].isdecimal():
        return int("".join(str(unicodedata.decimal(sign)) for sign in token if sign.isdecimal())[:18])
    return vocabulary().numbers.get(token.casefold())


def figures(sentence: str) -> list[int]:
    """Return the numbers that count dead or wounded in a sentence: those near a word for them, years left out."""
    folded, words = _folded(sentence)
    near = vocabulary().toll.places(folded, words)
    found = [(place, token, number(token)) for place, token in enumerate(words)] if near else []
    return [
        n
        for place, token, n in found
        if n is not None and not (token.isdecimal() and n in _YEARS) and any(abs(place - at) <= _NEAR for at in near)
    ]


def numbers(sentence: str) -> list[int]:
    """Return all numbers of a sentence."""
    return [n for n in map(number, tokens(sentence)) if n is not None]


def tells_of_toll(text: str) -> bool:
    """Whether dead or wounded are spoken of."""
    return bool(vocabulary().toll.places(*_folded(text)))


def runs_on(line: str) -> bool:
    """Whether a line speaks of minutes or hours ago or the like, which change by themselves."""
    return bool(vocabulary().ago.places(*_folded(line)))


def is_negation(token: str) -> bool:
    """Whether a word's coming or going turns a sentence round."""
    return token.casefold().replace("'", "").replace("’", "") in vocabulary().negations


def _folded(text: str) -> tuple[str, list[str]]:
    folded = unicodedata.normalize("NFC", text.casefold())
    return folded, _TOKEN.findall(folded)


def _starts(text: str, words: Sequence[str]) -> Iterator[int]:
    """Yield where each of the words of a text begins."""
    at = 0
    for word in words:
        at = text.index(word, at)
        yield at
        at += len(word)


def _terms(languages: Mapping[str, Mapping[str, Sequence[str]]], name: str) -> Terms:
    spaced = {word for code, lists in languages.items() if code not in _UNSPACED for word in lists[name]}
    return Terms(
        words=frozenset(word for word in spaced if not word.endswith("*")),
        beginnings=tuple(sorted(word[:-1] for word in spaced if word.endswith("*"))),
        parts=tuple(word for code in _UNSPACED for word in languages[code][name]),
    )
