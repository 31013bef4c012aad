"""What is this page? An article, something like one, or a thing that stands in its way. Pure.

Structure decides, phrases of many languages support. A page whose own title is the one that the feed gave, or that has
prose of its own, is never taken for a wall merely for its words: articles speak of cookies, paywalls and missing pages.
See docs/decisions/0051-page-kinds.md.
"""

import re
from dataclasses import dataclass
from typing import get_args

from pipeline.article.phrases import hits
from pipeline.article.sight import MUCH_PROSE, PROSE_WORDS, SOME_PROSE, Sight
from pipeline.article.signs import Signs
from pipeline.article.walls import WALLS
from pipeline.types import PageKind

NOT_ARTICLES: frozenset[PageKind] = frozenset(get_args(PageKind)[6:])
"""Kinds whose words are never taken for an article's."""

PASSING: frozenset[PageKind] = frozenset({"error", "blocked", "consent", "login", "shell"})
"""Kinds that may give way to the article when it is asked for again."""

_STUB = 230  # words: more of it and a teaser is as good as an article
_SHORT = 160  # words: of a page that says it isn't free, and doesn't show where
_ELLIPSIS = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|\(…\)|\(\.\.\.\))[\s\"'”’»\])]*$")
_LIVE_PATH = re.compile(
    r"(?:^|[/_-])(?:live-?blog|live-?ticker|live-?updates?|en-direct|en-vivo|minuto-a-minuto|ao-vivo|live)(?=[/_-]|$)"
)
_GALLERY_PATH = re.compile(
    r"(?:^|[/_-])(?:galler(?:y|ies)|galeri[ea]s?|galerias?|photos?|fotos?|pictures|in-pictures|diaporamas?|fotostrecken?|bildergalerien?|slideshows?|fotogaler\w*|photo-?essays?)(?=[/_-]|$)"
)
_VIDEO_PATH = re.compile(r"(?:^|/)(?:videos?|watch|tv|mediathek|clips?)(?=/|$)")
_AUDIO_PATH = re.compile(r"(?:^|/)(?:podcasts?|audio|listen|radio|episodes?|sounds)(?=/|$)")
_TIERS_LOCKED = frozenset(
    {"locked", "premium", "paid", "subscriber", "subscribers", "subscription", "registered", "metered"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a page is, whether its text is known to be cut, and what told so (None where nothing did)."""

    kind: PageKind
    is_truncated: bool = False
    why: str | None = None


def judge_page(signs: Signs, text: str | None, *, title: str | None, url: str) -> Verdict:
    """Say what a page is from its signs and the text that was extracted.

    `title` is the feed's, `url` the address that answered.
    """
    page = Sight(signs=signs, text=text or "", title=title, url=url)
    if not signs.is_plain:
        for kind, test in WALLS:
            if why := test(page):
                return Verdict(kind=kind, why=why)
    told = _told(page)
    if cut := _cut_short(page):
        is_paid, why = cut
        return Verdict(kind="paywall" if is_paid else told.kind, is_truncated=True, why=why)
    return told


def _cut_short(page: Sight) -> tuple[bool, str] | None:
    """Say whether a text is cut, by a paywall (True) or otherwise, and what told so."""
    if why := _locked(page):
        return True, why
    signs = page.signs
    if signs.is_plain or page.n_words >= _STUB or signs.n_article_nodes >= 3:
        return None
    if not (page.agrees or page.is_declared or page.n_prose >= PROSE_WORDS):
        return None
    ends_open = bool(_ELLIPSIS.search(page.text.rstrip()[-40:]))
    n_phrases = hits("paywall", page.around)
    if n_phrases and min(n_phrases, 3) + 2 * bool(page.mark("paywall")) + ends_open >= 3:
        return True, "a paywall's words and markup"
    return (False, "ends in an ellipsis") if ends_open and page.n_prose else None


def _locked(page: Sight) -> str | None:
    """Say what the page itself tells of a part that isn't there."""
    signs, n = page.signs, page.n_words
    tier = signs.meta.get("article:content_tier", signs.meta.get("content_tier", "")).casefold()
    declared = signs.n_declared_words or 0
    is_paid = signs.is_free is False or tier in _TIERS_LOCKED
    if (is_paid or page.mark("paywall")) and n < 0.5 * declared and declared - n > 60:
        return f"{n} of {declared} words that the page says it has"
    if signs.is_free is False and signs.n_locked_words is not None:
        is_missing = signs.n_locked_words < SOME_PROSE and n < 2 * _STUB
        return "the part that isn't free is missing" if is_missing else None
    if signs.is_free is False:
        return "says that it isn't free, and is short" if n < _SHORT else None
    return f"of the tier {tier}, and short" if tier in _TIERS_LOCKED and n < _SHORT else None


def _told(page: Sight) -> Verdict:
    """Tell forms of articles apart: what a page declares first, then its address with its markup."""
    if why := _is_live(page):
        return Verdict(kind="live_blog", why=why)
    if why := _is_gallery(page):
        return Verdict(kind="gallery", why=why)
    return _media(page) or Verdict(kind="article")


def _is_live(page: Sight) -> str | None:
    signs = page.signs
    if "LiveBlogPosting" in signs.types or signs.n_live_updates >= 2:
        return "says so"
    n_marks = page.mark("live_blog")
    at_home = bool(_LIVE_PATH.search(page.path)) and (signs.n_times >= 5 or n_marks >= 4)
    return "entries with times" if at_home or (n_marks >= 5 and signs.n_times >= 4) else None


def _is_gallery(page: Sight) -> str | None:
    signs = page.signs
    if signs.types & {"ImageGallery", "MediaGallery"} or signs.meta.get("og:type") in ("gallery", "photo"):
        return "says so"
    is_album = bool(_GALLERY_PATH.search(page.path)) or page.mark("gallery") >= 4
    has_pictures = max(signs.n_captions, signs.n_images) >= 5
    is_thin = page.n_prose - signs.n_caption_words < MUCH_PROSE
    return "pictures with captions, and little text" if is_album and has_pictures and is_thin else None


def _media(page: Sight) -> Verdict | None:
    signs = page.signs
    og_type = signs.meta.get("og:type", "").casefold()
    types = signs.types if not signs.n_article_nodes else frozenset[str]()
    if page.n_prose < 3 * MUCH_PROSE:
        if og_type.startswith(("music", "audio")) or types & {"PodcastEpisode", "RadioEpisode"}:
            return Verdict(kind="audio", why="says so")
        if og_type.startswith("video") or "VideoObject" in types:
            return Verdict(kind="video", why="says so")
    if page.n_prose < MUCH_PROSE:
        if _AUDIO_PATH.search(page.path) and (page.mark("audio") or signs.n_players):
            return Verdict(kind="audio", why="a player, and little text")
        if _VIDEO_PATH.search(page.path) and (page.mark("video") or signs.n_players):
            return Verdict(kind="video", why="a player, and little text")
    return None
