"""The assessor: finds terms in an article, weighs them, and says what came of it and why. Pure."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, nextafter

from pipeline.relevance.definition import Reason, Relevance, Where
from pipeline.relevance.evidence import Evidence, Hit, Weighed, about, temporal, types, weigh
from pipeline.relevance.fold import fold
from pipeline.relevance.lexicon import Lexicon
from pipeline.relevance.profile import Profile
from pipeline.relevance.script import guess, primary
from pipeline.relevance.sentence import Sentence, sentences
from pipeline.types import Label

_TITLE, _LEAD, _TEXT = 1_000, 2_000, 8_000  # characters that are read; what a text is about shows long before
_REASONS = 12
_BELOW_KEEP = nextafter(0.5, 0)


@dataclass(frozen=True, slots=True)
class _Part:
    """One of the three strings, its sentences, and the terms in it."""

    where: Where
    text: str
    sentences: list[Sentence]
    hits: list[Hit]


class Assessor:
    """Judges articles under one profile. The same arguments give the same judgement."""

    def __init__(self, *, profile: Profile, lexicons: Mapping[str, Lexicon], model_id: str) -> None:
        self.model_id = model_id
        self.languages = frozenset(lexicons)
        self._profile = profile
        self._lexicons = lexicons
        self._least = _logistic(profile.thresholds.review - profile.thresholds.keep)

    def assess(self, *, title: str, text: str, lead: str = "", language: str | None) -> Relevance:
        """Judge an article; any string may be empty or hostile, `language` is a BCP-47 tag or None for unknown."""
        title, lead, text = title[:_TITLE], lead[:_LEAD], text[:_TEXT]
        if text.lstrip().startswith(lead.strip()):
            lead = ""  # the beginning of the text, and not to be counted twice
        lexicon, note = self._choose(f"{title}\n{lead}\n{text}", language)
        parts: list[_Part] = []
        named: tuple[tuple[Where, str], ...] = (("title", title), ("lead", lead), ("body", text))
        for where, part in named:
            parts.append(_read(where, part, lexicon, before=sum(len(one.sentences) for one in parts)))
        return self._conclude(parts, self._weigh(parts), note)

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

    def _conclude(self, parts: list[_Part], evidence: Evidence, note: str | None) -> Relevance:
        by_sentence: defaultdict[int, list[Weighed]] = defaultdict(list)
        for one in evidence.hits:
            by_sentence[one.hit.sentence].append(one)
        deciding = max(by_sentence.values(), key=lambda found: sum(one.weight for one in found), default=[])
        when = temporal(evidence, [one.hit for one in deciding])
        score, label = self._score(evidence, is_past=when == "past", is_foreign=note is not None)
        reasons = _reasons(parts, evidence, is_past=when == "past")
        if note:
            reasons = (Reason(term=note, weight=0.0, where="language", start=0, end=0), *reasons)
        is_about = label != "drop" and bool(deciding)
        part, sentence = _locate(parts, deciding[0].hit.sentence) if is_about else (None, None)
        is_in_text = part and sentence and part.where == "body"
        return Relevance(
            score=score,
            label=label,
            about=about(evidence.hits) if is_about else "none",
            types=types(evidence.hits) if is_about else (),
            temporal=when if is_about else None,
            reasons=reasons,
            sentence=part.text[sentence.start : sentence.end] if part and sentence else None,
            sentence_start=sentence.start if sentence and is_in_text else None,
            sentence_end=sentence.end if sentence and is_in_text else None,
            model_id=self.model_id,
            profile=self._profile.name,
        )

    def _score(self, evidence: Evidence, *, is_past: bool, is_foreign: bool) -> tuple[float, Label]:
        """Turn evidence into the score; what is long over, or in a language unread, stays in the band of review."""
        score = _logistic(evidence.present + (evidence.past if is_past else 0) - self._profile.thresholds.keep)
        if is_foreign or (is_past and score >= self._least):
            return min(self._least + (0.5 - self._least) * score, _BELOW_KEEP), "review"
        return score, "keep" if score >= 0.5 else "review" if score >= self._least else "drop"


def _logistic(evidence: float) -> float:
    return 1 / (1 + exp(-evidence))


def _read(where: Where, text: str, lexicon: Lexicon, *, before: int) -> _Part:
    """Find the sentences of a string and the terms in them; `before` sentences precede it in the article."""
    folded = fold(text)
    found = sentences(text)
    starts = [sentence.start for sentence in found]
    hits = []
    for match in lexicon.find(folded.text[:_TEXT]):
        start, end = folded.original(match.start, match.end)
        hits.append(Hit(where, start, end, match.group, before + bisect_right(starts, start) - 1))
    return _Part(where, text, found, hits)


def _reasons(parts: Iterable[_Part], evidence: Evidence, *, is_past: bool) -> tuple[Reason, ...]:
    """Return the terms that spoke for conflict most, heaviest first; bygone wars count only where they decide."""
    texts = {part.where: part.text for part in parts}
    counted = (one for one in evidence.hits if one.weight > 0 and (is_past or one.hit.group.tier != "past"))
    top = sorted(counted, key=lambda one: -one.weight)[:_REASONS]
    return tuple(
        Reason(
            term=texts[hit.where][hit.start : hit.end],
            weight=round(weight, 3),
            where=hit.where,
            start=hit.start,
            end=hit.end,
        )
        for hit, weight in top
    )


def _locate(parts: Iterable[_Part], number: int) -> tuple[_Part, Sentence]:
    """Return a sentence by its number, counted through all parts."""
    for part in parts:
        if number < len(part.sentences):
            return part, part.sentences[number]
        number -= len(part.sentences)
    raise AssertionError("a hit is always in a sentence")
