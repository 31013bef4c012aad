"""Who wrote it: people, as the page names them. Pure."""

import re
from collections.abc import Iterable, Iterator
from html import unescape

from pipeline.text import clean

_MAX_NAMES = 30
_MAX_CHARS = 100
_BY = re.compile(
    r"^\W*(?:(?:written |posted |text |story |published |article )?by|von|par|por|de|di|af|av|door|przez|автор|від|от"
    r"|tarafından|yazan|autor(?:in)?|author|reporter)\b[\s:]+",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:;|\||,?\s+(?:and|und|et|y|e|och|og|en|и|та|ve)\s+|,|&|/|、|，|·)\s*", re.IGNORECASE)
_NO_NAME = re.compile(
    r"^(?:https?:|www\.)|[@<>{}()\[\]\d:…]|\.(?:com|org|net)\b|^(?:admin|editor|staff|null|none|unknown|undefined|n/a)$",
    re.IGNORECASE,
)
_MAX_NAME_WORDS = 5


def people(given: Iterable[str], *outlets: str | None) -> tuple[str, ...]:
    """Return the people named in what was given, each once, without "By", addresses, roles, and the outlet itself."""
    unwanted = {_letters(name) for name in outlets if name}
    found: dict[str, str] = {}
    for raw in given:
        for name in _split(raw):
            key = _letters(name)
            if key and key not in unwanted and not _NO_NAME.search(name):
                found.setdefault(key, name)
    return tuple(found.values())[:_MAX_NAMES]


def _split(raw: str) -> Iterator[str]:
    text = _BY.sub("", clean(unescape(raw)) or "")
    if len(text) > _MAX_CHARS * 5:
        return
    parts = [part for part in (_BY.sub("", part).strip() for part in _AND.split(text)) if part]
    names = [part for part in parts if 2 <= len(part.split()) <= _MAX_NAME_WORDS]
    if len(parts) > 1 and parts[0] in names:  # `Smith, John` and `Fire and Rescue` are one name each
        yield from names
    elif len(text) <= _MAX_CHARS:
        yield text.strip(" ,;|-–")


def _letters(name: str) -> str:
    return re.sub(r"\W+", "", name.casefold()).removeprefix("the")
