"""Meta tags: Open Graph (og:, article:), Dublin Core (dc.), and what content systems made of them."""

from lxml.html import HtmlElement

Metas = dict[str, list[str]]

PUBLISHED = (
    "article:published_time", "article:published:time", "og:article:published_time", "og:published_time",
    "article.published", "article:published", "datepublished", "date.published", "date_published", "published_time",
    "published-date", "publishdate", "publish-date", "publish_date", "pubdate", "pub_date", "og:pubdate",
    "publication_date", "publication-date", "originalpublicationdate", "rnews:datepublished", "dc.date.issued",
    "dcterms.issued", "citation_publication_date", "article_date_original", "firstpublicationdate",
    "sailthru.date", "parsely-pub-date", "cxenseparse:recs:publishtime", "displaydate",
)  # fmt: skip
LOOSELY_PUBLISHED = ("dc.date", "dcterms.date", "dc.date.created", "dcterms.created", "article:created", "date",
                     "article.created", "datecreated", "creation_date", "created")  # fmt: skip
UPDATED = ("article:modified_time", "article:modified", "og:updated_time", "datemodified", "dcterms.modified",
           "dc.date.modified", "last-modified", "lastmod", "revised", "updated_time")  # fmt: skip
TITLE = ("og:title", "dc.title", "title")
AUTHOR = ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "byl",
          "cxenseparse:author", "citation_author", "article.author", "article:author_name")  # fmt: skip
SECTION = ("article:section", "parsely-section", "section", "article.section", "cxenseparse:articlesection")
TAGS = ("article:tag", "news_keywords", "keywords", "parsely-tags", "sailthru.tags", "article.tags")
IMAGE = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")

_MAX_VALUES = 100


def read_metas(tree: HtmlElement) -> Metas:
    """Return the contents of each meta name, property and itemprop, lower-cased, in the page's order."""
    found: Metas = {}
    for element in tree.iter("meta"):
        content = (element.get("content") or "").strip()
        name = element.get("property") or element.get("name") or element.get("itemprop")
        if content and name and len(values := found.setdefault(name.strip().lower(), [])) < _MAX_VALUES:
            values.append(content)
    return found


def first(metas: Metas, names: tuple[str, ...]) -> str | None:
    """Return the first content under the first of `names` that has any."""
    return next((metas[name][0] for name in names if name in metas), None)
