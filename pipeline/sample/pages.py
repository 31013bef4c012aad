"""What does a reader's browser get? Pages in the outlets' templates, everything escaped. Pure."""

import json
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from string import Template

from pipeline.sample.content import Article, Outlet

_RIGHT_TO_LEFT = ("ar",)
_N_RELATED = 4


def article_page(outlet: Outlet, article: Article, base_url: str) -> bytes:
    """Render an article with all that surrounds it, in the outlet's encoding."""
    others = [other for other in outlet.articles if other is not article]
    paragraphs = [f"<p>{escape(paragraph)}</p>" for paragraph in article.paragraphs]
    values = _frame(outlet, base_url) | {
        "title": escape(article.title),
        "author": escape(article.author),
        "section": escape(article.section),
        "summary": escape(article.summary),
        "url": escape(base_url + article.path),
        "published": article.published.isoformat(),
        "dateline": f"{article.published:%Y-%m-%d, %H:%M} UTC" if article.is_dated_page else "",
        "json_ld": _json_ld(outlet, article, base_url),
        "opening": "\n".join(paragraphs[:2]),
        "rest": "\n".join(paragraphs[2:]),
        "related_links": _links(others[:_N_RELATED], base_url),
    }
    return _encode(_template(outlet.template).substitute(values), outlet)


def front_page(outlet: Outlet, base_url: str) -> bytes:
    """Render the outlet's home page."""
    values = _frame(outlet, base_url) | {"links": _links(outlet.articles, base_url)}
    return _encode(_template("front").substitute(values), outlet)


def index_page(outlets: Sequence[Outlet]) -> bytes:
    """Render the site's own front door, which leads to the outlets."""
    links = "".join(f'<li><a href="/{o.folder}/" lang="{o.language}">{escape(o.name)}</a></li>' for o in outlets)
    return f"<!DOCTYPE html><html lang=en><title>Sample press</title><ul>{links}</ul></html>".encode()


def error_page(status: int, phrase: str) -> bytes:
    """Render what stands where a page can't be had."""
    title = f"{status} {escape(phrase)}"
    return f"<!DOCTYPE html><html lang=en><title>{title}</title><h1>{title}</h1></html>".encode()


def _frame(outlet: Outlet, base_url: str) -> dict[str, str]:
    """Give what every page of an outlet shares."""
    home = f"/{outlet.folder}/"
    direction = "rtl" if outlet.language in _RIGHT_TO_LEFT else "ltr"
    words = {
        name: escape(str(getattr(outlet, name)))
        for name in ("name", "tagline", "related", "share", "comments", "footer")
    }
    return words | {
        "home": home,
        "base_url": base_url,
        "feed_url": f"{home}{outlet.feeds[0].path}",
        "language": outlet.language,
        "direction": direction,
        "encoding": outlet.encoding,
        "nav_links": "".join(f'<li><a href="{home}">{escape(word)}</a></li>' for word in outlet.nav),
        "readers": "".join(f'<li class="comment"><p>{escape(remark)}</p></li>' for remark in outlet.readers),
    }


def _links(articles: Sequence[Article], base_url: str) -> str:
    return "\n".join(f'<li><a href="{base_url}{a.path}">{escape(a.title)}</a></li>' for a in articles)


def _json_ld(outlet: Outlet, article: Article, base_url: str) -> str:
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "description": article.summary,
        "datePublished": article.published.isoformat(),
        "author": {"@type": "Organization", "name": article.author},
        "publisher": {"@type": "NewsMediaOrganization", "name": outlet.name},
        "mainEntityOfPage": base_url + article.path,
        "inLanguage": outlet.language,
    }
    # a headline must not be able to end the script element
    return json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c")


@cache
def _template(name: str) -> Template:
    return Template((files(__package__) / "templates" / f"{name}.html").read_text("utf-8"))


def _encode(html: str, outlet: Outlet) -> bytes:
    return html.encode(outlet.encoding, "xmlcharrefreplace")
