"""The terms of one language, and where they stand in a text.

A term is one or more words; `word*` is a beginning, `*word` an ending, `*word*` a part. Words are looked up, not
searched for: the time is linear in the text whatever it holds. Where words aren't spaced, a term is any run of letters.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from pipeline.errors import SettingsError
from pipeline.relevance.definition import EventType
from pipeline.relevance.fold import Folded, fold

Tier = Literal["strong", "weak", "context", "actor", "place", "against", "past", "possible", "cancel"]

# what \w leaves out of words: vowel signs of Devanagari, Myanmar and Ethiopic
_WORD = re.compile(r"[\w\u0900-\u0963\u0966-\u097f\u1000-\u1049\u1050-\u109f\u135d-\u135f]+")
_PIECES = re.compile(f"({_WORD.pattern})")
_TERM_WORD = re.compile(_WORD.pattern.replace("[", "[*", 1))
_LONGEST_WORD = 64  # of a longer one only the beginning is looked at
_SHORTEST_STEM = 3  # characters that must be left of a word when clitics are taken off
_SECOND = 2  # letters of a term's second word that it is looked up by
_REMEMBERED = 50_000  # words a lexicon remembers the candidates of


_Pair = Annotated[str, Field(min_length=2, max_length=2)]


class Group(BaseModel):
    """Terms of one meaning and weight: a table of config/lexicon/groups.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    means: str
    tier: Tier
    weight: float = Field(ge=0)
    company: float = Field(default=0.0, ge=0, le=1)
    type: EventType | None = None
    about: Literal["event", "related"] = "event"


class Language(BaseModel):
    """One file of config/lexicon/: terms by group.

    `spaced`: the language puts spaces between words. `clitics` are what may be glued before a word. `variants` are
    pairs of letters, the first to be read as the second.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str
    name: str
    spaced: bool = True
    clitics: tuple[str, ...] = ()
    variants: tuple[_Pair, ...] = ()
    terms: dict[str, tuple[str, ...]]


class Match(NamedTuple):
    """A term found: a span of the folded text."""

    start: int
    end: int
    group: Group


class _Pattern(NamedTuple):
    words: tuple[str, ...]  # folded, as written in the file
    group: Group


def parse_groups(raw: bytes) -> dict[str, Group]:
    """Read groups.toml. Raises SettingsError."""
    try:
        tables = {name: table | {"name": name} for name, table in tomllib.loads(raw.decode()).items()}
        return TypeAdapter(dict[str, Group]).validate_python(tables)
    except (ValueError, TypeError, ValidationError) as error:  # TypeError: something that is no table
        raise SettingsError(f"config/lexicon/groups.toml can't be used: {error}") from None


_REMOVED = Group(name="removed", means="terms that a profile takes out: silent, words and all", tier="cancel", weight=0)
_Terms = Mapping[str, Mapping[str, Sequence[str]]]


def parse_lexicon(
    raw: bytes,
    groups: Mapping[str, Group],
    *,
    name: str,
    more: _Terms | None = None,
    without: Mapping[str, Sequence[str]] | None = None,
) -> "Lexicon":
    """Read one language's TOML, with `more` terms (by language and group) and `without` others (by language).

    `name` is for the message. Raises SettingsError, also for an unknown group.
    """
    try:
        language = Language.model_validate(tomllib.loads(raw.decode()))
        wanted_name = f"{language.language}.toml"
        if name != wanted_name:
            raise ValueError(f"by its language it must be called {wanted_name}")  # noqa: TRY301 - told like the others
        added, gone = (more or {}).get(language.language, {}), set((without or {}).get(language.language, ()))
        names = [*language.terms, *(group for group in added if group not in language.terms)]
        terms = {
            group: tuple(term for term in (*language.terms.get(group, ()), *added.get(group, ())) if term not in gone)
            for group in names
        }
        if gone:
            terms[_REMOVED.name] = tuple(sorted(gone))
        language = language.model_copy(update={"terms": terms})
        return Lexicon(language, {**groups, _REMOVED.name: _REMOVED})
    except (ValueError, ValidationError, KeyError) as error:
        raise SettingsError(f"config/lexicon/{name} can't be used: {error}") from None


def words(folded: str) -> Iterator[tuple[str, int, int]]:
    """Yield the words of a folded text with their spans."""
    for found in _WORD.finditer(folded):
        yield found[0], found.start(), found.end()


def forms(word: str, clitics: Sequence[str]) -> list[str]:
    """Return the word, and what is left of it without the clitics before it."""
    found = [word]
    for form in found:
        for clitic in clitics:
            rest = form.removeprefix(clitic)
            if _SHORTEST_STEM <= len(rest) < len(form) and rest not in found:
                found.append(rest)
    return found


class Lexicon:
    """The terms of one language, indexed."""

    def __init__(self, language: Language, groups: Mapping[str, Group]) -> None:
        self.code = language.language
        self.is_spaced = language.spaced
        self.clitics = tuple(fold(clitic).text for clitic in language.clitics)
        self._variants = str.maketrans({pair[0]: pair[1] for pair in language.variants})
        patterns = [
            pattern for name, terms in language.terms.items() for pattern in self._patterns(terms, groups[name])
        ]
        patterns.sort(key=_longest_first)
        self._index = _WordIndex(patterns, self.clitics) if language.spaced else _RunIndex(patterns)

    def fold(self, text: str) -> Folded:
        """Fold a text, with variants of letters as the terms have them."""
        folded = fold(text)
        if self._variants:
            folded.text = folded.text.translate(self._variants)
        return folded

    def find(self, folded: str) -> list[Match]:
        """Return the terms in a text so folded in order, none overlapping; those of the tier cancel silence others."""
        return list(_without_cancelled(self._index.matches(folded)))

    def _patterns(self, terms: Sequence[str], group: Group) -> list[_Pattern]:
        """Read the terms of a group as written in a file. Raises ValueError for one that can't be matched."""
        folded = self.fold("\n".join(terms)).text.split("\n")  # in one go: sixteen languages have 18,000 terms
        patterns = [_Pattern(tuple(_TERM_WORD.findall(term)), group) for term in folded]
        for term, pattern in zip(terms, patterns, strict=True):
            if not pattern.words or any("*" in (bare := word.strip("*")) or not bare for word in pattern.words):
                raise ValueError(f"term {term!r} has no words, or an asterisk inside one")
        return patterns


def _longest_first(pattern: _Pattern) -> tuple[int, int, bool]:
    return -len(pattern.words), -sum(map(len, pattern.words)), pattern.group.tier != "cancel"


def _second_letters(pattern: _Pattern) -> str:
    """Return what the word after the first must begin with, nothing where the pattern leaves that open."""
    second = pattern.words[1]
    is_open = second[0] == "*" or (second[-1] == "*" and len(second) <= _SECOND)
    return "" if is_open else second.rstrip("*")[:_SECOND]


def _without_cancelled(matches: Iterable[Match]) -> Iterator[Match]:
    """Drop what overlaps an earlier match, and what runs into a cancelling phrase that it doesn't contain."""
    held: Match | None = None
    for match in matches:
        if held and match.start < held.end:
            is_overruled = match.group.tier == "cancel" and held.group.tier != "cancel" and match.end > held.end
            held = match if is_overruled else held
            continue
        if held:
            yield held
        held = match
    if held:
        yield held


class _Candidates(NamedTuple):
    """What may begin at a word: terms of several words by how their second begins, and the best of one word.

    Those whose second may begin with anything stand in each of `by_second`, and alone at "".
    """

    by_second: Mapping[str, tuple[_Pattern, ...]]
    single: _Pattern | None


_NONE = _Candidates({}, None)


class _Beginnings(defaultdict[str, list[_Pattern]]):
    """Patterns by what a word begins with."""

    def __init__(self) -> None:
        super().__init__(list)

    @cached_property
    def _lengths(self) -> tuple[int, Mapping[str, Collection[int]]]:
        """The length of the shortest; how long others are by as many letters, which most words share with none."""
        shortest = min(map(len, self), default=0)
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for beginning in self:
            lengths[beginning[:shortest]].add(len(beginning))
        return shortest, dict(lengths)

    def of(self, form: str) -> Sequence[_Pattern]:
        """Return the patterns that a form of a word begins with."""
        shortest, lengths = self._lengths
        if not (possible := lengths.get(form[:shortest])):
            return ()
        return [pattern for length in possible for pattern in self.get(form[:length], ())]


class _WordIndex:
    """Terms of a language that puts spaces between words, by their first word."""

    def __init__(self, patterns: Sequence[_Pattern], clitics: Sequence[str]) -> None:
        self._clitics = clitics
        self._whole: dict[str, list[_Pattern]] = defaultdict(list)
        self._stems, self._parts = _Beginnings(), _Beginnings()
        for pattern in patterns:
            first = pattern.words[0]
            index = self._parts if first[0] == "*" else self._stems if first[-1] == "*" else self._whole
            index[first.strip("*")].append(pattern)
        self._candidates: dict[str, _Candidates] = {}
        self._plain: set[str] = set()  # words that begin no term; most do, so they are asked first

    def matches(self, text: str) -> Iterator[Match]:
        pieces = _PIECES.split(text)  # what is between words, a word, and so on: no object for each
        words = pieces[1::2]
        if not (speaking := [at for at, word in enumerate(words) if word not in self._plain]):
            return
        ends = list(accumulate(map(len, pieces)))
        remembered = self._candidates.get
        for at in speaking:
            word = words[at][:_LONGEST_WORD]
            candidates = remembered(word) or self._remember(word)
            pattern = candidates.single
            if by_second := candidates.by_second:
                # most are ruled out by the next word's first letters; "in" and "the" begin many terms and continue few
                second = words[at + 1][:_SECOND] if at + 1 < len(words) else ""
                for longer in by_second.get(second) or by_second.get("", ()):
                    if self._follow(longer, words, at):
                        pattern = longer
                        break
            if pattern:
                yield Match(ends[2 * at], ends[2 * (at + len(pattern.words)) - 1], pattern.group)

    def _follow(self, pattern: _Pattern, words: list[str], at: int) -> bool:
        """Say whether the words after the one at `at` are those that the pattern wants after its first."""
        wanted = pattern.words
        if at + len(wanted) > len(words):
            return False
        for i in range(1, len(wanted)):  # noqa: SIM110  # all() costs twice as much here
            if not self._fits(wanted[i], words[at + i]):
                return False
        return True

    def _remember(self, word: str) -> _Candidates:
        if word in self._plain:  # the beginning of a longer one
            return _NONE
        if len(self._candidates) + len(self._plain) >= _REMEMBERED:
            self._candidates.clear()
            self._plain.clear()
        found = [one for form in self._forms(word) for one in self._starting(form)]
        if not found:
            self._plain.add(word)
            return _NONE
        found.sort(key=_longest_first)
        longer = tuple(one for one in found if len(one.words) > 1)
        seconds = {"" if self._clitics else _second_letters(one) for one in longer}  # a clitic hides how a word begins
        single = next((one for one in found if len(one.words) == 1), None)
        by_second = {
            key: tuple(one for one in longer if self._clitics or _second_letters(one) in ("", key)) for key in seconds
        }
        candidates = _Candidates(by_second, single)
        self._candidates[word] = candidates
        return candidates

    def _starting(self, form: str) -> list[_Pattern]:
        found = [*self._whole.get(form, ()), *self._stems.of(form)]
        if not self._parts:
            return found
        for start in range(len(form)):
            rest = form[start:]
            found += [one for one in self._parts.of(rest) if one.words[0][-1] == "*" or one.words[0][1:] == rest]
        return found

    def _forms(self, word: str) -> list[str]:
        return forms(word, self._clitics)

    def _fits(self, wanted: str, word: str) -> bool:
        if word == wanted:
            return True
        if wanted[0] == "*":
            return wanted[1:-1] in word if wanted[-1] == "*" else word.endswith(wanted[1:])
        if wanted[-1] == "*" and word.startswith(wanted[:-1]):
            return True
        return bool(self._clitics) and any(
            form.startswith(wanted[:-1]) if wanted[-1] == "*" else form == wanted for form in self._forms(word)[1:]
        )


class _RunIndex:
    """Terms of a language that runs words together, by their first two characters."""

    def __init__(self, patterns: Sequence[_Pattern]) -> None:
        self._runs: dict[str, list[tuple[str, Group]]] = defaultdict(list)
        for pattern in patterns:
            for run in {"".join(pattern.words), " ".join(pattern.words)}:  # some put a space between phrases
                self._runs[run[:2]].append((run, pattern.group))

    def matches(self, text: str) -> Iterator[Match]:
        for at in range(len(text) - 1):
            for run, group in self._runs.get(text[at : at + 2], ()):
                if text.startswith(run, at):
                    yield Match(at, at + len(run), group)
                    break
