"""Why an article scores as it does: what speaks for conflict, where, and how much it moves. Pure."""

from collections.abc import Iterable, Sequence
from math import fsum
from typing import NamedTuple

from pipeline.relevance import model as linear
from pipeline.relevance.definition import Reason, Where
from pipeline.relevance.evidence import Evidence, Hit
from pipeline.relevance.model import Features, Model
from pipeline.relevance.parts import Part
from pipeline.relevance.profile import Profile
from pipeline.relevance.windows import Reading

_MOST = 40  # a long wire has some thirty; without those that are named its score must sink
_LEAST_WEIGHT = 0.05  # what moves less is no reason


class Found(NamedTuple):
    """A term or a word that speaks for conflict, and how much it moves the log-odds.

    The span is of the folded text.
    """

    weight: float
    part: Part
    start: int
    end: int
    sentence: int
    hit: Hit | None


_Words = dict[tuple[int, int], tuple[float, int]]  # by part and start: what a word moves, and its end


def find(
    parts: Sequence[Part],
    evidence: Evidence,
    seen: Features,
    reading: Reading | None,
    *,
    model: Model,
    profile: Profile,
    is_past: bool,
) -> list[Found]:
    """Return what speaks for conflict, with what it moves; `reading` is the convolution's, where there is one.

    A term moves by its evidence, by what its group is the first to add, and by the words in it; a word outside of
    terms by its own weights, and by what filters find around it. Bygone wars speak only where they decide, and then
    by their evidence, as does what the profile always wants: the models know no good of either.
    """
    share = 1.0 if reading is None else 0.5  # of each of two models
    of_words = _of_words(seen, reading, model=model, share=share)
    number_of = {part.where: number for number, part in enumerate(parts)}
    found = []
    counted = set[str]()
    for at, (hit, weight) in enumerate(evidence.hits):
        number = number_of[hit.where]
        new = [name for name in linear.group_features(hit) if name in seen.values and name not in counted]
        counted.update(new)
        moved = share * model.keep("evidence" if at < evidence.n_heading else "body") * weight
        moved += share * fsum(model.keep(name) * seen.values[name] for name in new)
        inside = [key for key in ((number, start) for start in range(hit.start, hit.end)) if key in of_words]
        moved += fsum(of_words.pop(key)[0] for key in inside)
        if hit.group.tier == "past":
            moved = weight if is_past else 0.0
        elif hit.group.type in profile.always:
            moved = max(moved, weight)
        if weight > 0 and moved >= _LEAST_WEIGHT:
            found.append(Found(moved, parts[number], hit.start, hit.end, hit.sentence, hit))
    for (number, start), (moved, end) in of_words.items():
        if moved >= _LEAST_WEIGHT:
            part = parts[number]
            found.append(Found(moved, part, start, end, part.sentence_at(start), None))
    return found


def _of_words(seen: Features, reading: Reading | None, *, model: Model, share: float) -> _Words:
    """Return the words by where they stand, each with what it moves.

    Both models count a word where it stands first; the convolution moves by the windows around words as well.
    """
    found: _Words = {}
    for name, (number, start, end) in seen.words.items():
        if name in model.weights:
            found[number, start] = share * model.keep(name) * seen.values[name], end
    if reading:
        for place, moved in zip(reading.places, reading.moved, strict=True):
            if place and moved:
                number, start, end = place
                before, _ = found.get((number, start), (0.0, end))
                found[number, start] = before + share * moved, end
    return found


class _Span(NamedTuple):
    where: Where
    start: int
    end: int
    weight: float
    text: str


def told(found: Iterable[Found]) -> tuple[Reason, ...]:
    """Return what spoke for conflict most, heaviest first; what overlaps is one reason, as pairs of signs do."""
    joined: list[_Span] = []
    for span in sorted(map(_span, found)):
        last = joined[-1] if joined else None
        if last and last.where == span.where and span.start < last.end:
            joined[-1] = last._replace(end=max(last.end, span.end), weight=last.weight + span.weight)
        else:
            joined.append(span)
    return tuple(
        Reason(term=text[start:end], weight=round(weight, 3), where=where, start=start, end=end)
        for where, start, end, weight, text in sorted(joined, key=lambda one: -one.weight)[:_MOST]
    )


def _span(one: Found) -> _Span:
    start, end = one.part.folded.original(one.start, one.end)
    return _Span(one.part.where, start, end, one.weight, one.part.text)
