"""What follows from the articles that a load wrote: copies and stories, for the stretches of days that it touched."""

from collections.abc import Iterable
from datetime import date, timedelta

from pipeline import warehouse
from pipeline.duplicate import link
from pipeline.story import tell

_APART = timedelta(days=60)  # well above the windows of copies and stories: what lies between is not even read
_LOADED = """
CREATE OR REPLACE TEMP TABLE loaded_articles AS
SELECT article_id FROM written_days WHERE first_day BETWEEN ? AND ?
"""

Stretch = tuple[date, date]


def follow(con: warehouse.Connection) -> None:
    """Bring copies and stories up to date; call it inside the load's transaction."""
    con.execute(warehouse.statement("stages", "written_days.sql"))
    n_duplicates = 0
    for first, last in stretches(con.execute("SELECT DISTINCT first_day, last_day FROM written_days").fetchall()):
        con.execute(_LOADED, [first, last])
        n_duplicates += link(con, first=first, last=last)
        tell(con)
    warehouse.set_variables(con, {"n_duplicates": n_duplicates})


def stretches(spans: Iterable[Stretch]) -> list[Stretch]:
    """Join spans of days that are not far apart; an old article that comes late costs its own days, not all since."""
    joined: list[Stretch] = []
    for first, last in sorted(spans):
        if joined and first - joined[-1][1] <= _APART:
            joined[-1] = joined[-1][0], max(joined[-1][1], last)
        else:
            joined.append((first, last))
    return joined
