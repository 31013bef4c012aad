"""A person's word on where a site's article stands: config/sites.toml. The only importer of cssselect."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cssselect import HTMLTranslator, SelectorError
from lxml.etree import XPath, XPathError, tostring
from lxml.html import HtmlElement

from pipeline.errors import SettingsError
from pipeline.resources import data_path
from pipeline.text import clean, plain
from pipeline.url import short_hash

_KEYS = ("remove", "text", "title", "date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Selectors of one site, as XPath."""

    host: str
    remove: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    date: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """A name for these selectors, which changes as they do."""
        return short_hash(*self.remove, "", *self.text, "", *self.title, "", *self.date, length=8)


def read_sites(path: Path | None) -> dict[str, Site]:
    """Return the sites of a file (None: the one that travels with the code) by their host patterns.

    Raises SettingsError naming the file, the host and what is wrong with it.
    """
    path = path or data_path("config", "sites.toml")
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} can't be read: {error}; mend it, or unset CONFLICTWIRE_SITES") from None
    tables = content.pop("site", [])
    if content or not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise SettingsError(f"{path}: only [[site]] tables belong there, not {', '.join(content) or '[site]'}")
    sites: dict[str, Site] = {}
    for number, table in enumerate(tables, start=1):
        site = _site(f"{path}: site {number}", table)
        if site.host in sites:
            raise SettingsError(f"{path}: host {site.host!r} stands there twice: join the two")
        sites[site.host] = site
    return sites


def site_of(sites: dict[str, Site], host: str) -> Site | None:
    """Return the site whose pattern fits `host` best."""
    host = host.lower().removeprefix("www.")
    parts = host.split(".")
    patterns = [host, *(f"*.{'.'.join(parts[n:])}" for n in range(len(parts)))]
    return next((sites[pattern] for pattern in patterns if pattern in sites), None)


def remove(tree: HtmlElement, site: Site) -> None:
    """Take out of `tree` what the site's selectors name."""
    for element in _elements(tree, site.remove):
        if element.getparent() is not None:
            element.drop_tree()


def text_of(tree: HtmlElement, site: Site) -> str | None:
    """Return the text of the places that the site's selectors name, in the page's order; None where there is none."""
    found = list(_elements(tree, site.text))
    chosen = set(found)
    outer = [e for e in tree.iter() if e in chosen and not chosen.intersection(e.iterancestors())]
    return clean("\n".join(plain(_markup(element)) for element in outer), keep_lines=True)


def first_of(tree: HtmlElement, selectors: tuple[str, ...]) -> str | None:
    """Return the words of the first element named that has any: of <time> and <meta> what they say to machines."""
    said = (e.get("datetime") or e.get("content") or e.text_content() for e in _elements(tree, selectors))
    return next((text for text in map(clean, said) if text), None)


def _site(place: str, table: dict[str, Any]) -> Site:
    host = table.pop("host", None)
    if not isinstance(host, str) or not host.strip():
        raise SettingsError(f'{place} has no host: add host = "example.org"')
    place = f"{place} ({host})"
    host = host.strip().lower().removeprefix("www.")
    if "/" in host or "*" in host.removeprefix("*."):
        raise SettingsError(f"{place}: a host is example.org or *.example.org, not {host!r}")
    unknown = table.keys() - set(_KEYS)
    if unknown or not table:
        raise SettingsError(f"{place}: {', '.join(sorted(unknown)) or 'nothing'} is said; known are {', '.join(_KEYS)}")
    return Site(host=host, **{key: _paths(f"{place}: {key}", value) for key, value in table.items()})


def _paths(place: str, value: object) -> tuple[str, ...]:
    selectors = [value] if isinstance(value, str) else value
    if not isinstance(selectors, list) or not all(isinstance(one, str) and one.strip() for one in selectors):
        raise SettingsError(f'{place} must be a list of selectors, such as ["article p"], not {value!r}')
    return tuple(_path(place, selector.strip()) for selector in selectors)


def _path(place: str, selector: str) -> str:
    try:
        path = selector if selector.startswith(("/", "./", "(")) else HTMLTranslator().css_to_xpath(selector)
        XPath(path)
    except (SelectorError, XPathError) as error:
        raise SettingsError(f"{place}: {selector!r} is neither CSS nor XPath ({error}): mend the selector") from None
    return path


def _elements(tree: HtmlElement, paths: tuple[str, ...]) -> Iterator[HtmlElement]:
    for path in paths:
        try:
            found = _compiled(path)(tree)
        except XPathError:  # one that only fails on a page, such as an unknown function
            continue
        yield from (one for one in (found if isinstance(found, list) else []) if isinstance(one, HtmlElement))


@cache
def _compiled(path: str) -> XPath:
    return XPath(path)


def _markup(element: HtmlElement) -> str:
    return str(tostring(element, encoding="unicode", method="html", with_tail=False))
