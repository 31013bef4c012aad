"""Page bytes → text and claims. The only importer of trafilatura; runs in children that may die."""

import re
from dataclasses import dataclass
from pathlib import Path

from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document
from trafilatura.utils import load_html

from pipeline.archive import read_body
from pipeline.article.facts import Facts, read_facts
from pipeline.article.language import identify
from pipeline.text import clean

PAGE_LIMIT = 10_000_000
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """Text of a page (None where it has none), its language, and what the page claims."""

    text: str | None
    language: str | None
    language_confidence: float | None
    facts: Facts | None


def extract(root: Path, raw_ref: str) -> Extracted:
    """Read the page at `raw_ref` below `root` and take it apart. Raises StoreError where it is gone."""
    body, content_type = read_body(root, raw_ref, limit=PAGE_LIMIT)
    return extract_page(body, content_type)


def extract_page(body: bytes, content_type: str | None) -> Extracted:
    """Take one page apart; pure."""
    tree = load_html(_decoded(body, content_type))
    if tree is None:
        return Extracted(text=None, language=None, language_confidence=None, facts=None)
    facts = read_facts(tree)  # before trafilatura prunes the tree
    text = _text(tree)
    language, confidence = identify(f"{facts.title or ''}\n{text or ''}")
    return Extracted(text=text, language=language, language_confidence=confidence, facts=facts)


def _text(tree: HtmlElement) -> str | None:
    document = bare_extraction(tree, fast=True, include_comments=False, with_metadata=False)
    if not isinstance(document, Document):
        return None
    lines = [clean(line) for line in (document.text or "").splitlines()]
    return "\n".join(line for line in lines if line) or None


def _decoded(body: bytes, content_type: str | None) -> bytes | str:
    """Decode as the server declared, when the bytes agree; else leave it to trafilatura's detection."""
    declared = _CHARSET.search(content_type or "")
    if declared:
        try:
            return body.decode(declared[1])
        except (LookupError, UnicodeDecodeError):
            return body
    return body
