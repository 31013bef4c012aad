"""What a judgement consists of. What counts as conflict, and the hard calls, are told in docs/definition.md."""

from dataclasses import dataclass
from typing import Literal, get_args

from pipeline.types import Label

About = Literal["event", "related", "none"]
Temporal = Literal["now", "past", "possible"]
Where = Literal["title", "lead", "body", "language"]
EventType = Literal[
    "Battles",
    "Explosions/Remote violence",
    "Violence against civilians",
    "Protests",
    "Riots",
    "Strategic developments",
]  # ACLED's six
EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A term that counted: `term` stands in the argument that `where` names (body is the text), from `start` to `end`.

    `weight` is what it added to the log-odds. `where` is "language" (offsets and weight 0) in a note that no lexicon is
    made for the text.
    """

    term: str
    weight: float
    where: Where
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """What an article has to do with armed conflict, and why.

    `score` is in 0..1; .5 and more is kept. `types` are ACLED's, surest first, each scored 0..1. `sentence` decided
    most, None when dropped; its offsets are into the text, None when it stands in the title or the lead.
    """

    score: float
    label: Label
    about: About
    types: tuple[tuple[str, float], ...]
    temporal: Temporal | None
    reasons: tuple[Reason, ...]
    sentence: str | None
    sentence_start: int | None
    sentence_end: int | None
    model_id: str
    profile: str
