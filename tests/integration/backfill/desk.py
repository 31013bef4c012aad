"""How tests plan and work a backfill, and what tables they compare."""

from datetime import UTC, date, datetime

from pipeline import warehouse
from pipeline.backfill.plan import Budgets, plan
from pipeline.backfill.run import Worked, work
from pipeline.backfill.source import Given, Window
from pipeline.config import Settings
from pipeline.progress import Silent

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
WINDOW = Window(first_day=date(2023, 1, 1), last_day=date(2023, 12, 31))


def planned(
    settings: Settings, source: str, *addresses, window: Window = WINDOW, budgets: Budgets | None = None, **given
) -> str:
    made = plan(
        settings,
        source,
        Given(addresses=tuple(map(str, addresses)), **given),
        window,
        budgets=budgets or Budgets(),
        clock=lambda: NOW,
        progress=Silent(),
    )
    return made.backfill.backfill_id


def worked(settings: Settings, backfill_id: str, **how) -> Worked:
    return work(settings, backfill_id, **{"clock": lambda: NOW, "progress": Silent(), **how})


def ask(settings: Settings, query: str) -> list[tuple]:
    with warehouse.reading(settings) as con:
        return con.execute(query).fetchall()


def digests(settings: Settings) -> list[tuple]:
    """What the tables hold, comparable between two data folders, the outcomes of items among it."""
    items = "SELECT url, outcome, count(*) FROM backfill_items GROUP BY ALL ORDER BY ALL"
    return [*ask(settings, "FROM content_digest()"), *ask(settings, items)]


def told(settings: Settings) -> dict[str, list[tuple]]:
    """All that the tables say of what was seen, the times at which archives saw it included."""
    entries = "url_key, title, first_seen_at, last_seen_at, said_otherwise_at"
    return {
        "digest": ask(settings, "FROM content_digest()"),
        "entries": ask(settings, f"SELECT {entries} FROM entries ORDER BY ALL"),
        "articles": ask(settings, "SELECT url, feed_id, entry_md5, first_seen_at FROM articles ORDER BY ALL"),
        "addresses": ask(settings, "SELECT url, first_seen_at FROM article_urls ORDER BY ALL"),
    }
