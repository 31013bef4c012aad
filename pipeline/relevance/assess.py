"""The assessor: finds terms in an article, weighs them, and says what came of it and why. Pure."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, fsum, inf, nextafter
from typing import NamedTuple

from pipeline.relevance import model as linear
from pipeline.relevance.definition import About, EventType, Reason, Relevance, Where
from pipeline.relevance.evidence import Evidence, Hit, about, temporal, weigh
from pipeline.relevance.fold import Folded, fold
from pipeline.relevance.lexicon import Lexicon, words
from pipeline.relevance.model import Features, Model, Word
from pipeline.relevance.profile import Profile
from pipeline.relevance.script import guess, primary
from pipeline.relevance.sentence import Sentence, sentences
from pipeline.types import Label

_TITLE, _LEAD, _TEXT = 1_000, 2_000, 3_000  # characters that are read; what a text is about shows long before
_WORD = 64  # characters; a longer one is none
_REASONS = 12
_BELOW_KEEP = nextafter(0.5, 0)
_WHOLE = 6  # sentences; a text of so many that is about conflict says so more than once
_DIGITS = 6
_HAIR = 10**-_DIGITS
_LEAST_WEIGHT = 0.05  # a reason that moves less is none


class _Found(NamedTuple):
    """A term or a word that speaks for conflict, and how much it moves the log-odds."""

    weight: float
    where: Where
    start: int
    end: int
    sentence: int
    hit: Hit | None


@dataclass(frozen=True, slots=True)
class _Part:
    """One of the three strings, its sentences, and the terms in it."""

    where: Where
    text: str
    folded: Folded
    sentences: list[Sentence]
    hits: list[Hit]
    silent: set[int]  # places in the folded text that no word may speak from: cancelled, taken out or switched off
    first: int  # number of its first sentence, counted through all parts


class Assessor:
    """Judges articles under one profile. The same arguments give the same judgement."""

    def __init__(self, *, profile: Profile, lexicons: Mapping[str, Lexicon], model: Model, model_id: str) -> None:
        self.model_id = model_id
        self.languages = frozenset(lexicons)
        self._profile = profile
        self._lexicons = lexicons
        self._model = model
        self._off = {name for name, factor in profile.groups.items() if factor == 0}
        self._least = _logistic(profile.thresholds.review - profile.thresholds.keep)

    def assess(self, *, title: str, text: str, lead: str = "", language: str | None) -> Relevance:
        """Judge an article; any string may be empty or hostile, `language` is a BCP-47 tag or None for unknown."""
        parts, lexicon, note = self._take_apart(title, lead, text, language)
        evidence = self._weigh(parts)
        return self._conclude(parts, evidence, self._see(parts, evidence, lexicon), lexicon.code, note)

    def features(self, *, title: str, text: str, lead: str = "", language: str | None) -> Features:
        """Return what the linear model sees of an article; what it is trained on."""
        parts, lexicon, _ = self._take_apart(title, lead, text, language)
        return self._see(parts, self._weigh(parts), lexicon)

    def _take_apart(
        self, title: str, lead: str, text: str, language: str | None
    ) -> tuple[list[_Part], Lexicon, str | None]:
        """Return the three parts, the lexicon that they were read with, and a note where it isn't made for them."""
        title, lead, text = title[:_TITLE], lead[:_LEAD], text[:_TEXT]
        if text.lstrip().startswith(lead.strip()):
            lead = ""  # the beginning of the text, and not to be counted twice
        lexicon, note = self._choose(f"{title}\n{lead}\n{text}", language)
        parts: list[_Part] = []
        named: tuple[tuple[Where, str], ...] = (("title", title), ("lead", lead), ("body", text))
        for where, part in named:
            parts.append(_read(where, part, lexicon, off=self._off, before=sum(len(one.sentences) for one in parts)))
        return parts, lexicon, note

    def _see(self, parts: Sequence[_Part], evidence: Evidence, lexicon: Lexicon) -> Features:
        """Return the features: terms of title, lead and opening, the words beside them, and the evidence of all."""
        is_told = lexicon.code in self._model.word_languages
        end = self._profile.zones.opening_characters
        found = (word for part in parts for word in _words(part, end)) if is_told else ()
        return linear.features(evidence, found, language=lexicon.code)

    def _choose(self, everything: str, language: str | None) -> tuple[Lexicon, str | None]:
        """Return the lexicon to read with, and a note when it isn't made for the text."""
        if language and (fitting := self._lexicons.get(primary(language))):
            return fitting, None
        guessed = guess(everything)
        lexicon = self._lexicons.get(guessed or "", self._lexicons["en"])
        if language:
            return lexicon, f"no lexicon for language {language}"
        return lexicon, None if guessed in self._lexicons else "language unknown"

    def _weigh(self, parts: Iterable[_Part]) -> Evidence:
        title, lead, body = parts
        ends = [sentence.end for sentence in body.sentences]
        n_opening = min(bisect_right(ends, self._profile.zones.opening_characters) + 1, len(ends))
        first = len(title.sentences) + len(lead.sentences)
        opening = [hit for hit in body.hits if hit.sentence < first + n_opening]
        rest = body.hits[len(opening) :]
        n_body = len(ends) - n_opening
        return weigh(
            title.hits,
            [*lead.hits, *opening],
            rest,
            is_titled=bool(title.sentences),
            n_body=n_body,
            profile=self._profile,
        )

    def _conclude(
        self, parts: list[_Part], evidence: Evidence, seen: Features, language: str, note: str | None
    ) -> Relevance:
        is_past = evidence.past > max(evidence.present, 0)
        found = self._found(evidence, seen, language, is_past=is_past)
        by_sentence: defaultdict[int, list[_Found]] = defaultdict(list)
        for one in found:
            by_sentence[one.sentence].append(one)
        deciding = max(by_sentence.values(), key=lambda some: fsum(one.weight for one in some), default=[])
        place = deciding[0].sentence if deciding else None
        when = temporal(evidence, [one.hit for one in evidence.hits if one.hit.sentence == place])
        logit, of_types = linear.logits(self._model, seen.values)
        kinds = linear.types(of_types)
        acts = about(evidence.hits)
        is_whole = len(parts[-1].sentences) >= _WHOLE
        is_faint = is_whole and evidence.beyond_places < self._profile.thresholds.evidence
        logit += self._profile.thresholds.whole if is_whole else 0.0
        score, label = self._score(
            logit if found else -inf,  # nothing speaks for conflict
            evidence,
            is_past=is_past,
            is_foreign=note is not None,
            is_faint=is_faint,
        )
        if note is None:  # what can't be read is for review in every profile
            score, label = self._narrowed(score, label, acts, kinds, deciding)
        reasons = _reasons(parts, found)
        if note:
            reasons = (Reason(term=note, weight=0.0, where="language", start=0, end=0), *reasons)
        is_about = label != "drop" and bool(deciding)
        part, sentence = _locate(parts, deciding[0].sentence) if is_about else (None, None)
        is_in_text = part and sentence and part.where == "body"
        return Relevance(
            score=score,
            label=label,
            about=acts if is_about else "none",
            types=kinds if is_about else (),
            temporal=when if is_about else None,
            reasons=reasons,
            sentence=part.text[sentence.start : sentence.end] if part and sentence else None,
            sentence_start=sentence.start if sentence and is_in_text else None,
            sentence_end=sentence.end if sentence and is_in_text else None,
            model_id=self.model_id,
            profile=self._profile.name,
        )

    def _narrowed(
        self, score: float, label: Label, acts: About, kinds: Sequence[tuple[EventType, float]], deciding: list[_Found]
    ) -> tuple[float, Label]:
        """Apply what the profile wants of types and acts; a type that it always wants is kept by its own terms."""
        profile = self._profile
        kind, share = kinds[0] if kinds else (None, 0.0)
        is_named = any(one.hit and one.hit.group.type == kind for one in deciding)
        if kind in profile.always and is_named and share >= 0.5 and label != "keep":
            return max(share, 0.5), "keep"
        if label == "drop" or kind is None or profile.wants(acts, kind):
            return score, label
        if profile.otherwise == "drop":
            return min(score, round(self._least - _HAIR, _DIGITS)), "drop"
        return min(score, _BELOW_KEEP), "review"

    def _found(self, evidence: Evidence, seen: Features, language: str, *, is_past: bool) -> list[_Found]:
        """Return what speaks for conflict, with what it moves.

        A term moves by its evidence, by what its group is the first to add, and by the words in it that stand there
        first; a word outside of terms by its own weight. Bygone wars speak only where they decide, and then by their
        evidence, as does what the profile always wants: the model knows no good of either.
        """
        weight_of, counted = self._model.keep, set[str]()
        of_words = self._of_words(seen, language)
        found = []
        for number, (hit, weight) in enumerate(evidence.hits):
            new = [name for name in linear.group_features(hit) if name in seen.values and name not in counted]
            counted.update(new)
            added = fsum(weight_of(name) * seen.values[name] for name in new)
            moved = weight_of("evidence" if number < evidence.n_heading else "body") * weight + added
            inside = [key for key in ((hit.where, at) for at in range(hit.start, hit.end)) if key in of_words]
            moved += fsum(of_words.pop(key)[0] for key in inside)
            if hit.group.tier == "past":
                moved = weight if is_past else 0.0
            elif hit.group.type in self._profile.always:
                moved = max(moved, weight)
            if weight > 0:
                found.append(_Found(moved, hit.where, hit.start, hit.end, hit.sentence, hit))
        found += [
            _Found(moved, word.where, word.start, word.end, word.sentence, None) for moved, word in of_words.values()
        ]
        return [one for one in found if one.weight >= _LEAST_WEIGHT]

    def _of_words(self, seen: Features, language: str) -> dict[tuple[Where, int], tuple[float, Word]]:
        """Return the words by where they stand first, each with what it moves."""
        first = {word.stem: word for word in reversed(seen.words)}
        named = ((linear.word_feature(stem, language), word) for stem, word in first.items())
        return {(word.where, word.start): (self._model.keep(name) * seen.values[name], word) for name, word in named}

    def _score(
        self, logit: float, evidence: Evidence, *, is_past: bool, is_foreign: bool, is_faint: bool
    ) -> tuple[float, Label]:
        """Turn log-odds into the score.

        What is long over, in a language unread, or a whole text that hardly speaks of conflict is for review at most.
        """
        score = round(_logistic(logit - self._profile.thresholds.keep), _DIGITS)
        is_bygone = is_past and evidence.present + evidence.past >= self._profile.thresholds.past
        if is_bygone and self._profile.keeps_the_past and not is_foreign:
            return max(score, 0.5), "keep"
        if is_foreign or is_bygone:
            return round(min(self._least + (0.5 - self._least) * score, _BELOW_KEEP), _DIGITS + 2), "review"
        if score >= 0.5 and is_faint:
            return _BELOW_KEEP, "review"
        return score, "keep" if score >= 0.5 else "review" if score >= self._least else "drop"


def _logistic(evidence: float) -> float:
    return 1 / (1 + exp(-min(max(evidence, -700.0), 700.0)))  # beyond it there is nothing but overflow


def _read(where: Where, text: str, lexicon: Lexicon, *, off: Collection[str], before: int) -> _Part:
    """Find the sentences of a string and the terms in them; `before` sentences precede it in the article."""
    folded = fold(text)
    found = sentences(text)
    starts = [sentence.start for sentence in found]
    hits, silent = [], set[int]()
    for match in lexicon.find(folded.text[:_TEXT]):
        if match.group.tier == "cancel" or match.group.name in off:
            silent.update(range(match.start, match.end))
        if match.group.tier != "cancel":
            start, end = folded.original(match.start, match.end)
            hits.append(Hit(where, start, end, match.group, before + bisect_right(starts, start) - 1))
    return _Part(where, text, folded, found, hits, silent, before)


def _words(part: _Part, end: int) -> Iterable[Word]:
    """Yield the words of a part that may tell; of the body those before `end`."""
    starts = [sentence.start for sentence in part.sentences]
    end = end if part.where == "body" else len(part.folded.text)
    for stem, first, last in linear.stems(words(part.folded.text[: end + _WORD])):
        if last > end:
            return
        if first not in part.silent and last - 1 not in part.silent:
            start, stop = part.folded.original(first, last)
            yield Word(stem, part.where, start, stop, part.first + bisect_right(starts, start) - 1)


def _reasons(parts: Iterable[_Part], found: Iterable[_Found]) -> tuple[Reason, ...]:
    """Return what spoke for conflict most, heaviest first."""
    texts = {part.where: part.text for part in parts}
    top = sorted(found, key=lambda one: -one.weight)[:_REASONS]
    return tuple(
        Reason(
            term=texts[one.where][one.start : one.end],
            weight=round(one.weight, 3),
            where=one.where,
            start=one.start,
            end=one.end,
        )
        for one in top
    )


def _locate(parts: Iterable[_Part], number: int) -> tuple[_Part, Sentence]:
    """Return a sentence by its number, counted through all parts."""
    for part in parts:
        if number < len(part.sentences):
            return part, part.sentences[number]
        number -= len(part.sentences)
    raise AssertionError("a hit is always in a sentence")
