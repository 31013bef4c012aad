"""The order of things: address, robots, pace, exchange, redirects; one row at the end.

Whatever the web does ends as one Outcome in a Response. Only a setting that makes live requests improper is raised.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from types import TracebackType
from typing import Self
from urllib.parse import urljoin
from uuid import uuid4

from pipeline.config import Settings
from pipeline.errors import Outcome, SettingsError
from pipeline.http import headers
from pipeline.http.addresses import Target, read_target
from pipeline.http.exchange import Exchange
from pipeline.http.failure import FetchError
from pipeline.http.limits import Limits
from pipeline.http.pace import Pace
from pipeline.http.resolver import CheckedResolver, Lookup
from pipeline.http.robots import Robots
from pipeline.http.verdict import Answer, is_consent, is_soft_404, judge
from pipeline.types import Fetch, FetchKind, Request, Response

_LOG = logging.getLogger(__name__)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_LEAST_LIVE_PAUSE_S = 1.0
_ACCEPT: dict[FetchKind, str] = {
    "feed": "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
    "page": "text/html, application/xhtml+xml, */*;q=0.5",
    "robots": "text/plain, */*;q=0.5",
    "archive": "*/*",
}


def now_utc() -> datetime:
    """Return the present moment, aware."""
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class _Trip:
    """One request on its way through its redirects."""

    request: Request
    requested_at: datetime
    target: Target | None = None
    came_from: list[str] = field(default_factory=list)
    is_permanent: bool = True
    may_condition: bool = True
    spent_s: float = 0.0
    answer: Answer | None = None


class Gateway:
    """The only door to the network: an async context manager, one for a run.

    `clock` stamps rows. `limits` and `lookup` (host and port to IP addresses, raising socket.gaierror) are for those
    who need shorter times or another resolver; one that `gives_way`, a backfill's, leaves a host to live runs. Raises
    SettingsError when a header can't carry the contact address.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = now_utc,
        limits: Limits | None = None,
        lookup: Lookup | None = None,
        gives_way: bool = False,
    ) -> None:
        if headers.validator(settings.user_agent) is None:
            raise SettingsError(f"CONFLICTWIRE_CONTACT has to be plain ASCII in one line, not {settings.contact!r}")
        self._settings = settings
        self._clock = clock
        self._limits = limits or Limits()
        self._resolver = CheckedResolver(settings.allow_addresses, limits=self._limits, lookup=lookup)
        self._pace = Pace(settings.data / "hosts", self._limits, gives_way=gives_way)
        self._robots = Robots(self._get_robots, self._limits)
        self._extra: list[Response] = []
        self._exchange: Exchange | None = None

    async def __aenter__(self) -> Self:
        self._exchange = Exchange(self._resolver, user_agent=self._settings.user_agent, limits=self._limits)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._exchange:
            await self._exchange.close()
        await self._resolver.close()

    def take_extra(self) -> list[Response]:
        """Return the robots.txt exchanges made since the last call, to be archived and recorded like any other."""
        extra, self._extra = self._extra, []
        return extra

    async def get(self, request: Request) -> Response:
        """Ask for one thing. Never raises for what the web does: the row's outcome says what it came to.

        Raises SettingsError when a live host would be asked without a contact address or too fast.
        """
        trip = _Trip(request=request, requested_at=self._clock())
        try:
            answer = await self._travel(trip)
            outcome, note = self._judge(trip, answer)
        except FetchError as error:
            return self._response(trip, error.outcome, error.note, retry_at=error.retry_at)
        except SettingsError:
            raise
        except Exception as error:  # noqa: BLE001 # the one place: a fault of ours must not take the run along
            _LOG.exception("while asking for %r", request.url[:200])
            return self._response(trip, Outcome.INTERNAL, f"our fault: {type(error).__name__} {error}"[:200])
        retry_at = headers.retry_at(answer.headers.get("Retry-After"), self._clock()) if answer.status >= 400 else None
        return self._response(trip, outcome, note, retry_at=retry_at)

    async def _get_robots(self, url: str) -> Response:
        response = await self.get(Request(url=url, kind="robots"))
        self._extra.append(response)
        return response

    async def _travel(self, trip: _Trip) -> Answer:
        """Follow redirects to the answer that isn't one."""
        trip.target = read_target(trip.request.url)
        while True:
            trip.answer = None
            answer = trip.answer = await self._hop(trip, trip.target)
            pointer = headers.location(answer.headers) if answer.status in _REDIRECTS else None
            if answer.status in _REDIRECTS and pointer is None:
                raise FetchError(Outcome.REDIRECT_INVALID, f"status {answer.status} that points nowhere")
            if pointer is None:
                return answer
            self._turn(trip, trip.target, pointer, is_permanent=answer.status in _PERMANENT)

    def _turn(self, trip: _Trip, here: Target, pointer: str, *, is_permanent: bool) -> None:
        """Set out for where a redirect points. Raises FetchError where that makes no sense."""
        try:
            there = read_target(urljoin(here.url, pointer))
        except (FetchError, ValueError) as error:
            if isinstance(error, FetchError) and error.outcome is Outcome.BLOCKED_ADDRESS:
                raise
            why = error.note if isinstance(error, FetchError) else str(error)
            raise FetchError(Outcome.REDIRECT_INVALID, f"redirected to {pointer[:100]!r}: {why}"[:300]) from None
        trip.came_from.append(here.url)
        if trip.request.kind != "robots" and is_consent(there.url) and not is_consent(trip.came_from[0]):
            raise FetchError(Outcome.CONSENT, f"redirected to a consent wall at {there.netloc}")
        if there.url in trip.came_from:
            raise FetchError(Outcome.REDIRECT_LOOP, f"redirected to {there.url[:200]} a second time")
        if len(trip.came_from) > self._limits.hops:
            raise FetchError(Outcome.REDIRECT_LIMIT, f"more than {self._limits.hops} redirects")
        trip.is_permanent = trip.is_permanent and is_permanent
        trip.may_condition = trip.may_condition and there.origin == here.origin
        trip.target = there

    async def _hop(self, trip: _Trip, target: Target) -> Answer:
        with _Stopwatch(trip):
            await self._resolver.check(target)
        pause_s = self._pause(target, is_chosen=trip.request.kind == "feed" and not trip.came_from)
        if trip.request.kind != "robots":
            rules = await self._robots.rules(target)
            rules.insist(target)
            pause_s = max(pause_s, rules.crawl_delay_s)
        async with self._pace.turn(target.host_port, pause_s):
            answer = await self._ask(trip, target)
        self._note_refusal(answer, target, pause_s)
        return answer

    async def _ask(self, trip: _Trip, target: Target) -> Answer:
        assert self._exchange, "use it as `async with Gateway(…)`"
        left_s = self._limits.deadline_s - trip.spent_s
        if left_s <= 0:
            raise FetchError(Outcome.TIMEOUT_TOTAL, f"no answer in {self._limits.deadline_s:g} s")
        with _Stopwatch(trip):
            return await self._exchange.ask(target, self._headers(trip), kind=trip.request.kind, seconds=left_s)

    def _headers(self, trip: _Trip) -> dict[str, str]:
        sent = {"Accept": _ACCEPT[trip.request.kind]}
        if trip.may_condition:
            if etag := headers.validator(trip.request.etag):
                sent["If-None-Match"] = etag
            if last_modified := headers.validator(trip.request.last_modified):
                sent["If-Modified-Since"] = last_modified
        return sent

    def _pause(self, target: Target, *, is_chosen: bool) -> float:
        """Return the pause that this host is due.

        Raises SettingsError where settings are not fit for a live host that a person chose, FetchError for others: no
        server may end our run by pointing elsewhere.
        """
        pause_s = self._settings.host_delay_s
        if target.written in self._settings.allow_addresses:
            return pause_s
        missing = None
        if not self._settings.contact.strip():
            missing = "set CONFLICTWIRE_CONTACT to a web or mail address before asking live hosts"
        elif pause_s < _LEAST_LIVE_PAUSE_S:
            missing = f"CONFLICTWIRE_HOST_DELAY_S={pause_s:g} is too fast for live hosts: set it to 1 or more"
        if missing and is_chosen:
            raise SettingsError(f"{target.netloc}: {missing}")
        if missing:
            raise FetchError(Outcome.BLOCKED_ADDRESS, f"{target.netloc} not asked: {missing}")
        return pause_s

    def _note_refusal(self, answer: Answer, target: Target, pause_s: float) -> None:
        if answer.status in (429, 503):
            now = self._clock()
            if until := headers.retry_at(answer.headers.get("Retry-After"), now):
                self._pace.refused(target.host_port, (until - now).total_seconds(), pause_s)

    def _judge(self, trip: _Trip, answer: Answer) -> tuple[Outcome, str | None]:
        kind = trip.request.kind
        was_conditional = trip.may_condition and bool(trip.request.etag or trip.request.last_modified)
        outcome, note = judge(answer, kind, was_conditional=was_conditional)
        assert trip.target
        is_elsewhere = outcome is Outcome.OK and kind == "page" and bool(trip.came_from)
        if is_elsewhere and is_soft_404(trip.came_from[0], trip.target.url):
            return Outcome.SOFT_404, f"redirected to {trip.target.url[:200]}"
        return outcome, note

    def _response(
        self, trip: _Trip, outcome: Outcome, note: str | None, *, retry_at: datetime | None = None
    ) -> Response:
        answer, request = trip.answer, trip.request
        is_ok = outcome is Outcome.OK
        body = answer.body if answer and is_ok else b""
        arrived = trip.target.url if answer and trip.target else None
        heard = answer.headers if answer else {}
        fetch = Fetch(
            fetch_id=uuid4().hex,
            kind=request.kind,
            feed_id=request.feed_id,
            url=request.url,
            final_url=arrived,
            requested_at=trip.requested_at,
            outcome=outcome,
            http_status=answer.status if answer else None,
            note=headers.printable(note, 300),
            n_bytes=len(answer.wire) if answer else 0,
            body_sha256=sha256(body).hexdigest() if is_ok else None,
            content_type=headers.printable(heard.get("Content-Type")),
            elapsed_ms=round(trip.spent_s * 1000),
            etag=headers.validator(heard.get("ETag")),
            last_modified=headers.validator(heard.get("Last-Modified")),
            max_age_s=headers.max_age_s(heard.get("Cache-Control")),
            retry_at=retry_at,
            redirects=tuple(trip.came_from),
            permanent_url=arrived if trip.came_from and trip.is_permanent and outcome.is_ok else None,
        )
        if answer is None:
            return Response(fetch=fetch)
        return Response(
            fetch=fetch,
            body=body,
            status_line=headers.status_line(answer.version, answer.status, answer.reason),
            headers=headers.archived(answer.raw_headers),
            wire_body=answer.wire if is_ok else answer.wire[: self._limits.evidence],
            remote_ip=answer.remote_ip,
        )


class _Stopwatch:
    """Charges the time of its block to a trip; waiting for our turn isn't charged."""

    __slots__ = ("_started", "_trip")

    def __init__(self, trip: _Trip) -> None:
        self._trip = trip
        self._started = 0.0

    def __enter__(self) -> None:
        self._started = time.monotonic()

    def __exit__(self, *_: object) -> None:
        self._trip.spent_s += time.monotonic() - self._started
