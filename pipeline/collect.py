"""Requests → outcomes, with every exchange in WARC before anyone reads it. What `feed` and `page` have in common.

A batch that was killed and runs again finds in its own WARC files what it has asked for already, and asks for the rest.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from pipeline.archive import Writer, read_fetches
from pipeline.config import Settings
from pipeline.errors import ConflictwireError
from pipeline.http import Gateway, now_utc
from pipeline.progress import Progress
from pipeline.types import Fetch, Request, Response

_PER_HOST = 2  # as many as the gateway lets through at a time; more would only wait there


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
    done = list(read_fetches(settings.warc, warc_name))
    known = {(fetch.kind, fetch.url) for fetch in done}
    missing = [request for request in requests if (request.kind, request.url) not in known]
    if missing:
        done += asyncio.run(
            _collect(settings, missing, warc_name=warc_name, label=label, progress=progress, clock=clock)
        )
    return done


async def _collect(
    settings: Settings,
    requests: Sequence[Request],
    *,
    warc_name: str,
    label: str,
    progress: Progress,
    clock: Callable[[], datetime],
) -> list[Fetch]:
    fetches: list[Fetch] = []
    with Writer(settings.warc, warc_name) as writer, progress.task(label, len(requests)) as advance:
        async with Gateway(settings, clock=clock) as gateway:

            def land(responses: Iterable[Response]) -> None:
                fetches.extend(writer.write(response) for response in responses)

            async def work(queue: list[Request]) -> None:
                while queue:
                    response = await gateway.get(queue.pop())
                    land([*gateway.take_extra(), response])
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
