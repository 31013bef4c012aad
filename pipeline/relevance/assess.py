"""The assessor: finds terms in an article, weighs them, and says what came of it and why. Pure."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import exp, fsum, inf, nextafter
from typing import NamedTuple

from pipeline.relevance import model as linear
from pipeline.relevance.definition import About, EventType, Reason, Relevance
from pipeline.relevance.evidence import Evidence, about, temporal, weigh
from pipeline.relevance.lexicon import Lexicon
from pipeline.relevance.model import Features, Model
from pipeline.relevance.parts import Part, locate, shortened, take_apart
from pipeline.relevance.profile import Profile
from pipeline.relevance.reasons import Found, find, told
from pipeline.relevance.script import guess, primary
from pipeline.relevance.vocabulary import tokens_of
from pipeline.relevance.windows import Convolution, Reading, read
from pipeline.types import Label

_BELOW_KEEP = nextafter(0.5, 0)
_WHOLE = 6  # sentences; a text of so many that is about conflict says so more than once
_DIGITS = 6
_HAIR = 10**-_DIGITS


class Reader(NamedTuple):
    """What a language is read with: its terms, the weights of these and of its words, its convolution if it has one."""

    lexicon: Lexicon
    model: Model
    convolution: Convolution | None


class Assessor:
    """Judges articles under one profile. The same arguments give the same judgement."""

    def __init__(
        self,
        *,
        profile: Profile,
        readers: Mapping[str, Reader],
        model_id: str,
    ) -> None:
        self.model_id = model_id
        self.languages = frozenset(readers)
        self._profile = profile
        self._readers = readers
        self._off = {name for name, factor in profile.groups.items() if factor == 0}
        self._least = _logistic(profile.thresholds.review - profile.thresholds.keep)

    def assess(self, *, title: str, text: str, lead: str = "", language: str | None) -> Relevance:
        """Judge an article; any string may be empty or hostile, `language` is a BCP-47 tag or None for unknown."""
        parts, reader, note = self._take_apart(title, lead, text, language)
        evidence = self._weigh(parts)
        convolution = None if note else reader.convolution
        reading = read(convolution, tokens_of(parts, convolution.vocabulary)) if convolution else None
        seen = linear.features(evidence, () if note else parts, language=reader.lexicon.code)
        return self._conclude(parts, evidence, seen, reading, note, model=reader.model)

    def features(
        self, *, title: str, text: str, lead: str = "", language: str | None
    ) -> tuple[Features, tuple[Part, Part, Part]]:
        """Return what the models see of an article, features and parts; what they are trained on."""
        parts, reader, _ = self._take_apart(title, lead, text, language)
        return linear.features(self._weigh(parts), parts, language=reader.lexicon.code), parts

    def _take_apart(
        self, title: str, lead: str, text: str, language: str | None
    ) -> tuple[tuple[Part, Part, Part], Reader, str | None]:
        """Return the three parts, what they were read with, and a note where that isn't made for them."""
        title, lead, text = shortened(title, lead, text)
        reader, note = self._choose(f"{title}\n{lead}\n{text}", language)
        opening = self._profile.zones.opening_characters
        return take_apart(title, lead, text, lexicon=reader.lexicon, off=self._off, opening=opening), reader, note

    def _choose(self, everything: str, language: str | None) -> tuple[Reader, str | None]:
        """Return what to read with, and a note when it isn't made for the text."""
        if language and (fitting := self._readers.get(primary(language))):
            return fitting, None
        guessed = guess(everything)
        reader = self._readers.get(guessed or "", self._readers["en"])
        if language:
            return reader, f"no lexicon for language {language}"
        return reader, None if guessed in self._readers else "language unknown"

    def _weigh(self, parts: Sequence[Part]) -> Evidence:
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
        self,
        parts: Sequence[Part],
        evidence: Evidence,
        seen: Features,
        reading: Reading | None,
        note: str | None,
        *,
        model: Model,
    ) -> Relevance:
        is_past = evidence.past > max(evidence.present, 0)
        found = find(parts, evidence, seen, reading, model=model, profile=self._profile, is_past=is_past)
        deciding = _deciding(found)
        acts = about(evidence.hits)
        is_whole = len(parts[-1].sentences) >= _WHOLE
        is_faint = is_whole and evidence.beyond_places < self._profile.thresholds.evidence
        logit = _logit(seen, reading, model) if found else -inf  # nothing speaks for conflict
        if is_whole and not is_faint:
            logit += self._profile.thresholds.whole
        score, label = self._score(
            logit,
            evidence,
            is_past=is_past,
            is_foreign=note is not None,
            is_faint=is_faint,
        )
        is_typed = label != "drop" or self._profile.always
        kinds = linear.types(linear.type_logits(model, seen.values)) if is_typed else ()
        if note is None:  # what can't be read is for review in every profile
            score, label = self._narrowed(score, label, acts, kinds, deciding)
        unread = (Reason(term=note, weight=0.0, where="language", start=0, end=0),) if note else ()
        place = deciding[0].sentence if deciding and label != "drop" else None
        is_about = place is not None
        part, sentence = locate(parts, place) if place is not None else (None, None)
        is_in_text = part and sentence and part.where == "body"
        when = temporal(evidence, [one.hit for one in evidence.hits if one.hit.sentence == place])
        return Relevance(
            score=score,
            label=label,
            about=acts if is_about else "none",
            types=kinds if is_about else (),
            temporal=when if is_about else None,
            reasons=(*unread, *told(found)),
            sentence=part.text[sentence.start : sentence.end] if part and sentence else None,
            sentence_start=sentence.start if sentence and is_in_text else None,
            sentence_end=sentence.end if sentence and is_in_text else None,
            model_id=self.model_id,
            profile=self._profile.name,
        )

    def _narrowed(
        self, score: float, label: Label, acts: About, kinds: Sequence[tuple[EventType, float]], deciding: list[Found]
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
        if is_foreign or is_bygone or (score >= 0.5 and is_faint):
            return round(min(self._least + (0.5 - self._least) * score, _BELOW_KEEP), _DIGITS + 2), "review"
        return score, "keep" if score >= 0.5 else "review" if score >= self._least else "drop"


def _logit(seen: Features, reading: Reading | None, model: Model) -> float:
    """Return the log-odds of keep."""
    logit = linear.keep_logit(model, seen.values)
    return logit if reading is None else (logit + reading.logit) / 2  # each model errs where the other doesn't


def _deciding(found: Sequence[Found]) -> list[Found]:
    """Return what speaks for conflict in the sentence that says most of it."""
    by_sentence: defaultdict[int, list[Found]] = defaultdict(list)
    for one in found:
        by_sentence[one.sentence].append(one)
    return max(by_sentence.values(), key=lambda some: fsum(one.weight for one in some), default=[])


def _logistic(evidence: float) -> float:
    return 1 / (1 + exp(-min(max(evidence, -700.0), 700.0)))  # beyond it there is nothing but overflow
