"""A person's word on where a site's article stands."""

import pytest

from pipeline.article.extract import extract_page
from pipeline.article.sites import read_sites, site_of
from pipeline.errors import SettingsError

PAGE = b"""<html><head><title>Ours</title></head><body><h1>Section</h1>
<div class="headline">Port reopens</div><time class="when" datetime="2026-03-09T08:00:00Z">yesterday</time>
<div class="odd"><p>Ships wait in the bay.<span class="ad">Buy boats</span></p><ul><li>one crane works</li></ul></div>
<div class="odd"><p>The pilots are back.</p></div><p>Something else that is long enough to be taken for a text.</p></body></html>"""
OURS = """[[site]]
host = "*.Example.org"
remove = [".ad"]
text = ["div.odd", "div.odd p"]
title = "div.headline"
date = ["//time[@class='when']"]
"""


def sites(tmp_path, text):
    path = tmp_path / "sites.toml"
    path.write_text(text, encoding="utf-8")
    return read_sites(path)


def test_the_bundled_file_names_no_site():
    assert read_sites(None) == {}


def test_a_sites_selectors_say_what_is_read(tmp_path):
    site = site_of(sites(tmp_path, OURS), "www.example.org")
    page = extract_page(PAGE, "text/html", site)
    assert page.text == "Ships wait in the bay.\none crane works\nThe pilots are back."
    assert (page.extractor, page.facts.title) == ("sites", "Port reopens")
    assert page.facts.dates[0] == ("site", "2026-03-09T08:00:00Z")


def test_a_site_that_changed_its_pages_is_read_the_general_way(tmp_path):
    site = site_of(sites(tmp_path, OURS.replace("div.odd", "div.gone")), "example.org")
    page = extract_page(PAGE, "text/html", site)
    assert page.extractor == "trafilatura"
    assert "pilots" in page.text


def test_the_longest_pattern_that_fits_is_taken(tmp_path):
    text = "".join(
        f'[[site]]\nhost = "{host}"\ntext = ["p"]\n' for host in ("*.example.org", "*.news.example.org", "a.org")
    )
    known = sites(tmp_path, text)
    assert site_of(known, "de.news.example.org").host == "*.news.example.org"
    assert site_of(known, "blog.example.org").host == "*.example.org"
    assert site_of(known, "b.a.org") is None
    assert site_of(known, "badexample.org") is None


def test_selectors_that_change_are_another_version(tmp_path):
    one, other = (site_of(sites(tmp_path, text), "example.org") for text in (OURS, OURS.replace(".ad", ".advert")))
    assert one.version != other.version


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[site]]\ntext = ['p']", "site 1 has no host"),
        ("[[site]]\nhost = 'a.org'\ntext = ['p[']", r"\(a.org\): text: 'p\[' is neither CSS nor XPath"),
        ("[[site]]\nhost = 'a.org'\ntext = ['//p[']", "neither CSS nor XPath"),
        ("[[site]]\nhost = 'a.org'\nbody = ['p']", "body is said; known are remove, text, title, date"),
        ("[[site]]\nhost = 'a.org'\n", "nothing is said"),
        ("[[site]]\nhost = 'a.org'\ntext = 3", "must be a list of selectors"),
        ("[[site]]\nhost = 'a.org/x'\ntext = ['p']", r"a host is example.org or \*.example.org"),
        ("[[site]]\nhost = 'a.org'\ntext = ['p']\n" * 2, "stands there twice"),
        ("sites = 1", r"only \[\[site\]\] tables"),
        ("[[site]", "can't be read"),
    ],
)
def test_what_is_wrong_is_said_with_file_host_and_what_to_do(tmp_path, text, said):
    with pytest.raises(SettingsError, match=said) as error:
        sites(tmp_path, text)
    assert "sites.toml" in str(error.value)
