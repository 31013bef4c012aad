"""What is this page? An article, something like one, or a thing that stands in its way. Pure.

Structure decides, phrases of many languages support. A page whose own title is the one that the feed gave, or that has
prose of its own, is never taken for a wall merely for its words: articles speak of cookies, paywalls and missing pages.
See docs/decisions/0051-page-kinds.md.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args
from urllib.parse import urlsplit

from pipeline.article.phrases import hits
from pipeline.article.signs import Signs
from pipeline.article.words import overlap, words

PageKind = Literal[
    "article", "live_blog", "gallery", "video", "audio", "paywall",
    "index", "consent", "blocked", "login", "soft_404", "error", "parked", "shell", "repeated",
]  # fmt: skip
"""What a page turned out to be; the last nine words are no articles."""

NOT_ARTICLES = frozenset(get_args(PageKind)[6:])
"""Kinds whose words are never taken for an article's."""

_PROSE_WORDS = 18  # of a line: a sentence or two; labels, buttons and headlines are shorter
_MUCH_PROSE = 120  # words: more than walls, errors and missing pages say
_SOME_PROSE = 35  # words: a news brief
_LIST = 6  # headlines that make a list
_STUB = 230  # words: more of it and a teaser is as good as an article
_SHORT = 160  # words: of a page that says it isn't free, and doesn't show where
_TITLES_AGREE = 0.6  # share of the shorter title's words
_CONSENT_IF_OWN = 0.13  # distinct phrases a word: an article on consent has some, a wall is made of them
_CONSENT_IF_LONG = 0.08
_ELLIPSIS = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|\(…\)|\(\.\.\.\))[\s\"'”’»\])]*$")
_NUMBER_404 = re.compile(r"(?<!\d)(?:404|410)(?!\d)|(?<!\d)٤٠٤(?!\d)|(?<!\d)۴۰۴(?!\d)")
_NUMBER_5XX = re.compile(r"(?<!\d)(?:500|502|503|504|520|521|522|523|524|525|526|1020)(?!\d)")
_JUMP = re.compile(r"^\s*(\d+)(?:\.\d+)?\s*[;,]\s*url\s*=\s*\S", re.IGNORECASE)
_INDEX_TYPES = frozenset({"CollectionPage", "ItemList", "SearchResultsPage", "ProfilePage", "ContactPage", "AboutPage"})
_LIVE_PATH = re.compile(r"(?:^|[/_-])(?:live-?blog|live-?ticker|live-?updates?|en-direct|en-vivo|minuto-a-minuto|ao-vivo|live)(?=[/_-]|$)")
_GALLERY_PATH = re.compile(r"(?:^|[/_-])(?:galler(?:y|ies)|galeri[ea]s?|galerias?|photos?|fotos?|pictures|in-pictures|diaporamas?|fotostrecken?|bildergalerien?|slideshows?|fotogaler\w*|photo-?essays?)(?=[/_-]|$)")
_VIDEO_PATH = re.compile(r"(?:^|/)(?:videos?|watch|tv|mediathek|clips?)(?=/|$)")
_AUDIO_PATH = re.compile(r"(?:^|/)(?:podcasts?|audio|listen|radio|episodes?|sounds)(?=/|$)")
_INDEX_PATH = re.compile(r"(?:^|/)(?:tags?|topics?|category|categories|archives?|authors?|search|section|page/\d+|temas?|themen?|rubrik\w*|sujets?|etiqueta)(?=/|$)")
_TIERS_LOCKED = frozenset({"locked", "premium", "paid", "subscriber", "subscribers", "subscription", "registered", "metered"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a page is, whether its text is known to be cut, and what told so (None where nothing did)."""

    kind: PageKind
    is_truncated: bool = False
    why: str | None = None


def judge_page(signs: Signs, text: str | None, *, title: str | None, url: str, summary: str | None = None) -> Verdict:
    """Say what a page is from its signs and the text that was extracted.

    `title` and `summary` are the feed's words, `url` the address that answered.
    """
    page = _Page(signs=signs, text=text or "", title=title, url=url, summary=summary)
    if not signs.is_plain:
        for kind, test in _TESTS:
            if why := test(page):
                return Verdict(kind=kind, why=why)
    told = _told(page)
    if cut := _cut_short(page):
        is_paid, why = cut
        return Verdict(kind="paywall" if is_paid else told.kind, is_truncated=True, why=why)
    return told


@dataclass(frozen=True, kw_only=True)
class _Page:
    """A page under judgement, with what several tests ask of it."""

    signs: Signs
    text: str
    title: str | None
    url: str
    summary: str | None

    @cached_property
    def lines(self) -> list[tuple[str, int]]:
        return [(line, len(words(line))) for line in self.text.splitlines()]

    @cached_property
    def n_words(self) -> int:
        return sum(n for _, n in self.lines)

    @cached_property
    def n_prose(self) -> int:
        """Count words of sentences that aren't a list's teasers."""
        teasers = " ".join(self.signs.cards) if len(self.signs.cards) >= _LIST else ""
        return sum(n for line, n in self.lines if n >= _PROSE_WORDS and line[:60] not in teasers)

    @cached_property
    def agrees(self) -> bool | None:
        """Whether the page bears the title that the feed gave; without one its own claim counts, None where it has none."""
        wanted = words(self.title)
        if not wanted:
            return True if self.signs.n_article_nodes in (1, 2) else None
        return any(
            overlap(wanted, own) >= _TITLES_AGREE and len(own) * 3 >= len(set(wanted))
            for own in map(words, self.signs.titles)
        )

    @cached_property
    def is_declared(self) -> bool:
        """Whether the page says that it is one article."""
        return self.signs.n_article_nodes in (1, 2) or self.signs.meta.get("og:type", "").startswith("article")

    @cached_property
    def is_own(self) -> bool:
        """Whether the page is about what the feed announced, by its title, or else has an article's prose."""
        if self.agrees:
            return self.n_prose >= _SOME_PROSE
        least = _MUCH_PROSE // 2 if self.agrees is None else 2 * _MUCH_PROSE
        return self.n_prose >= least and self.n_prose * 2 > self.n_words

    @cached_property
    def title_words(self) -> str:
        return " \n ".join((*self.signs.titles, *self.signs.headings)).casefold()

    @cached_property
    def said(self) -> str:
        """What a reader meets: titles, what was extracted, what is visible."""
        return f"{self.title_words}\n{self.text[:4000]}\n{self.signs.visible}".casefold()

    @cached_property
    def around(self) -> str:
        """What a reader meets beside the prose."""
        rest = self.signs.visible
        for line, n in self.lines:
            rest = rest.replace(line, " ") if n >= _PROSE_WORDS else rest
        return rest.casefold()

    @cached_property
    def path(self) -> str:
        return urlsplit(self.url).path.casefold()

    def mark(self, kind: str) -> int:
        return self.signs.marks.get(kind, 0)


def _is_blocked(page: _Page) -> str | None:
    signs = page.signs
    if page.is_own or signs.n_visible_words > 400 or page.n_prose > _MUCH_PROSE:
        return None
    n_title, n = hits("blocked", page.title_words), hits("blocked", page.said)
    if page.mark("blocked") and (n or signs.n_visible_words < 40) and not page.agrees:
        return "a bot wall's markup"
    if n_title or n >= 2:
        return "a bot wall's words" if not page.agrees or n >= 2 else None
    return None


def _is_consent(page: _Page) -> str | None:
    signs = page.signs
    if page.n_words > 8:
        boxed = sum(n for line, n in page.lines if line in signs.consent_words)
        n = hits("consent", page.text[:6000].casefold())
        if n >= 3 and boxed * 3 > page.n_words * 2:
            return f"{n} phrases of consent, in a box of consent software"
        rest = sum(n for line, n in page.lines if n >= _PROSE_WORDS and not hits("consent", line.casefold()))
        dense = n >= 4 and rest * 2 < page.n_words and page.n_words < 4 * _MUCH_PROSE
        least = _CONSENT_IF_OWN if page.agrees else _CONSENT_IF_LONG if page.is_own else 0
        return f"{n} phrases of consent, and little else" if dense and n >= least * page.n_words else None
    n = hits("consent", signs.visible.casefold())
    return f"{n} phrases of consent on a page without a text" if n >= 3 and signs.n_visible_words < 400 else None


def _is_soft_404(page: _Page) -> str | None:
    signs = page.signs
    if page.is_own or (page.agrees and page.n_prose >= _PROSE_WORDS):
        return None
    own = " \n ".join((*signs.titles, *signs.headings[:3])).casefold()
    number = _NUMBER_404.search(own)
    first = " ".join(line for line, _ in page.lines[:3])[:400].casefold()
    n = hits("soft_404", own)
    if page.n_prose < _MUCH_PROSE and not page.agrees:
        if n or (number and len(words(own)) < 40):
            return "its title says that nothing is there"
        if page.mark("soft_404") and (hits("soft_404", page.said) or _NUMBER_404.search(page.said[:600])):
            return "marked as a missing page"
        if hits("soft_404", f"{first}\n{signs.visible[:500].casefold()}") and page.n_prose < 2 * _SOME_PROSE:
            return "its first words say that nothing is there"
    return "a missing page under its old title" if page.agrees and page.n_words < 60 and hits("soft_404", first) and signs.n_visible_words < 400 else None


def _is_error(page: _Page) -> str | None:
    if page.is_own or page.n_prose > _MUCH_PROSE or (page.agrees and page.n_prose >= _PROSE_WORDS):
        return None
    n_title, n = hits("error", page.title_words), hits("error", page.said[:3000])
    number = _NUMBER_5XX.search(" \n ".join(page.signs.titles))
    if (n_title or number) and page.signs.n_visible_words < 300 and not page.agrees:
        return "its title tells of an error"
    return "its words tell of an error" if n >= 1 and page.signs.n_visible_words < 120 and not page.agrees else None


def _is_login(page: _Page) -> str | None:
    signs = page.signs
    if page.is_own or page.n_prose > _MUCH_PROSE or (page.agrees and page.n_prose >= _PROSE_WORDS):
        return None
    n_title = hits("login", page.title_words)
    if signs.has_password and (n_title or signs.n_visible_words < 200) and len(signs.cards) < 3 * _LIST:
        return "a form that wants a password, and no text"
    if n_title and hits("login", page.around) >= 2 and signs.n_inputs and signs.n_visible_words < 300:
        return "a form to sign in, and no text"
    if hits("login", " ".join(signs.titles).casefold()) and hits("login", page.around) >= 2 and signs.n_visible_words < 150:
        return "its title asks to sign in"
    return None


def _is_parked(page: _Page) -> str | None:
    if page.is_own or page.n_prose > _MUCH_PROSE or page.agrees:
        return None
    n = hits("parked", page.said)
    return "a domain for sale" if n and page.signs.n_visible_words < 300 and (page.mark("parked") or hits("parked", page.title_words) or n >= 2 or page.signs.n_visible_words < 120) else None


def _is_shell(page: _Page) -> str | None:
    signs = page.signs
    if page.n_prose >= _SOME_PROSE:
        return None
    jump = _JUMP.match(signs.meta.get("refresh", ""))
    if jump and int(jump[1][:4]) <= 30 and signs.n_visible_words < 120:
        return "a jump to another page"
    said = f"{page.said}\n{signs.furniture.casefold()}"
    if signs.n_visible_words < 80 and hits("shell", said) and not (page.agrees and page.n_prose):
        return "to be filled by scripts"
    return "nothing but its frame" if signs.n_visible_words < 15 and page.n_words < 8 and not signs.n_images and not signs.n_players else None


def _is_index(page: _Page) -> str | None:
    signs = page.signs
    n = len(signs.cards)
    if page.agrees and (page.n_prose >= _PROSE_WORDS or page.is_declared):
        return None
    listed = signs.n_article_nodes >= 3 or bool(signs.types & _INDEX_TYPES)
    if listed and not 0 < signs.n_article_nodes < 3 and n >= 3 and page.n_prose < 3 * _MUCH_PROSE:
        return "says that it is a list"
    if n < _LIST or (page.is_declared and page.n_prose >= _SOME_PROSE) or _is_media(page):
        return None
    n_card_words = sum(len(words(card)) for card in signs.cards)
    share = n_card_words / max(signs.n_visible_words, 1)
    if page.n_prose < _SOME_PROSE and share >= 0.4:
        return f"{n} headlines and no text"
    if page.n_prose < _MUCH_PROSE and n >= 8 and share >= 0.5 and (not page.agrees):
        return f"{n} headlines and little text"
    hinted = bool(_INDEX_PATH.search(page.path)) or page.path in ("", "/") or signs.meta.get("og:type") in ("website", "profile")
    if hinted and page.n_prose < 2 * _MUCH_PROSE and n_card_words > 2 * page.n_prose and not page.agrees:
        return f"{n} headlines, at an address of lists"
    return None


def _is_media(page: _Page) -> bool:
    return page.signs.meta.get("og:type", "").startswith(("video", "music", "audio")) or bool(
        page.signs.types & {"VideoObject", "PodcastEpisode", "AudioObject", "ImageGallery", "MediaGallery"}
    )


_TESTS: Sequence[tuple[PageKind, Callable[[_Page], str | None]]] = (
    ("soft_404", _is_soft_404), ("blocked", _is_blocked), ("consent", _is_consent), ("login", _is_login), ("parked", _is_parked),
    ("error", _is_error), ("shell", _is_shell), ("index", _is_index),
)  # fmt: skip


def _cut_short(page: _Page) -> tuple[bool, str] | None:
    """Say whether a text is cut, by a paywall or not, and what told so."""
    signs = page.signs
    tier = signs.meta.get("article:content_tier", signs.meta.get("content_tier", "")).casefold()
    n = page.n_words
    ends_open = bool(_ELLIPSIS.search(page.text.rstrip()[-40:]))
    if signs.n_declared_words and n < 0.5 * signs.n_declared_words and signs.n_declared_words - n > 60 and (signs.is_free is False or tier in _TIERS_LOCKED or page.mark("paywall")):
        return True, f"{n} of {signs.n_declared_words} words that the page says it has"
    if signs.is_free is False:
        if signs.n_locked_words is None:
            return (True, "says that it isn't free, and is short") if n < _SHORT else None
        return (True, "the part that isn't free is missing") if signs.n_locked_words < 40 and n < 2 * _STUB else None
    if tier in _TIERS_LOCKED - {"metered"} and (n < _STUB or ends_open):
        return True, f"of the tier {tier}, and short"
    if signs.is_plain or n >= _STUB or signs.n_article_nodes >= 3:
        return None
    if not (page.agrees or page.is_declared or page.n_prose >= _PROSE_WORDS):
        return None
    n_phrases = hits("paywall", page.around)
    strength = min(n_phrases, 3) + 2 * bool(page.mark("paywall")) + ends_open
    if n_phrases and strength >= 3:
        return True, "a paywall's words and markup"
    return (False, "ends in an ellipsis") if ends_open and n < _STUB and page.n_prose else None


def _told(page: _Page) -> Verdict:
    """Tell forms of articles apart: what a page declares first, then its address with its markup."""
    signs = page.signs
    og_type = signs.meta.get("og:type", "").casefold()
    if "LiveBlogPosting" in signs.types or signs.n_live_updates >= 2:
        return Verdict(kind="live_blog", why="says so")
    if (_LIVE_PATH.search(page.path) and (signs.n_times >= 5 or page.mark("live_blog") >= 4)) or (page.mark("live_blog") >= 5 and signs.n_times >= 4):
        return Verdict(kind="live_blog", why="entries with times")
    n_text = page.n_prose
    article = bool(signs.n_article_nodes)
    if signs.types & {"ImageGallery", "MediaGallery"} or og_type in ("gallery", "photo", "image.gallery"):
        return Verdict(kind="gallery", why="says so")
    pictures = max(signs.n_captions, signs.n_images)
    if pictures >= 5 and (_GALLERY_PATH.search(page.path) or page.mark("gallery") >= 4) and n_text - signs.n_caption_words < _MUCH_PROSE:
        return Verdict(kind="gallery", why="pictures with captions, and little text")
    if n_text < 3 * _MUCH_PROSE:
        if signs.types & {"PodcastEpisode", "RadioEpisode"} or og_type.startswith("music") or og_type.startswith("audio"):
            return Verdict(kind="audio", why="says so")
        if og_type.startswith("video") or ("VideoObject" in signs.types and not article):
            return Verdict(kind="video", why="says so")
        if "AudioObject" in signs.types and not article:
            return Verdict(kind="audio", why="says so")
    if n_text < _MUCH_PROSE and (signs.n_players or page.mark("video") or page.mark("audio")):
        if _AUDIO_PATH.search(page.path) and (page.mark("audio") or signs.n_players):
            return Verdict(kind="audio", why="a player, and little text")
        if _VIDEO_PATH.search(page.path) and (page.mark("video") or signs.n_players):
            return Verdict(kind="video", why="a player, and little text")
    return Verdict(kind="article")
