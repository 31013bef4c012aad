"""The words and marks of walls and missing pages, from config/pages/."""

import tomllib
from collections.abc import Mapping
from functools import cache

from pipeline.resources import data_path


def hits(kind: str, text: str) -> int:
    """Count the distinct phrases of a kind, in any language, that a casefolded text holds."""
    return sum(map(text.__contains__, phrases_by_kind()[kind]))


@cache
def phrases_by_kind() -> Mapping[str, frozenset[str]]:
    """Return the phrases of each kind, all languages together: pages mix them."""
    given = tomllib.loads(data_path("config", "pages", "phrases.toml").read_text(encoding="utf-8"))
    return {kind: frozenset(one for many in languages.values() for one in many) for kind, languages in given.items()}


@cache
def marks_by_kind() -> Mapping[str, tuple[str, ...]]:
    """Return the names of software's parts by kind, without hyphens and underscores."""
    given = tomllib.loads(data_path("config", "pages", "marks.toml").read_text(encoding="utf-8"))
    return {kind: tuple(marks) for kind, marks in given.items()}
