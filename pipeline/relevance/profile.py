"""A profile: how much evidence is asked for, and how much each part of an article and each group of terms counts."""

import tomllib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import SettingsError
from pipeline.relevance.definition import EVENT_TYPES, About, EventType
from pipeline.resources import data_path


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Thresholds(_Part):
    """Log-odds from which an article is kept or reviewed; evidence of the lexicon without which no whole text is kept.

    That evidence is of more than places and parties. `whole` is what a whole text needs less than a headline with its
    lead: much of what it says is beside the point. `past` is the evidence from which a bygone war is for review.
    """

    keep: float
    review: float
    whole: float = Field(ge=0)
    evidence: float
    past: float


class Zones(_Part):
    """How much the parts of an article count."""

    title: float = Field(ge=0)
    opening: float = Field(ge=0)  # the lead and the first sentences of the text
    opening_characters: int = Field(gt=0)
    body: float = Field(ge=0)  # the most that all the rest can add
    body_sentences: float = Field(gt=0)  # so many telling sentences add half of it
    other_worlds: tuple[str, ...]  # groups whose own news borrows the words of war
    other_share: float = Field(ge=0, le=1)  # a body of which more speaks of one of them is about that
    other: float = Field(ge=0)  # what each share above it takes away


class Company(_Part):
    """What is left of the weight of a needy term that no company backs."""

    alone: float = Field(ge=0, le=1)
    among_weak: float = Field(ge=0, le=1)  # beside a weak term of another group
    distant: float = Field(ge=0, le=1)  # in the body, of the company that the title and the opening give
    repeated: float = Field(ge=0, lt=1)  # each further term of a group counts this much of the one before


class Profile(_Part):
    """One file of config/profiles/."""

    name: str
    means: str
    thresholds: Thresholds
    zones: Zones
    company: Company
    based_on: str | None = None  # a profile whose settings stand where this one has none
    types: tuple[EventType, ...] = EVENT_TYPES  # of acts
    abouts: tuple[About, ...] = ("event", "related")
    otherwise: Literal["review", "drop"] = "review"  # what becomes of what another profile would keep
    always: tuple[EventType, ...] = ()  # types that are kept for themselves, however peaceful
    keeps_the_past: bool = False
    terms: dict[str, dict[str, tuple[str, ...]]] = {}  # more terms, by language and group
    without: dict[str, tuple[str, ...]] = {}  # terms left out, by language
    groups: dict[str, float] = {}  # factors on groups of config/lexicon/groups.toml; 0 switches one off

    def wants(self, about: About, event_type: EventType) -> bool:
        """Say whether what an article is about, and its surest type, are among those that are kept."""
        return about in self.abouts and event_type in self.types


def profile_path(profile: str | Path) -> Path:
    """Return the file of a profile given by name or by path. Raises SettingsError when there is none."""
    named = data_path("config", "profiles") / f"{profile}.toml"
    path = named if isinstance(profile, str) and named.is_file() else Path(profile)
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in named.parent.glob("*.toml")))
        raise SettingsError(f"no relevance profile {str(profile)!r}: give a file or one of {known}")
    return path


def read_profile(profile: str | Path, *, above: tuple[str | Path, ...] = ()) -> tuple[bytes, ...]:
    """Return the profile's TOML, and that of each one that it is based on. Raises SettingsError.

    `above` are those that are based on this one.
    """
    raw = profile_path(profile).read_bytes()
    try:
        base = tomllib.loads(raw.decode()).get("based_on")
    except ValueError as error:
        raise SettingsError(f"relevance profile {profile} can't be used: {error}") from None
    if base is None:
        return (raw,)
    if not isinstance(base, str):
        raise SettingsError(f"relevance profile {profile} can't be used: based_on must be a name or a path")
    if base in (profile, *above):
        raise SettingsError(f"relevance profile {profile} is based on itself")
    return (raw, *read_profile(base, above=(profile, *above)))


def parse_profile(raws: Sequence[bytes], groups: Collection[str], *, name: str) -> Profile:
    """Read a profile from its TOML and that of those that it is based on; `groups` are those that exist.

    A table (zones, groups …) is taken over key by key. `name` is for the message. Raises SettingsError.
    """
    merged: dict[str, Any] = {}
    try:
        for raw in reversed(raws):
            for key, value in tomllib.loads(raw.decode()).items():
                merged[key] = merged.get(key, {}) | value if isinstance(value, dict) else value
        profile = Profile.model_validate(merged)
    except (ValueError, TypeError, ValidationError) as error:  # TypeError: a table where its base has none
        raise SettingsError(f"relevance profile {name} can't be used: {error}") from None
    if unknown := profile.groups.keys() - set(groups):
        raise SettingsError(f"relevance profile {name} speaks of groups that don't exist: {', '.join(sorted(unknown))}")
    return profile
