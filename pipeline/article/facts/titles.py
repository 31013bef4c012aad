"""Which of the names that a page gives itself is the article's title? Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from typing import Literal

from pipeline.article.facts.heading import likeness
from pipeline.text import clean

TitleOrigin = Literal["heading", "json_ld", "og", "twitter", "title"]
Title = tuple[TitleOrigin, str]

# What readers see weighs most; Open Graph's is often shortened for sharing; <title> is written for search engines.
_WEIGHTS: dict[TitleOrigin, float] = {"heading": 1.75, "json_ld": 1.0, "og": 1.0, "twitter": 0.5, "title": 0.25}
_SEPARATORS = (" | ", " – ", " — ", " - ", " :: ", " » ", " · ", " • ", " / ", " ‹ ", " « ", " ― ", "｜", " ｜ ", " : ")
_CUT = re.compile(r"\s*(?:…|\.\.\.)$")
_GENERIC = re.compile(
    r"(?:untitled|no title|\(no title\)|ohne titel|sans titre|sin título|без названия|home|start|news|article"
    r"|watch|live|video|\W*)$",
    re.IGNORECASE,
)
_HOST = re.compile(r"https?://([^/:?#]+)", re.IGNORECASE)
_MAX_KICKER_WORDS = 4
_MIN_CORE_CHARS = 12


def host_in(url: str | None) -> str | None:
    """Return the host that an address names, as written; None where it names none."""
    found = _HOST.match(url or "")
    return found[1] if found else None


def clean_title(raw: str | None) -> str | None:
    """Undo the entities that some sites escape twice, fold space."""
    return clean(unescape(raw)) if raw else None


def without_outlet(title: str | None, *names: str | None) -> str | None:
    """Return a title without the outlet's name at either end, where a bar, a dash or the like sets it off."""
    wanted = {_folded(name) for name in names if name} - {""}
    for separator in _SEPARATORS:
        head, found, tail = (title or "").rpartition(separator)
        if found and head.strip() and _folded(tail) in wanted:
            title = head.strip()
        head, found, tail = (title or "").partition(separator)
        if found and tail.strip() and _folded(head) in wanted:
            title = tail.strip()
    return title


def choose_title(titles: Sequence[Title], *names: str | None) -> str | None:
    """Choose a page's title by agreement: forms that differ by the outlet's name or a section's count as one.

    `names` are what the outlet is called; a title that is nothing but such a name is none. None where nothing is left.
    """
    outlet = {_folded(name) for name in names if name} - {""}
    kept = [
        (origin, cut) for origin, text in titles if (cut := without_outlet(text, *names)) and _folded(cut) not in outlet
    ]
    votes: defaultdict[str, float] = defaultdict(float)
    written: dict[str, str] = {}
    for origin, text in _once(kept):
        core = _core(text, [other for _, other in kept])
        key = _letters(core)
        votes[key] += _WEIGHTS[origin]
        written.setdefault(key, core)
    return written[max(votes, key=lambda key: votes[key])] if votes else None


def better_title(fed: str | None, titles: Sequence[Title], *names: str | None) -> str | None:
    """Return the feed's title, the outlet's own for this entry; the page's where the feed's is cut, or says nothing."""
    page = choose_title(titles, *names)
    known = [folded for name in names if name and len(folded := _folded(name)) > 2]
    learnt = (tail for tail in tails(titles) if any(name in _folded(tail) or _folded(tail) in name for name in known))
    title = without_outlet(fed, *names, *learnt)
    if not title or _is_generic(title, names):
        return page or title
    stem = _CUT.sub("", title)
    if stem != title and page and (_letters(page).startswith(_letters(stem)) or likeness(stem, page) > 0.8):
        return page
    return title


def _is_generic(title: str, names: Iterable[str | None]) -> bool:
    return bool(_GENERIC.match(title)) or _folded(title) in {_folded(name) for name in names if name}


def tails(titles: Sequence[Title]) -> Iterator[str]:
    """Yield what <title> and og:title have beyond the headline: what the outlet is called, a section, a date."""
    heads = [text for origin, text in titles if origin in ("heading", "json_ld")]
    for origin, text in titles:
        for head in heads if origin in ("title", "og") else ():
            if text.startswith(head) and (tail := text[len(head) :].strip(" |–—-:»·•/｜")):
                yield tail


def _once(titles: list[Title]) -> Iterator[Title]:
    """Leave out Twitter's title where it repeats Open Graph's: one field fills both."""
    shared = {_letters(text) for origin, text in titles if origin == "og"}
    yield from ((origin, text) for origin, text in titles if origin != "twitter" or _letters(text) not in shared)


def _core(text: str, others: list[str]) -> str:
    """Return the other title that this one only lengthens, by a section, an outlet or a kicker, or cuts short."""
    letters = _letters(text)
    for other in others:
        core = _letters(other)
        if min(len(core), len(letters)) < _MIN_CORE_CHARS or core == letters:
            continue
        if len(core) < len(letters):
            lengthens = text.startswith(other) and _is_set_off(text[len(other) :])
            if lengthens or (text.endswith(other) and _is_section(text[: -len(other)])):
                return other
        elif _CUT.search(text) and core.startswith(_letters(_CUT.sub("", text))):
            return other
    return text


def _is_set_off(tail: str) -> bool:
    return tail.lstrip().startswith(("|", "–", "—", "-", "::", "»", "·", "•", "/", "｜", "‹", "«"))


def _is_section(head: str) -> bool:
    """Whether words before a title name its section: few, and no colon, which belongs to the headline."""
    return len(head.split()) <= _MAX_KICKER_WORDS and not head.rstrip().endswith((":", "：", ",", "“", "‘"))


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())


def _folded(name: str) -> str:
    """Fold an outlet's name so that `The Example Times`, `Example Times` and `exampletimes.com` agree."""
    name = re.sub(r"^(?:https?://)?(?:www\.)?", "", name.strip().casefold())
    name = re.sub(r"\.(?:com?|org|net|info|news)?(?:\.?[a-z]{2})?$", "", name)
    return re.sub(r"\W+", "", name).removeprefix("the")
