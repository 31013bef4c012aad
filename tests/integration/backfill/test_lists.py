"""The past into the tables: planned, worked, stopped and gone on with."""

import csv
from datetime import UTC, date, datetime

import pytest

from pipeline.backfill.source import Window
from pipeline.errors import InputError

from .desk import NOW, ask, planned, worked


def page(title: str, words: str, day: str = "2023-05-04") -> str:
    body = "".join(
        f"<p>{words} Paragraph {n} tells more of what the villagers of the valley saw that day.</p>" for n in range(5)
    )
    return (
        f"<html><head><title>{title}</title><meta property='article:published_time' content='{day}T08:00:00Z'></head>"
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    )


def write_csv(path, rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_a_list_with_html_becomes_articles_and_every_row_has_its_outcome(settings, tmp_path):
    path = tmp_path / "list.csv"
    write_csv(
        path,
        [
            {
                "url": "https://news.example/a",
                "title": "Shelling kills six",
                "html": page("Shelling kills six", "Shells hit the market."),
            },
            {
                "url": "https://news.example/a?utm_source=x",
                "title": "",
                "html": page("Shelling kills six", "Shells hit the market."),
            },
            {"url": "not an address", "title": "", "html": "<p>x</p>"},
            {"url": "https://news.example/b", "title": "", "html": "<html><body>Short.</body></html>"},
            {"url": "https://news.example/c", "title": "", "html": ""},
        ],
    )
    backfill_id = planned(settings, "url_list", path, is_fetching=False)
    done = worked(settings, backfill_id)
    assert done.why_stopped is None
    assert dict(done.outcomes) == {"article": 1, "repeated": 1, "no_address": 1, "not_article": 1, "not_wanted": 1}
    rows = ask(settings, "SELECT url, discovered_via, backfill_id, published_at, observed_at FROM articles")
    assert rows == [
        (
            "https://news.example/a",
            "url_list",
            backfill_id,
            datetime(2023, 5, 4, 8, tzinfo=UTC).replace(tzinfo=None),
            NOW.replace(tzinfo=None),
        )
    ]
    assert worked(settings, backfill_id).n_steps == 0


@pytest.mark.parametrize(
    ("window", "says"),
    [
        (Window(first_day=date(2023, 2, 1), last_day=date(2023, 1, 1)), "before it begins"),
        (Window(first_day=date(2026, 3, 1), last_day=date(2026, 3, 11)), "in the future"),
    ],
)
def test_a_window_that_cannot_be_is_said(settings, tmp_path, window, says):
    with pytest.raises(InputError, match=says):
        planned(settings, "url_list", tmp_path / "any.csv", window=window)


def test_a_csv_without_the_column_url_is_said(settings, tmp_path):
    path = tmp_path / "list.csv"
    write_csv(path, [{"name": "x", "text": "y"}])
    with pytest.raises(InputError, match="no column is called url; its first line has: name, text"):
        planned(settings, "url_list", path)
