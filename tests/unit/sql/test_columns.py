"""docs/columns.md and docs/glossary.md say what schema and code say."""

import re
from pathlib import Path

from pipeline.columns import render
from pipeline.errors import Outcome

DOCS = Path(__file__).parents[3] / "docs"


def test_columns_md_is_fresh(con):
    assert (DOCS / "columns.md").read_text(encoding="utf-8") == render(con), "`make docs` writes it anew"


def test_a_column_without_comment_shows_a_dash_and_a_bar_is_escaped(con):
    con.execute("CREATE TABLE zz (a INTEGER, b INTEGER)")
    con.execute("COMMENT ON COLUMN zz.b IS 'this | that'")
    page = render(con)
    assert "| a | `INTEGER` | - |\n" in page
    assert r"| b | `INTEGER` | this \| that |" in page


def test_what_a_load_makes_for_itself_is_not_in_the_page(con):
    con.execute("CREATE TEMP TABLE scratch (a INTEGER)")
    assert "scratch" not in render(con)


def test_the_glossary_lists_the_outcomes_in_the_words_of_the_view(rows):
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \| ([^|]+) \| (.+) \|$", text, re.MULTILINE)
    assert [outcome for outcome, *_ in listed] == [one.value for one in Outcome]
    assert listed == rows("SELECT outcome, family, means FROM outcomes")
