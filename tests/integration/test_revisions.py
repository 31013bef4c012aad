"""Pages that change, move, vanish and lie, looked at again on a simulated clock."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pipeline import ingest, warehouse
from pipeline.config import Settings
from pipeline.progress import Lines
from pipeline.subscriptions import Subscription

START = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TITLE = "Shells hit the market of Tarnava"
TEXT = (
    "At least 12 people were killed when artillery shells hit the market of Tarnava on Monday, the mayor said.",
    "Rebels and government troops have traded fire across the river for three weeks, and both sides blamed each other.",
    "Rescue workers were still searching the rubble of the covered hall when a second barrage forced them to take cover.",
    "The army said that its guns had not fired, and promised an inquiry into the attack on the town.",
    "Thousands of people have fled the fighting since the ceasefire collapsed, aid agencies say.",
)


class Site:
    """A paper with one feed; what it says may be changed between two looks, and `restless` pages change by themselves."""

    def __init__(self) -> None:
        self.items: list[dict[str, str]] = []
        self.pages: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.heads: dict[str, str] = {}
        self.status: dict[str, int] = {}
        self.restless: set[str] = set()
        self.asked: Counter[tuple[str, int]] = Counter()

    def publish(
        self, path: str, title: str = TITLE, text: tuple[str, ...] = TEXT, *, at: datetime = START, **item: str
    ):
        self.pages[path] = (title, text)
        self.items.append({"link": path, "title": title, "guid": path, "at": format_datetime(at - HOUR), **item})

    def feed(self, base: str) -> bytes:
        items = "".join(
            f"<item><title>{escape(i['title'])}</title><link>{base}{i['link']}</link>"
            f"<guid isPermaLink='false'>{i['guid']}</guid><pubDate>{i['at']}</pubDate></item>"
            for i in self.items
        )
        return f"<rss version='2.0'><channel><title>Paper</title>{items}</channel></rss>".encode()

    def page(self, path: str, base: str) -> bytes:
        title, text = self.pages[path]
        paragraphs = [f"<p>{escape(paragraph)}</p>" for paragraph in text]
        related = "".join(f"<li><a href='/{n}'>Other news {n}</a></li>" for n in range(3))
        if path in self.restless:
            n = self.asked.total()
            paragraphs.insert(
                1,
                f"<p>Our great carpet number {n} sale ends {('soon', 'later', 'never')[n % 3]}, so hurry to shop {n * 7}!</p>",
            )
            paragraphs.insert(0, f"<p>Updated {n} minutes ago</p><p>Read by {n * 13} people today.</p>")
            related = "".join(f"<li><a href='/{n}{k}'>Other news {n + k} of the day {n * k}</a></li>" for k in range(4))
        head = self.heads.get(path, "").replace("{base}", base)
        return (
            f"<html lang='en'><head><title>{escape(title)}</title>{head}</head><body><article><h1>{escape(title)}</h1>"
            f"{''.join(paragraphs)}</article><ul>{related}</ul></body></html>"
        ).encode()


@pytest.fixture
def site() -> Iterator[Site]:
    paper = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            base = f"http://127.0.0.1:{self.server.server_port}"
            status = paper.status.get(self.path, 200 if self.path in paper.pages or self.path == "/rss" else 404)
            body = paper.feed(base) if self.path == "/rss" else paper.page(self.path, base) if status == 200 else b"no"
            etag = f'"{sha256(body).hexdigest()}"'
            if status == 200 and self.headers["If-None-Match"] == etag:
                status, body = 304, b""
            paper.asked[self.path, status] += 1
            self.send_response(status)
            self.send_header("ETag", etag)
            self.send_header(
                "Content-Type", "application/rss+xml" if self.path == "/rss" else "text/html; charset=utf-8"
            )
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever).start()
        paper.host = f"127.0.0.1:{server.server_port}"
        try:
            yield paper
        finally:
            server.shutdown()


class Desk:
    def __init__(self, data, site: Site, **said) -> None:
        self.site = site
        self.settings = Settings(
            data=data,
            allow_addresses=frozenset({site.host}),
            host_delay_s=0,
            contact="test@example.org",
            min_free_mb=10,
            extract_workers=1,
            **said,
        )

    def at(self, after: timedelta):
        """Run one cycle, so long after the start."""
        run = ingest.Run(settings=self.settings, run_id=f"r{after}", clock=lambda: START + after, progress=Lines())
        return ingest.cycle(run, [Subscription(url=f"http://{self.site.host}/rss")], poll_all=True).loaded

    def ask(self, sql: str) -> list[tuple]:
        with warehouse.open_snapshot(self.settings) as con:
            return con.execute(sql).fetchall()


@pytest.fixture
def desk(tmp_path, site) -> Desk:
    return Desk(tmp_path / "data", site)


def changed(*pairs: tuple[str, str]) -> tuple[str, ...]:
    lines = "\n".join(TEXT)
    for old, new in pairs:
        assert old in lines
        lines = lines.replace(old, new)
    return tuple(lines.split("\n"))


def test_a_conflict_article_is_looked_at_after_an_hour_six_a_day_and_a_week_and_no_more(desk, site):
    site.publish("/war")
    site.publish(
        "/bread", "A baker wins a prize", ("The baker of the old town won a prize for bread that rises twice.",) * 2
    )
    loads = [
        desk.at(after) for after in (HOUR * 0, HOUR / 2, HOUR, 2 * HOUR, 6 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY)
    ]
    assert [loaded.n_rechecks for loaded in loads] == [0, 0, 1, 0, 1, 1, 0, 1, 0]
    assert (site.asked["/war", 200], site.asked["/war", 304]) == (1, 4)
    assert site.asked["/bread", 200] + site.asked["/bread", 304] == 1
    assert desk.ask("SELECT outcome, count(*) FROM rechecks GROUP BY 1") == [("not_modified", 4)]
    assert desk.ask("SELECT count(*) FROM revisions") == [(0,)]


def test_looks_that_were_missed_are_made_up_once(desk, site):
    site.publish("/war")
    assert [desk.at(after).n_rechecks for after in (HOUR * 0, 5 * DAY, 6 * DAY, 20 * DAY)] == [0, 1, 0, 0]


def test_no_look_is_made_where_the_setting_is_empty_and_no_more_than_allowed(tmp_path, site):
    for n in range(3):
        site.publish(f"/war{n}")
    off = Desk(tmp_path / "off", site, rechecks="")
    assert [off.at(after).n_rechecks for after in (HOUR * 0, DAY)] == [0, 0]
    few = Desk(tmp_path / "few", site, rechecks="30m", rechecks_per_run=2)
    assert [few.at(after).n_rechecks for after in (HOUR * 0, HOUR / 2, HOUR * 0.7)] == [0, 2, 1]


def test_every_change_makes_a_revision_of_its_kind_and_the_first_text_stays(desk, site):
    site.publish("/war")
    desk.at(HOUR * 0)
    site.pages["/war"] = (TITLE, changed(("searching", "serching")))
    desk.at(HOUR)
    toll = changed(("At least 12 people", "At least 14 people"))
    site.pages["/war"] = (TITLE, toll)
    desk.at(6 * HOUR)
    site.pages["/war"] = ("Shelling kills 14 in Tarnava market", toll)
    desk.at(DAY)
    site.pages["/war"] = (
        "Shelling kills 14 in Tarnava market",
        (*toll, "The governor denied the report and called it an invention of the enemy."),
    )
    desk.at(7 * DAY)
    found = desk.ask(
        "SELECT n, kind, title_before, title_after, len(removed), len(added) FROM revisions_diff ORDER BY n"
    )
    assert found == [
        (1, "typo", TITLE, TITLE, 1, 1),
        (2, "toll", TITLE, TITLE, 2, 2),
        (3, "headline", TITLE, "Shelling kills 14 in Tarnava market", 0, 0),
        (4, "substantive", *["Shelling kills 14 in Tarnava market"] * 2, 0, 1),
    ]
    [(title, text, first_title, first_text, n)] = desk.ask(
        "SELECT title, text, first_title, first_text, n_revisions FROM articles"
    )
    assert (title, first_title, n) == ("Shelling kills 14 in Tarnava market", TITLE, 4)
    assert (text.splitlines()[-1], first_text) == (site.pages["/war"][1][-1], "\n".join(TEXT))
    assert desk.ask("SELECT what FROM revisions WHERE kind = 'toll'") == [("12 → 14",)]


def test_what_was_known_at_a_moment_can_be_asked(desk, site):
    site.publish("/war")
    desk.at(HOUR * 0)
    site.pages["/war"] = (TITLE, changed(("12 people", "14 people")))
    desk.at(HOUR)
    then = "SELECT text[:22], n_revisions FROM articles_as_of(TIMESTAMP '2026-03-10 {}')"
    assert desk.ask(then.format("11:59:59")) == []
    assert desk.ask(then.format("12:30")) == [("At least 12 people wer", 0)]
    assert desk.ask(then.format("13:00")) == [("At least 14 people wer", 1)]


def test_a_page_that_changes_at_every_request_makes_no_revision(desk, site):
    site.restless.add("/war")
    site.publish("/war")
    for after in (HOUR * 0, HOUR, 6 * HOUR, DAY, 7 * DAY):
        desk.at(after)
    assert desk.ask("SELECT outcome, count(*), count(state) FROM rechecks GROUP BY 1") == [("ok", 4, 4)]
    assert desk.ask("SELECT count(*) FROM revisions") == [(0,)]


def test_a_restless_page_that_is_changed_as_well_makes_one_revision(desk, site):
    site.restless.add("/war")
    site.publish("/war")
    desk.at(HOUR * 0)
    site.pages["/war"] = (TITLE, changed(("12 people", "14 people")))
    for after in (HOUR, 6 * HOUR, DAY):
        desk.at(after)
    assert desk.ask("SELECT n, kind, what, len(removed), len(added) FROM revisions") == [(1, "toll", "12 → 14", 1, 1)]


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_taken_away_is_a_retraction_and_the_text_stays(desk, site, status):
    site.publish("/war")
    desk.at(HOUR * 0)
    site.status["/war"] = status
    desk.at(HOUR)
    desk.at(6 * HOUR)
    assert desk.ask("SELECT kind, text FROM revisions") == [("retraction", None)]
    assert desk.ask("SELECT text[:11], n_revisions, retracted_at FROM articles") == [
        ("At least 12", 1, (START + HOUR).replace(tzinfo=None))
    ]
    del site.status["/war"]
    desk.at(DAY)
    assert desk.ask("SELECT n, kind, what FROM revisions ORDER BY n")[1:] == [(2, "substantive", "the page is back")]
    assert desk.ask("SELECT retracted_at FROM articles") == [(None,)]


def test_a_text_that_a_note_replaced_is_a_retraction_and_stays_readable(desk, site):
    site.publish("/war")
    desk.at(HOUR * 0)
    site.pages["/war"] = (
        TITLE,
        ("This report has been withdrawn by the editors because it could not be verified by us.",),
    )
    desk.at(HOUR)
    assert desk.ask("SELECT kind, text[:11] FROM revisions") == [("retraction", "This report")]
    assert desk.ask("SELECT text[:11], retracted_at IS NOT NULL FROM articles") == [("At least 12", True)]


def test_the_judgement_and_the_copies_follow_the_text_that_stands(desk, site):
    site.publish("/war")
    site.publish("/copy", at=START + HOUR / 2)
    desk.at(HOUR * 0)
    assert desk.ask("SELECT count(*) FROM duplicates") == [(1,)]
    site.pages["/war"] = site.pages["/copy"] = (TITLE, changed(("12 people", "14 people")))
    desk.at(HOUR)
    assert desk.ask("SELECT count(*) FROM articles") == [(2,)]
    assert desk.ask("SELECT count(*) FROM duplicates") == [(1,)]
    assert desk.ask("SELECT count(*) FROM relevance JOIN articles USING (article_id, text_sha256)") == [(2,)]


def test_a_run_again_adds_nothing(desk, site):
    site.publish("/war")
    desk.at(HOUR * 0)
    site.pages["/war"] = (TITLE, changed(("12 people", "14 people")))
    desk.at(HOUR)
    before = [desk.ask(f"FROM {table} ORDER BY ALL") for table in ("revisions", "rechecks", "articles", "relevance")]
    n = site.asked.total()
    run = ingest.Run(settings=desk.settings, run_id=f"r{HOUR}", clock=lambda: START + HOUR, progress=Lines())
    for batch in ("page-00",):
        ingest.fetch(run, batch)
        ingest.extract(run, batch)
    ingest.finish(run)
    assert site.asked.total() == n
    assert [
        desk.ask(f"FROM {table} ORDER BY ALL") for table in ("revisions", "rechecks", "articles", "relevance")
    ] == before


def test_a_page_and_its_mobile_version_are_one_article(desk, site):
    site.publish("/2026/shells-hit-the-market")
    site.heads["/2026/shells-hit-the-market"] = '<link rel="amphtml" href="{base}/2026/shells-hit-the-market/amp">'
    site.publish("/2026/shells-hit-the-market/amp")
    site.heads["/2026/shells-hit-the-market/amp"] = '<link rel="canonical" href="{base}/2026/shells-hit-the-market">'
    desk.at(HOUR * 0)
    assert desk.ask("SELECT count(*) FROM articles") == [(1,)]
    assert desk.ask("SELECT count(*), count(DISTINCT article_id) FROM article_urls WHERE reason IS NULL") == [(2, 1)]
    assert desk.ask("SELECT count(*), count(DISTINCT article_id) FROM entries") == [(2, 1)]


def test_canonical_addresses_that_prove_nothing_fold_no_articles_together(desk, site):
    other = ("The harvest of the northern valleys was the best for ten years, farmers said at the fair.", TEXT[3])
    for path, target in (
        ("/a-story-of-war", "/"),
        ("/another-story-of-war", "/news"),
        ("/third-story-of-war", "/the-harvest-is-in"),
    ):
        site.publish(path, text=(f"What is said at {path} and nowhere else, for the record.", *TEXT))
        site.heads[path] = f'<link rel="canonical" href="{{base}}{target}">'
    site.publish("/the-harvest-is-in", "The harvest is in", other)
    desk.at(HOUR * 0)
    assert desk.ask("SELECT count(*) FROM articles") == [(4,)]
    assert desk.ask("SELECT reason FROM article_urls WHERE kind = 'canonical' ORDER BY 1") == [
        ("a front door",), ("a section",), ("leads to another text",),
    ]  # fmt: skip


def test_an_address_that_is_used_again_leads_to_a_new_article_and_both_stay(desk, site):
    site.publish("/live")
    desk.at(HOUR * 0)
    [(first,)] = desk.ask("SELECT article_id FROM articles")
    today = tuple(
        f"Another day brought talk number {n} of a truce between the factions of the hill country." for n in range(6)
    )
    site.items.clear()
    site.publish("/live", "Truce talks open in the hills", today, at=START + 2 * DAY, guid="second")
    for _ in range(2):
        desk.at(2 * DAY)
    rows = desk.ask("SELECT article_id = ?, title FROM articles ORDER BY published_at".replace("?", f"'{first}'"))
    assert rows == [(True, TITLE), (False, "Truce talks open in the hills")]
    assert desk.ask("SELECT count(*) FILTER (reason IS NULL), count(*) FROM article_urls") == [(1, 2)]
    assert desk.ask("SELECT count(DISTINCT article_id) FROM entries") == [(2,)]
    assert desk.ask("SELECT count(*) FROM revisions") == [(0,)]


def test_a_new_guid_for_the_same_text_makes_no_article(desk, site):
    site.publish("/war")
    desk.at(HOUR * 0)
    site.publish("/war", "The market of Tarnava, a day later", at=START + 2 * DAY, guid="second")
    site.pages["/war"] = (TITLE, TEXT)
    desk.at(2 * DAY)
    assert desk.ask("SELECT count(*) FROM articles") == [(1,)]
    assert desk.ask("SELECT count(*), count(DISTINCT article_id) FROM entries") == [(2, 1)]
