"""What a backfill may still spend, over all its runs: requests, bytes, hosts and hours."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from pipeline import warehouse
from pipeline.run import host_or_nothing
from pipeline.types import Backfill, Fetch, Request

_SPENT = """
SELECT
    count(*) FILTER (WHERE observed_at IS NULL) AS n_requests,
    coalesce(sum(n_bytes) FILTER (WHERE observed_at IS NULL), 0)::BIGINT AS n_bytes,
    coalesce(list(DISTINCT regexp_extract(url, '^\\w+://([^/?#]*)', 1)) FILTER (WHERE observed_at IS NULL), []) AS hosts
FROM fetches
WHERE backfill_id = ?
"""
_HOURS = "SELECT coalesce(sum(elapsed_s), 0) FROM backfill_units WHERE backfill_id = ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a backfill has spent so far."""

    n_requests: int = 0
    n_bytes: int = 0
    hosts: frozenset[str] = frozenset()
    seconds: float = 0.0


def spent(con: warehouse.Connection, backfill_id: str) -> Spent:
    """Count what the tables know."""
    row = con.execute(_SPENT, [backfill_id]).fetchone()
    hours = con.execute(_HOURS, [backfill_id]).fetchone()
    assert row
    assert hours
    return Spent(n_requests=row[0], n_bytes=row[1], hosts=frozenset(row[2]), seconds=float(hours[0]))


class Budget:
    """Counts on while requests are made; what `collect` asks for leave."""

    def __init__(self, backfill: Backfill, so_far: Spent) -> None:
        self._backfill = backfill
        self._n_requests, self._n_bytes = so_far.n_requests, so_far.n_bytes
        self._seconds = so_far.seconds
        self._started = time.monotonic()
        self._reserved = 0
        self._robots_asked: set[str] = set()
        self.hosts = set(so_far.hosts)

    def why_spent(self) -> str | None:
        """Say which budget is spent, None while there is leave to go on."""
        limits = self._backfill
        hours = (self._seconds + time.monotonic() - self._started) / 3600
        for used, limit, what in (
            (self._n_requests, limits.max_requests, "requests"),
            (self._n_bytes, limits.max_bytes, "bytes"),
            (hours, limits.max_hours, "hours"),
        ):
            if limit is not None and used >= limit:
                return f"its budget of {limit:,} {what} is spent"
        return None

    def left(self) -> timedelta | None:
        """Return the time that is left, None without limit."""
        if self._backfill.max_hours is None:
            return None
        return timedelta(hours=self._backfill.max_hours, seconds=-self._seconds - (time.monotonic() - self._started))

    def allows_host(self, url: str) -> bool:
        """Whether the host is among those that may be asked."""
        limit = self._backfill.max_hosts
        return limit is None or host_or_nothing(url) in self.hosts or len(self.hosts) < limit

    def may_ask(self, request: Request) -> bool:
        """Reserve what a request may cost: itself and, of a host not asked yet, its robots.txt."""
        cost = self._cost(request)
        limit = self._backfill.max_requests
        is_too_many = limit is not None and self._n_requests + self._reserved + cost > limit
        if self.why_spent() or is_too_many or not self.allows_host(request.url):
            return False
        self._reserved += cost
        self.hosts.add(host_or_nothing(request.url))
        return True

    def count(self, request: Request, fetches: Sequence[Fetch]) -> None:
        """Settle what a request cost."""
        self._reserved -= self._cost(request)
        self._robots_asked.add(host_or_nothing(request.url))
        self._n_requests += len(fetches)
        self._n_bytes += sum(fetch.n_bytes for fetch in fetches)

    def _cost(self, request: Request) -> int:
        return 1 if host_or_nothing(request.url) in self._robots_asked else 2
