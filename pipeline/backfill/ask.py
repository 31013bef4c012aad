"""What a step of a source may ask for: requests through the gateway, and a place in WARC for what it has in hand."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from types import TracebackType
from typing import Self

from pipeline import shard, warehouse
from pipeline.archive import Writer, decode, read_body, read_fetches
from pipeline.backfill.source import Given
from pipeline.collect import Collector
from pipeline.config import Settings
from pipeline.errors import Outcome
from pipeline.feed import listed
from pipeline.run import Run
from pipeline.subscriptions import Subscription
from pipeline.subscriptions import read as read_feeds
from pipeline.types import Feed, Fetch, FetchKind, Request, Response, changed
from pipeline.url import short_hash

_LIMIT = 64_000_000  # bytes of a decoded body, as the gateway lets through


class Ask:
    """One step's hands: a context manager. `fetches` are the rows of all that it asked for and holds.

    A step that was cut and is run again finds what it had asked for and held in the run's WARC files.
    """

    def __init__(self, run: Run, collector: Collector, *, backfill_id: str) -> None:
        self.run = run
        self.fetches: dict[str, Fetch] = {}
        self.is_cut = False
        self._collector = collector
        self._backfill_id = backfill_id
        self._writer: Writer | None = None
        self._held: dict[str, Fetch] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer:
            self._writer.__exit__(kind, error, trace)
            self._writer = None

    @property
    def settings(self) -> Settings:
        """Return the settings of the run."""
        return self.run.settings

    def now(self) -> datetime:
        """Return the present moment, by the run's clock."""
        return self.run.clock()

    def get(self, requests: Sequence[Request], *, label: str) -> list[Fetch]:
        """Ask for each of `requests`; return their rows in that order.

        Rows are missing where a budget gave no leave: the step is then thrown away (`is_cut`), and run again when there
        is some. A source that gets none should return at once. Hosts beyond the budget are no reason for that.
        """
        warehouse.require_space(self.settings)
        name = f"{self.run.folder.name}/asked.warc.gz"
        rows = self._collector.collect(requests, warc_name=name, label=label, progress=self.run.progress)
        ours = {row.fetch_id: replace(row, backfill_id=self._backfill_id) for row in rows}
        self.fetches |= ours
        by_place = {(row.kind, row.url): row for row in ours.values()}
        found = [by_place.get((request.kind, request.url)) for request in requests]
        missing = [request for request, row in zip(requests, found, strict=True) if row is None]
        self.is_cut = self.is_cut or any(self._collector.allows_host(request.url) for request in missing)
        return [row for row in found if row]

    def body(self, fetch: Fetch) -> bytes:
        """Return the decoded body of an answer. Raises StoreError where it is gone."""
        assert fetch.raw_ref, "only what was answered has a body"
        return read_body(self.settings.warc, fetch.raw_ref, limit=_LIMIT)[0]

    def hold(
        self,
        url: str,
        body: bytes,
        *,
        observed_at: datetime | None,
        kind: FetchKind = "page",
        feed_id: str | None = None,
        status_line: str = "HTTP/1.1 200 OK",
        headers: Iterable[tuple[str, str]] = (("Content-Type", "text/html"),),
    ) -> Fetch:
        """Land a body in hand (as sent: with its content coding) as that of `url`; return its row.

        `observed_at` is when the archive saw it; where that isn't known it counts as seen now.
        """
        place = short_hash(self._backfill_id, kind, url, observed_at.isoformat() if observed_at else "")
        if self._held is None:
            warehouse.require_space(self.settings)
            self._held = {row.fetch_id: row for row in read_fetches(self.settings.warc, self._held_name)}
        if place not in self._held:
            self._writer = self._writer or Writer(self.settings.warc, self._held_name)
            row = self._row(place, url, body, observed_at=observed_at, kind=kind, feed_id=feed_id, headers=headers)
            answer = Response(fetch=row, status_line=status_line, headers=tuple(headers), wire_body=body)
            self._held[place] = self._writer.write(answer)
            self._writer.flush()  # a source may have it read by a child at once
        self.fetches[place] = self._held[place]
        return self._held[place]

    def feeds(self, named: Sequence[str], *, also: Iterable[Subscription] = ()) -> list[Feed]:
        """Return the feeds that files, lists and addresses name, and those `also` given, with what is known of them."""
        subscriptions = [*read_feeds(named), *also]
        with warehouse.reading(self.settings) as con:
            rows = con.execute("SELECT * EXCLUDE (run_id, code_version) FROM feeds").to_arrow_table()
        known = {feed.feed_id: feed for feed in shard.rows(rows, Feed)}
        feeds = listed(subscriptions, known, now=self.now())
        # a feed of which only the past is known is nobody's to poll, until the feeds file lists it
        return [feed if feed.feed_id in known else changed(feed, is_active=False) for feed in feeds]

    def feed(self, given: Given, url: str) -> Feed:
        """Return the feed at `url` of those that a person gave, with all that was given of it."""
        return next(feed for feed in self.feeds((*given.feeds, *given.addresses)) if feed.url == url)

    @property
    def _held_name(self) -> str:
        return f"{self.run.folder.name}/held.warc.gz"

    def _row(
        self,
        fetch_id: str,
        url: str,
        body: bytes,
        *,
        observed_at: datetime | None,
        kind: FetchKind,
        feed_id: str | None,
        headers: Iterable[tuple[str, str]],
    ) -> Fetch:
        said = {name.lower(): value for name, value in headers}
        return Fetch(
            fetch_id=fetch_id,
            kind=kind,
            feed_id=feed_id,
            url=url,
            final_url=url,
            requested_at=self.now(),
            outcome=Outcome.OK,
            http_status=200,
            n_bytes=len(body),
            body_sha256=sha256(_decoded(body, said.get("content-encoding", ""))).hexdigest(),
            content_type=said.get("content-type"),
            etag=said.get("etag"),
            last_modified=said.get("last-modified"),
            observed_at=observed_at or self.now(),
            backfill_id=self._backfill_id,
        )


def _decoded(body: bytes, coding: str) -> bytes:
    try:
        return decode(body, coding, _LIMIT)
    except zlib.error:  # reading it will fail, and say so
        return body
