"""Known articles → the same articles by today's code, and the shards that put them in place."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypedDict

from pipeline import shard, warehouse
from pipeline.article import hosts_of, make_articles
from pipeline.article.boilerplate import KnownHost, Recorded
from pipeline.article.known import read_hosts
from pipeline.config import Settings
from pipeline.progress import Progress
from pipeline.relevance import judge
from pipeline.replay.compare import changes, in_place
from pipeline.replay.known import Known
from pipeline.types import Article, Boilerplate, DateCandidate, Entry, Judgement, Quarantined


@dataclass(frozen=True, slots=True, kw_only=True)
class Remade:
    """An article before and after. `failure` says why today's code made nothing of the page; it stays then."""

    known: Known
    article: Article
    dates: tuple[DateCandidate, ...]
    judgement: Judgement | None
    changed: frozenset[str]
    failure: str | None
    case: Quarantined | None
    boilerplate: tuple[Boilerplate, ...]


def remake(
    settings: Settings, known: Sequence[Known], *, now: datetime, progress: Progress, relearn: bool = False
) -> list[Remade]:
    """Make these articles once more from stored bytes; asks nobody.

    What a host's pages repeat is taken out as it was recorded with each article; with `relearn`, as these pages show.
    """
    again = _learning(settings, known, now=now) if relearn else _as_recorded
    made = [
        one
        for some in _with_a_link_each(known)
        for one in _made(settings, some, again(some), now=now, progress=progress)
    ]
    judged = {one.article_id: one for one in judge([one.article for one in made], profile=settings.profile)}
    return [_judged(one, judged.get(one.article.article_id)) for one in made]


def write(
    folder: Path,
    remade: Iterable[Remade],
    *,
    boilerplate: Iterable[Boilerplate] = (),
    cases: Iterable[Quarantined] = (),
    entries: Iterable[Entry] = (),
) -> int:
    """Leave the shards of what changed; return how many articles that is."""
    remade = list(remade)
    shard.write(
        folder / "replay.date_candidates.parquet", DateCandidate, [date for one in remade for date in one.dates]
    )
    shard.write(folder / "replay.relevance.parquet", Judgement, [one.judgement for one in remade if one.judgement])
    shard.write(folder / "replay.boilerplate.parquet", Boilerplate, boilerplate)
    shard.write(folder / "replay.quarantine.parquet", Quarantined, cases)
    shard.write(folder / "replay.entries.parquet", Entry, entries)
    return shard.write(folder / "replay.replayed.parquet", Article, [one.article for one in remade])


def _with_a_link_each(known: Sequence[Known]) -> Iterator[list[Known]]:
    """Deal articles out so that no two of a pile share a link: requests are told apart by it."""
    while known:
        pile = list({one.job.link or one.article.article_id: one for one in known}.values())
        taken = {id(one) for one in pile}
        known = [one for one in known if id(one) not in taken]
        yield pile


class _Repeats(TypedDict, total=False):
    """What `make_articles` is told of what hosts repeat: learn it, or take out what was recorded."""

    hosts: Mapping[str, KnownHost]
    recorded: Mapping[str, Recorded]


def _as_recorded(known: Sequence[Known]) -> _Repeats:
    return {"recorded": {one.job.entry_id: one.boilerplate for one in known if one.boilerplate}}


def _learning(settings: Settings, known: Sequence[Known], *, now: datetime) -> Callable[[Sequence[Known]], _Repeats]:
    """Return what is known of the hosts, but for stored texts: the pages are read again, and would count twice."""
    with warehouse.reading(settings) as con:
        stored = read_hosts(con, hosts_of(one.job for one in known), now=now)
    hosts = {name: replace(host, texts=()) for name, host in stored.items()}
    return lambda _: {"hosts": hosts}


def _made(
    settings: Settings, known: Sequence[Known], repeats: _Repeats, *, now: datetime, progress: Progress
) -> Iterator[Remade]:
    by_id = {one.article.article_id: one for one in known}
    fetches = {one.job.link: one.fetch for one in known if one.job.link and one.fetch}
    jobs = [one.job for one in known]
    for made in make_articles(settings, jobs, fetches, now=now, progress=progress, **repeats):
        one = by_id[made.article.entry_id or ""]
        article = in_place(one, made.article)
        dates = tuple(replace(date, article_id=article.article_id) for date in made.dates)
        yield Remade(
            known=one,
            article=article,
            dates=dates,
            judgement=None,
            changed=frozenset(),
            failure=made.failure,
            case=made.quarantined,
            boilerplate=made.boilerplate,
        )


def _judged(one: Remade, judgement: Judgement | None) -> Remade:
    changed = frozenset() if one.failure else frozenset(changes(one.known, one.article, one.dates, judgement))
    return replace(one, judgement=judgement, changed=changed)
