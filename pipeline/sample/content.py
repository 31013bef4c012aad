"""What does the sample press say? The outlets' files, read into types, and the facts that follow from them. Pure."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal

CopyKind = Literal["same_text", "shortened", "embedded"]
FeedFormat = Literal["rss2", "rss2-full", "rss2-broken", "rss1", "atom", "json", "html", "gone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article of one outlet. `path` is its place on the site, the key of all that `expected` says.

    `feed_date` is what the feed says instead of `published` (empty: nothing at all); `page_status` is what asking for
    the page gives; a `folder` that is set is closed to robots.
    """

    slug: str
    path: str
    language: str
    title: str
    author: str
    section: str
    published: datetime
    is_conflict: bool
    summary: str
    paragraphs: tuple[str, ...]
    folder: str = ""
    feed_date: str | None = None
    is_dated_page: bool = True
    page_status: int = 200
    is_text_in_feed: bool = False
    copy_of: str | None = None
    copy_kind: CopyKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a feed: an article, and the query by which whoever links to it counts the clicks."""

    article: Article
    query: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFile:
    """One feed of an outlet; `path` lies below the outlet's folder."""

    name: str
    path: str
    format: FeedFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One outlet: who it is, how its pages look (`template`, the words around the text), and what it publishes."""

    folder: str
    name: str
    country: str
    language: str
    kind: str
    template: str
    address: str
    tagline: str
    nav: Sequence[str]
    related: str
    share: str
    comments: str
    footer: str
    readers: Sequence[str] = ()
    encoding: str = "utf-8"
    tracking: str = ""
    feeds: tuple[FeedFile, ...]
    articles: tuple[Article, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The facts to compare a collection with; every `str` that isn't explained is the path of an article's page.

    `n_items` counts the items of each feed by the feed's path, 0 for one that isn't a feed; `n_articles` counts
    distinct addresses. `published` is None where neither feed nor page says it. `copies` gives the original and the
    kind; `unavailable` why a page can't be had: its HTTP status, or robots.
    """

    n_feeds: int
    n_articles: int
    n_items: Mapping[str, int]
    languages: Mapping[str, str]
    conflict: Mapping[str, bool]
    published: Mapping[str, datetime | None]
    copies: Mapping[str, tuple[str, CopyKind]]
    unavailable: Mapping[str, Literal["404", "403", "robots"]]


@cache
def outlets() -> tuple[Outlet, ...]:
    """Read all outlets, by folder."""
    folder = files(__package__) / "outlets"
    tables = {
        file.name.removesuffix(".toml"): tomllib.loads(file.read_text("utf-8"))
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    }
    texts = {table["slug"]: table["text"] for data in tables.values() for table in data["article"]}
    articles = {name: tuple(_articles(name, data, texts)) for name, data in tables.items()}
    by_slug = {article.slug: article for group in articles.values() for article in group}
    return tuple(_outlet(name, data, articles[name], by_slug) for name, data in tables.items())


@cache
def expected() -> Expected:
    """Tell what a perfect collector would find on the site."""
    articles = [article for outlet in outlets() for article in outlet.articles]
    paths = {article.slug: article.path for article in articles}
    return Expected(
        n_feeds=sum(len(outlet.feeds) for outlet in outlets()),
        n_articles=len(articles),
        n_items={
            f"/{outlet.folder}/{feed.path}": 0 if feed.format in ("html", "gone") else len(outlet.items)
            for outlet in outlets()
            for feed in outlet.feeds
        },
        languages={article.path: article.language for article in articles},
        conflict={article.path: article.is_conflict for article in articles},
        published={article.path: _public_date(article) for article in articles},
        copies={a.path: (paths[a.copy_of], a.copy_kind) for a in articles if a.copy_of and a.copy_kind},
        unavailable={article.path: reason for article in articles if (reason := _unavailable(article))},
    )


def _articles(folder: str, data: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[Article]:
    outlet = data["outlet"]
    for table in data["article"]:
        fields = {name: value for name, value in table.items() if name != "text"}
        place = outlet["address"].format(slug=table["slug"], published=table["published"])
        original = texts.get(table.get("copy_of", ""), "").strip().split("\n\n")
        yield Article(
            path=f"/{folder}/{table.get('folder', '')}{place}",
            language=outlet["language"],
            paragraphs=tuple(_paragraphs(table["text"], original)),
            **fields,
        )


def _paragraphs(text: str, original: Sequence[str]) -> Iterator[str]:
    """Split `text`; `@original` stands for the paragraphs of the article copied, `@original:5` for its first five."""
    for paragraph in text.strip().split("\n\n"):
        if paragraph.startswith("@original"):
            first = paragraph.partition(":")[2]
            yield from original[: int(first) if first else None]
        else:
            yield paragraph


def _outlet(
    folder: str, data: Mapping[str, Any], articles: tuple[Article, ...], by_slug: Mapping[str, Article]
) -> Outlet:
    own = [Item(article=article, query=data["outlet"].get("tracking", "")) for article in articles]
    linked = [Item(article=by_slug[link["slug"]], query=link["query"]) for link in data.get("link", [])]
    newest_first = sorted(own + linked, key=lambda item: item.article.published, reverse=True)
    feeds = tuple(FeedFile(**feed) for feed in data["feed"])
    return Outlet(folder=folder, feeds=feeds, articles=articles, items=tuple(newest_first), **data["outlet"])


def _public_date(article: Article) -> datetime | None:
    is_in_feed = article.feed_date is None
    return article.published if is_in_feed or (article.is_dated_page and not _unavailable(article)) else None


def _unavailable(article: Article) -> Literal["404", "403", "robots"] | None:
    if article.folder:
        return "robots"
    return {404: "404", 403: "403"}.get(article.page_status)  # type: ignore[return-value]  # a dict forgets its literals
