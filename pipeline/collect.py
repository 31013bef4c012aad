"""Requests → outcomes, with every exchange in WARC before anyone reads it. What `feed` and `page` have in common.

A batch that was killed and runs again finds in its own WARC files what it has asked for already, and asks for the rest.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlsplit

from pipeline.archive import Writer, read_fetches
from pipeline.config import Settings
from pipeline.errors import ConflictwireError
from pipeline.http import Gateway, now_utc
from pipeline.progress import Progress
from pipeline.types import Fetch, Request, Response

_PER_HOST = 2  # as many as the gateway lets through at a time; more would only wait there


class Watch(Protocol):
    """Who says whether there is leave to go on asking, and is told of every row that came of it."""

    def may_ask(self, request: Request) -> bool:
        """Return whether this may be asked for now; what may not is left out."""

    def allows_host(self, url: str) -> bool:
        """Return whether the host of an address may be asked at all."""

    def count(self, request: Request, fetches: Sequence[Fetch]) -> None:
        """Take note of what a request came to, robots.txt and all."""


class Collector:
    """One gateway for many calls, so that robots.txt is asked for once; a context manager. `collect` is one call.

    A backfill's `gives_way` to live runs at every host.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = now_utc,
        watch: Watch | None = None,
        gives_way: bool = False,
    ) -> None:
        self._settings = settings
        self._watch = watch
        self._gateway = Gateway(settings, clock=clock, gives_way=gives_way)
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        self._runner.__enter__()
        self._runner.run(self._gateway.__aenter__())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._runner.run(self._gateway.__aexit__(kind, error, trace))
        finally:
            self._runner.__exit__(kind, error, trace)

    def allows_host(self, url: str) -> bool:
        """Whether the watch lets the host of an address be asked at all."""
        return self._watch is None or self._watch.allows_host(url)

    def collect(self, requests: Sequence[Request], *, warc_name: str, label: str, progress: Progress) -> list[Fetch]:
        """Do as the function `collect` does."""
        done = list(read_fetches(self._settings.warc, warc_name))
        known = {(fetch.kind, fetch.url) for fetch in done}
        missing = [request for request in requests if (request.kind, request.url) not in known]
        if missing:
            with Writer(self._settings.warc, warc_name) as writer, progress.task(label, len(missing)) as advance:
                done += self._runner.run(self._ask_all(missing, writer, advance))
        return done

    async def _ask_all(self, requests: Sequence[Request], writer: Writer, advance: Callable[[], None]) -> list[Fetch]:
        fetches: list[Fetch] = []
        gateway, watch = self._gateway, self._watch

        def land(responses: Iterable[Response]) -> list[Fetch]:
            landed = [writer.write(response) for response in responses]
            fetches.extend(landed)
            return landed

        async def work(queue: list[Request]) -> None:
            while queue:
                request = queue.pop()
                if watch is None or watch.may_ask(request):
                    response = await gateway.get(request)
                    landed = land([*gateway.take_extra(), response])
                    if watch is not None:
                        watch.count(request, landed)
                advance()

        try:
            async with asyncio.TaskGroup() as group:
                for queue in _by_host(requests):
                    for _ in range(min(_PER_HOST, len(queue))):
                        group.create_task(work(queue))
        except* (ConflictwireError, OSError) as failed:  # the first tells it all: the settings, or the disk
            raise failed.exceptions[0] from None
        land(gateway.take_extra())
        return fetches


def collect(
    settings: Settings,
    requests: Sequence[Request],
    *,
    warc_name: str,
    label: str,
    progress: Progress,
    clock: Callable[[], datetime] = now_utc,
) -> list[Fetch]:
    """Ask for each of `requests` once; return a row for each, and for the robots.txt asked for on the way.

    `clock` stamps the rows. `warc_name` is relative to the WARC folder. Raises SettingsError when live requests may not
    be made, OSError when the disk fails; whatever the web does is an outcome.
    """
    with Collector(settings, clock=clock) as collector:
        return collector.collect(requests, warc_name=warc_name, label=label, progress=progress)


def _by_host(requests: Sequence[Request]) -> list[list[Request]]:
    """One queue a host, so that a slow or patient one keeps nobody else waiting."""
    queues: dict[str, list[Request]] = defaultdict(list)
    for request in reversed(requests):  # taken from the end
        queues[_host(request.url)].append(request)
    return list(queues.values())


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""  # no address; the gateway will say so
