"""Which words of a page are its article's."""

from lxml.html import document_fromstring

from pipeline.article.extract import extract_page
from pipeline.article.furniture import link_lines, remove_furniture
from pipeline.article.text import choose, declared_body, without_titles

# sentences of which no two share four words in a row
SENTENCES = [
    f"Witness {n} told reporters near the {place} that {n * 7} people had waited {n + 2} hours for {thing}."
    for n, (place, thing) in enumerate(
        [
            ("harbour", "water"),
            ("old bridge", "bread"),
            ("northern road", "a convoy"),
            ("town hall", "news"),
            ("railway yard", "doctors"),
            ("grain silo", "buses"),
        ],
        start=3,
    )
]
BODY = "\n".join(SENTENCES)


def page(*parts: str):
    return document_fromstring(f"<html><body><main>{''.join(parts)}</main></body></html>")


def paragraphs(texts=SENTENCES) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def remaining(*parts: str) -> str:
    tree = page(*parts)
    remove_furniture(tree, keep_json_ld=False)
    return tree.text_content()


def test_a_box_that_is_named_as_furniture_goes_and_its_tail_stays():
    text = remaining(paragraphs(), '<div class="NewsletterBox">Get our letter</div>and this stays')
    assert "letter" not in text
    assert "and this stays" in text


def test_a_name_counts_as_a_whole_word():
    assert "biology class" in remaining(paragraphs(), '<div class="biology">a biology class</div>')


def test_a_box_that_holds_most_of_the_page_stays_whatever_its_name():
    assert SENTENCES[0] in remaining(f'<div class="has-modal related">{paragraphs()}</div>')


def test_a_box_that_holds_the_heading_stays():
    assert "Shells fall" in remaining('<header class="byline"><h1>Shells fall</h1></header>', paragraphs())


def test_a_post_that_a_page_embeds_is_somebody_elses():
    assert "hot take" not in remaining(paragraphs(), '<blockquote class="twitter-tweet"><p>hot take</p></blockquote>')


def test_a_line_that_is_only_a_link_is_another_articles_headline():
    tree = page('<p>See <a href="/b">Ceasefire talks open in the capital</a></p>', "<p>One two three four five.</p>")
    assert link_lines(tree, ["See Ceasefire talks open in the capital", "One two three four five."]) == {
        "See Ceasefire talks open in the capital"
    }


def test_a_linked_name_in_a_list_and_prose_that_links_stay():
    tree = page('<li><a href="/x">Old Harbour</a></li>', f'<p>{BODY}<a href="/y">a link of four words</a></p>')
    assert link_lines(tree, ["Old Harbour", BODY]) == set()


def test_first_lines_that_repeat_a_title_go_and_later_ones_stay():
    title = "Dozens wait for water near the harbour"
    lines = ["World", "Dozens wait for water near harbour", *SENTENCES, *SENTENCES, title]
    assert without_titles(lines, [title]) == ["World", *SENTENCES, *SENTENCES, title]


def test_a_title_of_few_words_is_only_dropped_where_it_stands_alone():
    assert without_titles(["War", "War in winter."], ["War"]) == ["War in winter."]


def test_a_declared_body_is_no_teaser_and_loses_its_markup():
    assert declared_body(SENTENCES[0]) is None
    assert declared_body("".join(f"<p>{text}</p>" for text in SENTENCES)) == BODY
    assert declared_body("".join(f"&lt;p&gt;{text}&lt;/p&gt;" for text in SENTENCES)) == BODY


def test_the_declared_body_stands_in_where_little_was_found_and_keeps_the_pages_paragraphs():
    tree = page(paragraphs())
    chosen = choose(tree, SENTENCES[0], " ".join(SENTENCES), [])
    assert (chosen.text, chosen.extractor) == (BODY, "json_ld")


def test_a_declared_body_that_the_page_does_not_hold_is_not_believed():
    chosen = choose(page("<p>Something else.</p>"), "Something else.", BODY, [])
    assert (chosen.text, chosen.extractor) == ("Something else.", "trafilatura")


def test_what_follows_the_end_of_the_declared_body_goes_and_what_precedes_it_stays():
    found = f"A lead that the body leaves out.\n{BODY}\nMore from our desk about other things entirely."
    assert choose(page(paragraphs()), found, BODY, []).text == f"A lead that the body leaves out.\n{BODY}"


def test_a_shorter_declared_body_cuts_nothing():
    found = "\n".join(SENTENCES)
    half = "\n".join(SENTENCES[:2])
    assert choose(page(paragraphs()), found, half, []).text == found


def test_a_page_without_paragraphs_is_read_without_harm():
    for body in (b"", b"<p>", b"<html><script>", "<h1>\u2603</h1>".encode()):
        extract_page(body, "text/html")


def test_a_slot_that_a_template_did_not_fill_is_no_text_and_prose_about_one_is():
    prose = "A newsletter greeted its forty thousand readers with {{ first_name }} instead of their names, and nobody noticed."
    lines = ["The envoys met at noon.", ". by [author_name]", "Posted {{date}}", prose, "He [the envoy] left."]
    found = choose(document_fromstring("<p></p>"), "\n".join(lines), None, [])
    assert found.text == "\n".join([lines[0], prose, lines[4]])
