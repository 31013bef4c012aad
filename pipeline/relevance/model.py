"""The linear model: what the lexicon's finds and the words beside them are worth together. Pure.

Logistic regression with an L2 penalty (Hastie, Tibshirani and Friedman 2009, ch. 4.4) over features that any outlet's
texts share: which groups of terms stand in the title and the opening, the lexicon's evidence, and plain words where a
language has texts enough to learn from. Groups of terms for conflict never weigh less than nothing, and those against
it never more, so that a text without the reasons that are named scores lower. tests/eval/training/train.py learns the
weights.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import exp, fsum, sqrt
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from pipeline.errors import SettingsError
from pipeline.relevance.definition import EVENT_TYPES, EventType
from pipeline.relevance.evidence import Evidence, Hit
from pipeline.relevance.parts import LONGEST_WORD, Part, Place

_EVIDENCE = (-4.0, 8.0)  # more is no surer
_STEM = 6  # letters of a word that count, where endings change
_LEAST_LETTERS = 3  # shorter words are above all grammar
_UNSPACED = re.compile("[\u1000-\u109f\u3400-\u9fff]")  # Burmese, Han
_FULL_WORDS = 12  # words that count whole: those of a headline; the root of it among more (docs/decisions/0071)
_NAMED = 0.2  # a type with less is not named


_Hundredths = Annotated[int, Field(ge=-30_000, le=30_000)]
Weights = tuple[_Hundredths, _Hundredths, _Hundredths, _Hundredths, _Hundredths, _Hundredths, _Hundredths]
"""Of one feature: hundredths that it adds to the log-odds of keep, then of each of ACLED's types, in their order."""


class Model(BaseModel):
    """config/relevance/weights.json: the bias, and weights by feature; those of words are in `files` of their own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    files: tuple[Annotated[str, Field(pattern=r"^[a-z_]+\.(json|npz)$")], ...]
    bias: Weights
    weights: dict[str, Weights]

    def with_words(self, words: Mapping[str, Weights]) -> "Model":
        """Return a model that has weights of words as well."""
        return self.model_copy(update={"weights": {**self.weights, **words}})

    def keep(self, name: str) -> float:
        """Return what a feature adds to the log-odds of keep."""
        return self.weights[name][0] / 100 if name in self.weights else 0.0


@dataclass(frozen=True, slots=True)
class Features:
    """What the model sees of an article: values by name, and where the words among them stand first."""

    values: Mapping[str, float]
    words: Mapping[str, Place]


_OF_STEMS = TypeAdapter(dict[str, Weights])
_Parsed = TypeVar("_Parsed")


def parse_model(raw: bytes, *, name: str) -> Model:
    """Read the weights' JSON; `name` is for the message. Raises SettingsError."""
    return _parse(Model.model_validate_json, raw, name=name)


def parse_words(raw: bytes, *, language: str, name: str) -> dict[str, Weights]:
    """Read the weights of a language's words, JSON by stem, and return them by feature. Raises SettingsError."""
    of_stems = _parse(_OF_STEMS.validate_json, raw, name=name)
    return {word_feature(stem, language): weights for stem, weights in of_stems.items()}


def _parse(validate: Callable[[bytes], _Parsed], raw: bytes, *, name: str) -> _Parsed:
    try:
        return validate(raw)  # JSON and types at once, by far the quickest way: there are tens of thousands of rows
    except ValidationError as error:
        first, *_ = error.errors()
        where = " ".join(str(part) for part in first["loc"])
        raise SettingsError(f"{name} can't be used: {where}: {first['msg']} ({error.error_count()} such)") from None


def features(evidence: Evidence, parts: Iterable[Part], *, language: str) -> Features:
    """Return what tells: evidence, groups and tiers of the terms in the heading, and the words of `parts`.

    A group counts by what is left of its weight: a needy term that nothing backs is hardly there. A word counts less
    among many, so that a long opening is no surer than a short one.
    """
    least, most = _EVIDENCE
    values = {
        "evidence": min(max(evidence.heading, least), most),
        "body": min(max(evidence.body, least), most),
        "past": min(evidence.past, 4.0),
    }
    for hit, weight in evidence.hits[: evidence.n_heading]:
        share = min(abs(weight) / hit.group.weight, 1.0) if hit.group.weight else 1.0
        for name in group_features(hit):
            values[name] = max(values.get(name, 0.0), share)
    found: dict[str, Place] = {}  # in order, as training wants it
    for number, part in enumerate(parts):
        for stem, start, end in stems(part.words):
            name = word_feature(stem, language)
            if name not in found and part.may_speak(start, end):
                found[name] = number, start, end
    values |= dict.fromkeys(found, min(1.0, sqrt(_FULL_WORDS / max(len(found), 1))))
    return Features(values, found)


def group_features(hit: Hit) -> tuple[str, str, str]:
    """Return the features that a term in the heading switches on."""
    zone = "title" if hit.where == "title" else "opening"
    return f"group {hit.group.name}", f"{zone} {hit.group.name}", f"tier {hit.group.tier}"


def word_feature(stem: str, language: str) -> str:
    """Return the feature that a word switches on."""
    return f"word {language} {stem}"


def stems(words: Iterable[tuple[str, int, int]]) -> Iterator[tuple[str, int, int]]:
    """Yield the beginnings of words that may tell, with their spans; of scripts without spaces each pair of signs."""
    for word, start, end in words:
        if not word.isascii() and _UNSPACED.search(word):
            for at in range(len(word) - 1):
                yield word[at : at + 2], start + at, start + at + 2
        elif _LEAST_LETTERS <= len(word) <= LONGEST_WORD and not word.isdigit():
            yield word[:_STEM], start, end


def keep_logit(model: Model, values: Mapping[str, float]) -> float:
    """Return the log-odds of keep; the sum is exact, so that no order of features can move it."""
    weights = model.weights
    return fsum([model.bias[0], *(weights[name][0] * value for name, value in values.items() if name in weights)]) / 100


def type_logits(model: Model, values: Mapping[str, float]) -> dict[EventType, float]:
    """Return the log-odds of each type; the sums are exact."""
    known = [(model.weights[name], value) for name, value in values.items() if name in model.weights]
    sums = (fsum([bias, *(one[n] * value for one, value in known)]) / 100 for n, bias in enumerate(model.bias))
    return dict(zip(EVENT_TYPES, list(sums)[1:], strict=True))


def types(logits: Mapping[EventType, float]) -> tuple[tuple[EventType, float], ...]:
    """Return types with their probabilities, surest first; what is hardly likely is left out."""
    most = max(logits.values())
    shares = {name: exp(value - most) for name, value in logits.items()}
    total = fsum(shares.values())
    ranked = sorted(shares.items(), key=lambda item: (-item[1], EVENT_TYPES.index(item[0])))
    return tuple((name, round(share / total, 3)) for name, share in ranked if share / total >= _NAMED)
