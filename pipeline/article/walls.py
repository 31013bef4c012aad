"""What stands in an article's way: each kind's test says why a page is of it, or None. Pure."""

import re
from collections.abc import Callable, Sequence

from pipeline.article.phrases import hits
from pipeline.article.sight import LIST, MUCH_PROSE, PROSE_WORDS, SOME_PROSE, Sight
from pipeline.text import words
from pipeline.types import PageKind

_CONSENT_IF_OWN = 0.13  # distinct phrases a word: an article on consent has some, a wall is made of them
_CONSENT_IF_LONG = 0.08
_NUMBER_404 = re.compile(r"(?<!\d)(?:404|410)(?!\d)|(?<!\d)٤٠٤(?!\d)|(?<!\d)۴۰۴(?!\d)")
_NUMBER_5XX = re.compile(r"(?<!\d)(?:500|502|503|504|520|521|522|523|524|525|526|1020)(?!\d)")
_JUMP = re.compile(r"^\s*(\d+)(?:\.\d+)?\s*[;,]\s*url\s*=\s*\S", re.IGNORECASE)
_INDEX_TYPES = frozenset({"CollectionPage", "ItemList", "SearchResultsPage", "ProfilePage", "ContactPage", "AboutPage"})
_INDEX_PATH = re.compile(
    r"(?:^|/)(?:tags?|topics?|category|categories|archives?|authors?|search|section|page/\d+|temas?|themen?|rubrik\w*|sujets?|etiqueta)(?=/|$)"
)


def _is_blocked(page: Sight) -> str | None:
    signs = page.signs
    if page.is_own or signs.n_visible_words > 400 or page.n_prose > MUCH_PROSE:
        return None
    n_title, n = hits("blocked", page.title_words), hits("blocked", page.said)
    if page.mark("blocked") and (n or signs.n_visible_words < 40) and not page.agrees:
        return "a bot wall's markup"
    if n_title or n >= 2:
        return "a bot wall's words" if not page.agrees or n >= 2 else None
    return None


def _is_consent(page: Sight) -> str | None:
    signs = page.signs
    if page.n_words > 8:
        boxed = sum(n for line, n in page.lines if line in signs.consent_words)
        n = hits("consent", page.text[:6000].casefold())
        if n >= 3 and boxed * 3 > page.n_words * 2:
            return f"{n} phrases of consent, in a box of consent software"
        if n < 4 or page.n_words >= 4 * MUCH_PROSE:
            return None
        rest = sum(n for line, n in page.lines if n >= PROSE_WORDS and not hits("consent", line.casefold()))
        least = _CONSENT_IF_OWN if page.agrees else _CONSENT_IF_LONG if page.is_own else 0
        is_wall = rest * 2 < page.n_words and n >= least * page.n_words
        return f"{n} phrases of consent, and little else" if is_wall else None
    n = hits("consent", signs.visible.casefold())
    return f"{n} phrases of consent on a page without a text" if n >= 3 and signs.n_visible_words < 400 else None


def _is_soft_404(page: Sight) -> str | None:
    signs = page.signs
    if page.is_own or (page.agrees and page.n_prose >= PROSE_WORDS):
        return None
    own = " \n ".join((*signs.titles, *signs.headings[:3])).casefold()
    number = _NUMBER_404.search(own)
    first = " ".join(line for line, _ in page.lines[:3])[:400].casefold()
    n = hits("soft_404", own)
    if page.n_prose < MUCH_PROSE and not page.agrees:
        if n or (number and len(words(own)) < 40):
            return "its title says that nothing is there"
        if page.mark("soft_404") and (hits("soft_404", page.said) or _NUMBER_404.search(page.said[:600])):
            return "marked as a missing page"
        if hits("soft_404", f"{first}\n{signs.visible[:500].casefold()}") and page.n_prose < 2 * SOME_PROSE:
            return "its first words say that nothing is there"
    return (
        "a missing page under its old title"
        if page.agrees and page.n_words < 60 and hits("soft_404", first) and signs.n_visible_words < 400
        else None
    )


def _is_error(page: Sight) -> str | None:
    if page.is_own or page.n_prose > MUCH_PROSE or (page.agrees and page.n_prose >= PROSE_WORDS):
        return None
    n_title, n = hits("error", page.title_words), hits("error", page.said[:3000])
    number = _NUMBER_5XX.search(" \n ".join(page.signs.titles))
    if (n_title or number) and page.signs.n_visible_words < 300 and not page.agrees:
        return "its title tells of an error"
    return "its words tell of an error" if n >= 1 and page.signs.n_visible_words < 120 and not page.agrees else None


def _is_login(page: Sight) -> str | None:
    signs = page.signs
    if page.is_own or page.n_prose > MUCH_PROSE or (page.agrees and page.n_prose >= PROSE_WORDS):
        return None
    n_title = hits("login", page.title_words)
    if signs.has_password and (n_title or signs.n_visible_words < 200) and len(signs.cards) < 3 * LIST:
        return "a form that wants a password, and no text"
    if n_title and hits("login", page.around) >= 2 and signs.n_inputs and signs.n_visible_words < 300:
        return "a form to sign in, and no text"
    if (
        hits("login", " ".join(signs.titles).casefold())
        and hits("login", page.around) >= 2
        and signs.n_visible_words < 150
    ):
        return "its title asks to sign in"
    return None


def _is_parked(page: Sight) -> str | None:
    if page.is_own or page.n_prose > MUCH_PROSE or page.agrees:
        return None
    n = hits("parked", page.said)
    return (
        "a domain for sale"
        if n
        and page.signs.n_visible_words < 300
        and (page.mark("parked") or hits("parked", page.title_words) or n >= 2 or page.signs.n_visible_words < 120)
        else None
    )


def _is_shell(page: Sight) -> str | None:
    signs = page.signs
    if page.n_prose >= SOME_PROSE:
        return None
    jump = _JUMP.match(signs.meta.get("refresh", ""))
    if jump and int(jump[1][:4]) <= 30 and signs.n_visible_words < 120:
        return "a jump to another page"
    said = f"{page.said}\n{signs.furniture.casefold()}"
    if signs.n_visible_words < 80 and hits("shell", said) and not (page.agrees and page.n_prose):
        return "to be filled by scripts"
    return (
        "nothing but its frame"
        if signs.n_visible_words < 15 and page.n_words < 8 and not signs.n_images and not signs.n_players
        else None
    )


def _is_index(page: Sight) -> str | None:
    signs = page.signs
    if page.agrees and (page.n_prose >= PROSE_WORDS or page.is_declared):
        return None
    n, is_article = len(signs.cards), 0 < signs.n_article_nodes < 3
    says_so = signs.n_article_nodes >= 3 or bool(signs.types & _INDEX_TYPES)
    if says_so and not is_article and n >= 3 and page.n_prose < 3 * MUCH_PROSE:
        return "says that it is a list"
    if n < LIST or (page.is_declared and page.n_prose >= SOME_PROSE) or _is_media(page):
        return None
    return f"{n} headlines, and little else" if _is_mostly_cards(page) else None


def _is_mostly_cards(page: Sight) -> bool:
    signs = page.signs
    n_words = sum(len(words(card)) for card in signs.cards)
    share = n_words / max(signs.n_visible_words, 1)
    if page.n_prose < SOME_PROSE and share >= 0.4:
        return True
    if page.agrees:
        return False
    at_lists = bool(_INDEX_PATH.search(page.path)) or page.path in ("", "/")
    at_lists = at_lists or signs.meta.get("og:type") in ("website", "profile")
    return (page.n_prose < MUCH_PROSE and share >= 0.5) or (
        at_lists and page.n_prose < 2 * MUCH_PROSE and n_words > 2 * page.n_prose
    )


def _is_media(page: Sight) -> bool:
    return page.signs.meta.get("og:type", "").startswith(("video", "music", "audio")) or bool(
        page.signs.types & {"VideoObject", "PodcastEpisode", "AudioObject", "ImageGallery", "MediaGallery"}
    )


WALLS: Sequence[tuple[PageKind, Callable[[Sight], str | None]]] = (
    ("soft_404", _is_soft_404), ("blocked", _is_blocked), ("consent", _is_consent), ("login", _is_login),
    ("parked", _is_parked), ("error", _is_error), ("shell", _is_shell), ("index", _is_index),
)  # fmt: skip
"""Kinds that are no articles, each with the test that says why a page is of it, in the order of asking."""
