"""Which agencies does a text say that it is from? By the list in config/agencies.toml. Pure but for reading it."""

import re
import tomllib
from functools import cache

from pipeline.resources import data_path

_NO_WORD = re.compile(r"[\W_]+")
_EDGE_CHARS = 300  # credits stand at the beginning ("KARSK, 3 May (Agency) —") or at the end


def credited(text: str) -> tuple[str, ...]:
    """Return the agencies named at the beginning or the end of a text, by their names in the list, in its order."""
    edges = text if len(text) <= 2 * _EDGE_CHARS else f"{text[:_EDGE_CHARS]}\n{text[-_EDGE_CHARS:]}"
    folded = f" {' '.join(_words(edges))} "
    return tuple(name for name, spellings in _agencies().items() if any(f" {s} " in folded for s in spellings))


@cache
def _agencies() -> dict[str, tuple[str, ...]]:
    listed = tomllib.loads(data_path("config", "agencies.toml").read_text(encoding="utf-8"))["agencies"]
    return {name: tuple(" ".join(_words(spelling)) for spelling in spellings) for name, spellings in listed.items()}


def _words(text: str) -> list[str]:
    return _NO_WORD.sub(" ", text.casefold()).split()
