"""Whatever a page is made of, it becomes a tree of bounded size with all its words, or what is missing is said."""

import time
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.article.extract import extract_page
from pipeline.article.parse import _REACHES_LIMIT, MAX_BYTES, MAX_TAGS, Parsed, parse_page

WORDS = "Shells fell on the old port of the northern town before dawn, two witnesses told a local radio station. " * 4
PARAGRAPH = f"<p>{WORDS}</p>"
RUSSIAN = "Президент заявил о прекращении огня на востоке страны. " * 5
GERMAN = "Die Größe der Truppe wächst über Nacht, sagte der Präsident. " * 5
POLISH = "Wojska zajęły wieś, żołnierze ogłosili rozejm, źródła potwierdzają. " * 5
JAPANESE = "大統領は東部での停戦を発表した。" * 8
NESTS = (
    "div", "span", "b", "font", "blockquote", "section", "ul><li", "table><tr><td", "table><tbody><tr><td", "p><font",
    "h2", "article", "center", "form", "dl><dd", "a", "custom-box", "ol><li><div", "details", "button", "h1><b><p",
)  # fmt: skip
PUMPS = (
    "<", ">", "=", "'", '"', "/", " ", "\n", "&", "<!--", "-->", "<!", "<a ", "<a", "</", "</a", "<a b", "<a b=", '<a b="',
    "<a b='", '<a b="<', "<a b='\"", '=">', "<script>", "<script", "</script", "<style ", "<title>", "<svg>", "<template ",
    "<![CDATA[", "]]>", "<script><![CDATA[", "<meta charset", "<meta ", "<frameset>", "<frame", "<html/", "<p>x", "<br>",
    "<div>", "<h1>", "<textarea>", "<iframe ", "json", "<script json", "\x80", "é", "\0",
)  # fmt: skip


def page(body, head=""):
    return f"<html><head><title>Port shelled</title>{head}</head><body>{body}</body></html>"


def parse(html, content_type=None):
    return parse_page(html if isinstance(html, bytes) else html.encode("utf-8", "surrogatepass"), content_type)


def words(parsed):
    assert parsed.tree is not None
    return " ".join(parsed.tree.itertext()).split()


def test_an_ordinary_page_is_read_without_remark():
    parsed = parse(page(PARAGRAPH))
    assert (parsed.note, parsed.is_cut) == (None, False)
    assert words(parsed) == ["Port", "shelled", *WORDS.split()]


@pytest.mark.parametrize("nest", NESTS)
@pytest.mark.parametrize(("depth", "is_closed"), [(300, True), (300, False), (5_000, True)])
def test_no_word_is_lost_in_the_deep(nest, depth, is_closed):
    end = "".join(f"</{name}>" for name in reversed(nest.split("><"))) * is_closed
    html = page(f"{PARAGRAPH}{f'<{nest}>' * depth}<p>Deep. {WORDS}</p>{end * depth}<p>After. {WORDS}</p>")
    parsed = parse(html)
    assert words(parsed) == f"Port shelled {WORDS} Deep. {WORDS} After. {WORDS}".split()
    assert not _REACHES_LIMIT(parsed.tree)


def test_text_of_three_hundred_boxes_is_extracted():
    found = extract_page(page(f"{PARAGRAPH}{'<div>' * 300}<p>Deep. {WORDS}</p>{'</div>' * 300}").encode(), None)
    assert "Deep. Shells fell" in (found.text or "")
    assert found.note == "nested too deep: flattened"
    assert not found.is_cut


def test_text_at_each_of_a_thousand_levels_is_extracted():
    levels = "".join(
        f"<div><p>At level {level} another town was named in the long report.</p>" for level in range(1_000)
    )
    found = extract_page(page(levels + "</div>" * 1_000).encode(), None)
    assert [level for level in range(1_000) if f"At level {level} another" not in (found.text or "")] == []


def test_json_ld_of_a_deep_page_is_left_alone():
    said = '{"@type": "NewsArticle", "headline": "<div>Port</div> shelled"}'
    parsed = parse(page("<div>" * 300 + PARAGRAPH, head=f'<script type="application/ld+json">{said}</script>'))
    assert parsed.tree.findtext(".//script") == said


@given(
    st.lists(st.tuples(st.sampled_from(["div", "b", "p", "td", "table", "li", "ul", "h2"]), st.booleans()), max_size=60)
)
def test_flattening_keeps_every_word_of_any_tangle(tags):
    tangle = "".join(f"<{'/' * is_end}{name}>w{place} " for place, (name, is_end) in enumerate(tags))
    parsed = parse(page("<div>" * 300 + tangle))
    assert words(parsed) == ["Port", "shelled", *(f"w{place}" for place in range(len(tags)))]


@pytest.mark.parametrize("attribute", ['a{}="1"', "a{}", "a{}=1", "a{}='>'", 'a{}="<b>"', 'a{}="{}"'])
def test_forty_thousand_attributes_are_cut_to_two_hundred(attribute):
    crowd = " ".join(attribute.replace("{}", str(number)) for number in range(40_000))
    parsed = parse(page(f'<div id="first" {crowd}>{PARAGRAPH}</div>{PARAGRAPH}'))
    assert parsed.note == "attributes beyond 200 a tag left out"
    assert max(len(element.attrib) for element in parsed.tree.iter()) <= 200
    assert parsed.tree.find(".//div").get("id") == "first"
    assert words(parsed) == f"Port shelled {WORDS} {WORDS}".split()


def test_two_hundred_long_attributes_stay():
    crowd = " ".join(f'data-a{number}="{number:050}"' for number in range(200))
    parsed = parse(page(f"<div {crowd}>{PARAGRAPH}</div>"))
    assert parsed.note is None
    assert len(parsed.tree.find(".//div").attrib) == 200


def test_five_megabytes_of_breaks_are_cut_and_said():
    parsed = parse(page(PARAGRAPH + "<br>" * 1_250_000 + PARAGRAPH))
    assert parsed.note == "cut after 50,000 tags"
    assert parsed.is_cut
    assert words(parsed) == f"Port shelled {WORDS}".split()
    assert sum(1 for _ in parsed.tree.iter()) <= MAX_TAGS


@pytest.mark.parametrize("megabytes", [3, 19, 50])
def test_megabytes_of_html_are_cut_and_said(megabytes):
    parsed = parse(page(PARAGRAPH * (megabytes * 1_000_000 // len(PARAGRAPH))))
    assert (parsed.note or "").startswith("cut at 10 MB" if megabytes > 10 else "cut after 2 MB")
    assert parsed.is_cut
    assert 1_900_000 < len(" ".join(words(parsed))) < 2_000_000


def test_bytes_beyond_ten_megabytes_are_never_read():
    assert parse("<html><body><p>a<p>b<!--" + " " * MAX_BYTES + PARAGRAPH).note == "cut at 10 MB"


@pytest.mark.parametrize("code", ["<script>{}</script>", "<style>{}</style>", "<!--{}-->", "<svg><path d='{}'/></svg>"])
def test_code_counts_for_nothing(code):
    said = '<script type="application/ld+json">{"headline": "Port"}</script>'
    parsed = parse(page(code.format("a < b; " * 1_000_000) + said + PARAGRAPH))
    assert (parsed.note, parsed.is_cut) == (None, False)
    assert parsed.tree.findtext(".//script[@type='application/ld+json']") == '{"headline": "Port"}'
    assert WORDS.split() == words(parsed)[-len(WORDS.split()) :]


@pytest.mark.parametrize(
    ("text", "charset", "head", "content_type"),
    [
        (GERMAN, "utf-8", "", "text/html; charset=iso-8859-1"),
        (GERMAN, "latin-1", "", "text/html; charset=ISO-8859-1"),
        (GERMAN, "latin-1", "<meta charset=windows-1252>", None),
        (GERMAN, "latin-1", "<meta charset=utf-8>", "text/html"),
        (GERMAN, "latin-1", "", None),
        (GERMAN, "latin-1", "<meta charset=utf-16>", None),
        (RUSSIAN, "cp1251", "", "text/html; charset=iso-8859-1"),
        (RUSSIAN, "cp1251", "", "text/html; charset=utf-8"),
        (RUSSIAN, "cp1251", "<meta charset=windows-1251>", "text/html; charset=iso-8859-1"),
        (RUSSIAN, "cp1251", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">', None),
        (RUSSIAN, "koi8-r", "<meta charset=koi8-r>", None),
        (RUSSIAN, "utf-8", "<meta charset=windows-1251>", "text/html; charset=windows-1251"),
        (POLISH, "iso8859-2", "<meta charset=iso-8859-2>", "text/html"),
        (POLISH, "cp1250", "", "text/html; charset=windows-1250"),
        (JAPANESE, "shift_jis", "<meta charset=euc-jp>", "text/html; charset=shift_jis"),
        (JAPANESE, "euc-jp", "<meta charset=euc-jp>", None),
        (JAPANESE, "iso-2022-jp", "<meta charset=iso-2022-jp>", None),
        (RUSSIAN, "utf-16", "", None),
        (RUSSIAN, "utf-16-le", "", "text/html"),
        (GERMAN, "utf-16-be", "", "text/html; charset=utf-16be"),
        (RUSSIAN, "utf-8-sig", "<meta charset=windows-1251>", "text/html; charset=windows-1251"),
        (RUSSIAN, "utf-8", "<meta charset=nonsense>", "text/html; charset=nonsense"),
    ],
)  # fmt: skip
def test_letters_are_what_the_bytes_agree_with(text, charset, head, content_type):
    assert words(parse(page(f"<p>{text}</p>", head).encode(charset), content_type)) == [
        "Port",
        "shelled",
        *text.split(),
    ]


def test_a_charset_that_was_claimed_wrongly_is_said():
    parsed = parse(page(f"<p>{RUSSIAN}</p>").encode("cp1251"), "text/html; charset=iso-8859-1")
    assert parsed.note == "declared as cp1252, read as cp1251"


def test_cdata_of_xhtml_is_text():
    head = '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body>'
    parsed = parse(
        f"{head}<p><![CDATA[Six < ten & <b>more</b>]]></p><script>//<![CDATA[\n1 < 2//]]></script>{PARAGRAPH}</body>"
    )
    assert parsed.tree.findtext(".//p") == "Six < ten & <b>more</b>"
    assert parsed.tree.findtext(".//script") == "//<![CDATA[\n1 < 2//]]>"


@pytest.mark.parametrize(
    "root", ["<html/>", '<html lang="en" />', "<html><head/>", "<html><body/>", '<HTML xmlns="x"/>']
)
def test_a_root_that_ends_where_it_begins_loses_nothing(root):
    assert words(parse(f"{root}{PARAGRAPH}{PARAGRAPH}")) == (WORDS * 2).split()


def test_what_stands_in_for_frames_is_read():
    frames = (
        f"<html><frameset cols='1,2'><frame src='a'><noframes><body>{PARAGRAPH}</body></noframes></frameset></html>"
    )
    assert words(parse(frames)) == WORDS.split()


def test_controls_and_surrogates_leave_no_trace():
    parsed = parse(page("<p>te\0xt\x01 a\x0bb \ud800c</p>"))
    assert "".join(parsed.tree.find(".//p").itertext()) == "text a b \ufffdc"


@pytest.mark.parametrize(
    "body", [b"", b" \n", b"\0" * 100, b"just words", b'{"a": "b"}', b"<", b"<<<>>>", b"<!-- -->", b"\xff\xfe"]
)
def test_what_is_no_html_is_said(body):
    assert parse_page(body, None) == Parsed(tree=None, note="not HTML")


@given(
    st.binary(max_size=300) | st.lists(st.sampled_from(PUMPS), max_size=40).map(lambda parts: "".join(parts).encode())
)
def test_no_bytes_are_an_error(body):
    for content_type in (None, "text/html; charset=utf-16", "application/xhtml+xml; charset=gbk"):
        parse_page(body, content_type)


@pytest.mark.parametrize("pump", PUMPS)
def test_pumped_to_a_hundred_kilobytes_it_costs_little(pump):
    text = pump * (100_000 // len(pump))
    start = time.process_time()
    for before, after in product(("", "<html>", '<?xml version="1.0"?><html><body><![CDATA['), ("", ">", "</script>")):
        parse(f"{before}{text}{after}")
    assert time.process_time() - start < 9  # nine pages of some 10 ms; what is quadratic takes minutes
