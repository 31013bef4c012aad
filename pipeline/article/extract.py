"""Page bytes → text and claims. The only importer of trafilatura; runs in children that may die."""

from dataclasses import dataclass, replace
from pathlib import Path

from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document

from pipeline.archive import read_body
from pipeline.article.facts import Facts, read_facts
from pipeline.article.furniture import remove_furniture
from pipeline.article.language import identify
from pipeline.article.parse import MAX_BYTES, parse_page
from pipeline.article.signs import Signs, read_signs
from pipeline.article.sites import Site, first_of, remove, text_of
from pipeline.article.text import choose, declared_body
from pipeline.text import clean
from pipeline.types import DateOrigin


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """Text of a page (None where it has none), its language, its claims and signs, and what reading it left out."""

    text: str | None
    language: str | None
    language_confidence: float | None
    facts: Facts | None
    note: str | None = None
    is_cut: bool = False
    signs: Signs | None = None
    extractor: str = "trafilatura"


def extract(root: Path, raw_ref: str, site: Site | None = None) -> Extracted:
    """Read the page at `raw_ref` below `root` and take it apart. Raises StoreError where it is gone."""
    body, content_type = read_body(root, raw_ref, limit=MAX_BYTES + 1)
    return extract_page(body, content_type, site)


def extract_page(body: bytes, content_type: str | None, site: Site | None = None) -> Extracted:
    """Take one page apart, as its `site` is to be read where somebody said so; pure."""
    page = parse_page(body, content_type)
    if page.tree is None:
        return Extracted(text=None, language=None, language_confidence=None, facts=None, note=page.note)
    facts, signs = read_facts(page.tree), read_signs(page.tree)  # before anything is pruned
    facts = _overridden(facts, page.tree, site) if site else facts
    text, extractor = _text(page.tree, facts, site)
    language, confidence = identify(f"{facts.title or ''}\n{text or ''}")
    return Extracted(
        text=text,
        language=language,
        language_confidence=confidence,
        facts=replace(facts, body=None),  # it has done its work, and is as long as the text
        note=page.note,
        is_cut=page.is_cut,
        signs=signs,
        extractor=extractor,
    )


def _text(tree: HtmlElement, facts: Facts, site: Site | None) -> tuple[str | None, str]:
    """Return the text and what made it."""
    if site:
        remove(tree, site)
        named = text_of(tree, site)
        if named:
            return named, "sites"
    titles = (facts.title, *(heading.text_content() for heading in tree.iter("h1", "title")))
    declared = declared_body(facts.body)
    remove_furniture(tree, keep_json_ld=declared is not None)
    chosen = choose(tree, _found(tree), declared, titles)
    return chosen.text, chosen.extractor


def _overridden(facts: Facts, tree: HtmlElement, site: Site) -> Facts:
    date = first_of(tree, site.date)
    dates: tuple[tuple[DateOrigin, str], ...] = (("site", date),) if date else ()
    return replace(facts, title=first_of(tree, site.title) or facts.title, dates=(*dates, *facts.dates))


def _found(tree: HtmlElement) -> str | None:
    document = bare_extraction(tree, fast=True, include_comments=False, with_metadata=False)
    return clean(document.text, keep_lines=True) if isinstance(document, Document) else None
