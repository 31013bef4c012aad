"""A sitemap in the archive → what it says, read in a child that may die."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.archive import read_body
from pipeline.backfill.sitemaps.file import NoSitemapError, Sitemap, read_sitemap
from pipeline.config import Settings
from pipeline.isolate import Failure, Pool
from pipeline.progress import Progress

_LIMIT = 64_000_000  # bytes of a decoded body, as the gateway lets through
_TIMEOUT_S = 60  # 50 MB take some two seconds
_CPU_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    root: Path
    raw_ref: str


def read_apart(settings: Settings, raw_ref: str, *, progress: Progress) -> Sitemap:
    """Read the sitemap behind `raw_ref`. Raises NoSitemapError, also for one that hurts the parser."""
    job = _Job(root=settings.warc, raw_ref=raw_ref)
    with (
        Pool(1, task=_read, preload=("pipeline.backfill.sitemaps.file",), timeout_s=_TIMEOUT_S, cpu_s=_CPU_S) as pool,
        progress.task("reading", 1) as advance,
    ):
        (_, result), *_ = pool.map([job])
        advance()
    if isinstance(result, Failure):
        raise NoSitemapError(f"it hurts the parser ({result.reason})")
    if isinstance(result, str):
        raise NoSitemapError(result)
    return result


def _read(job: _Job) -> Sitemap | str:
    body, _ = read_body(job.root, job.raw_ref, limit=_LIMIT)
    try:
        return read_sitemap(body)
    except NoSitemapError as error:
        return str(error)
