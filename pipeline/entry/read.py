"""Feed documents in the archive → what they say, read in children that may die."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.archive import read_body
from pipeline.config import Settings
from pipeline.errors import HURT_PARSER
from pipeline.isolate import Failure, Pool
from pipeline.progress import Progress
from pipeline.types import Fetch, ParsedFeed

_LIMIT = 15_000_000  # bytes of a decoded feed, as the gateway lets through
_TIMEOUT_S = 15
_CPU_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    root: Path
    fetch: Fetch


def read_documents(
    settings: Settings, fetches: Sequence[Fetch], *, progress: Progress
) -> Iterator[tuple[str, ParsedFeed]]:
    """Yield feed_id and content of the document behind each of `fetches` (outcome ok), in any order.

    A document that hurts the parser is refused with the reason; the others are unharmed.
    """
    if not fetches:
        return
    jobs = [_Job(root=settings.warc, fetch=fetch) for fetch in fetches]
    n_workers = min(settings.extract_workers, len(jobs))
    with (
        Pool(n_workers, task=_read, preload=("pipeline.entry.parse",), timeout_s=_TIMEOUT_S, cpu_s=_CPU_S) as pool,
        progress.task("reading", len(jobs)) as advance,
    ):
        for job, result in pool.map(jobs):
            yield job.fetch.feed_id or "", _hurt(result) if isinstance(result, Failure) else result
            advance()


def _read(job: _Job) -> ParsedFeed:
    from pipeline.entry import parse_feed  # noqa: PLC0415  the parent must not pay for importing feedparser

    fetch = job.fetch
    body, content_type = read_body(job.root, fetch.raw_ref or "", limit=_LIMIT)
    return parse_feed(
        body,
        feed_id=fetch.feed_id or "",
        feed_url=fetch.final_url or fetch.url,
        content_type=content_type,
        seen_at=fetch.seen_at,
    )


def _hurt(failure: Failure) -> ParsedFeed:
    problem = f"{HURT_PARSER} ({failure.reason}): it is refused until an upgrade"
    return ParsedFeed(
        title=None,
        language=None,
        entries=(),
        format=None,
        problem=problem,
        is_refused=True,
        hurt=f"parser_{failure.reason}",
    )
