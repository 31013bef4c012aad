"""When may we start? Per host:port a pause and few requests at a time, and a live run before a backfill.

All that holds for the processes on one data folder together. A backfill starts nothing at a host that a live run waits
for or is at, for as long as that takes.

The pause runs from one start to the next, and from an answer to the next start: a host may see a request later than we
sent it, and must not see two in one pause.

A process notes the next allowed start in `hosts/<host>_<port>` in the data folder and holds the file's lock only while
it does so; who is at a host is in `hosts.turns`. Neither is touched for a pause of zero, which only excepted hosts may
have.
"""

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import Outcome
from pipeline.http.failure import FetchError
from pipeline.http.limits import Limits
from pipeline.http.turns import Turns, key, turns_in

_DAY_S = 86_400.0  # nothing binds us for longer; a note further ahead is a clock that was set back
_REFUSALS_THAT_BIND = 3
_BUSY_S = 0.01  # another process holds the note this very moment
_TRIES_TO_NOTE = 5
_FULL_S = 0.05  # other processes have all places of a host
_GIVE_WAY_S = 0.1  # a live run has the host


class _Host:
    """One host:port as this process sees it."""

    __slots__ = ("bound_until", "held", "key", "n_refusals", "places", "starting")

    def __init__(self, host_port: str, places: int) -> None:
        self.key = key(host_port)
        self.held: list[int] = []  # of its places among all processes
        self.places = asyncio.Semaphore(places)
        self.starting = asyncio.Lock()
        self.bound_until = 0.0
        self.n_refusals = 0


class Pace:
    """Hands out turns; `folder` is made when the first pause has to be noted. A backfill `gives_way` to live runs."""

    def __init__(self, folder: Path, limits: Limits, *, gives_way: bool = False) -> None:
        self._folder = folder
        self._limits = limits
        self._gives_way = gives_way
        self._in_flight = asyncio.Semaphore(limits.in_flight)
        self._hosts: dict[str, _Host] = {}
        self._known: Turns | None = None

    @property
    def _turns(self) -> Turns:
        if self._known is None:
            self._known = turns_in(self._folder.absolute().with_suffix(".turns"))
        return self._known

    @asynccontextmanager
    async def turn(self, host_port: str, pause_s: float) -> AsyncIterator[None]:
        """Wait for a turn at `host_port` and hold it. Raises FetchError retry_later when the wait would be too long."""
        host = self._host(host_port)
        async with host.places:
            with self._wish(host, pause_s):
                async with host.starting:
                    await self._start(host_port, host, pause_s)
                try:
                    yield
                finally:
                    self._in_flight.release()
                    if pause_s:
                        await self._end(host_port, host, pause_s)

    def _host(self, host_port: str) -> _Host:
        if host_port not in self._hosts:
            self._hosts[host_port] = _Host(host_port, self._limits.per_host)
        return self._hosts[host_port]

    @contextmanager
    def _wish(self, host: _Host, pause_s: float) -> Iterator[None]:
        """Let backfills know that a live run wants the host."""
        if not pause_s or self._gives_way:
            yield
            return
        self._turns.want(host.key)
        try:
            yield
        finally:
            self._turns.let_go(host.key)

    def refused(self, host_port: str, wait_s: float, pause_s: float) -> None:
        """Note that the host asked for patience (Retry-After); the third time binds all of us for `wait_s`."""
        host = self._host(host_port)
        host.n_refusals += 1
        if host.n_refusals < _REFUSALS_THAT_BIND:
            return
        host.n_refusals = 0
        host.bound_until = time.time() + min(wait_s, _DAY_S)
        if pause_s:
            self._write(host_port, host.bound_until)

    async def _start(self, host_port: str, host: _Host, pause_s: float) -> None:
        """Take a place among all exchanges at the moment when the host may be asked, not before."""
        while True:
            await self._in_flight.acquire()
            try:
                wait_s = self._claim(host_port, host, pause_s)
            except BaseException:
                self._in_flight.release()
                raise
            if wait_s <= 0:
                return
            self._in_flight.release()
            if wait_s > self._limits.patience_s:
                moment = datetime.fromtimestamp(time.time() + wait_s, UTC)
                note = f"{host_port} wants no request before {moment:%Y-%m-%d %H:%M:%S} UTC"
                raise FetchError(Outcome.RETRY_LATER, note, retry_at=moment)
            await asyncio.sleep(wait_s)

    async def _end(self, host_port: str, host: _Host, pause_s: float) -> None:
        """Let the pause begin now: until the answer came nobody knew when the host saw the request."""
        until = time.time() + pause_s
        try:
            for _ in range(_TRIES_TO_NOTE):
                if self._write(host_port, until, unless_after=until) != _BUSY_S:
                    return
                await asyncio.sleep(_BUSY_S)
        finally:
            self._turns.leave(host.held.pop())

    def _claim(self, host_port: str, host: _Host, pause_s: float) -> float:
        """Return 0, take a place and note the next start when now is our turn, else how long to wait, seconds."""
        now = time.time()
        if host.bound_until > now:
            return host.bound_until - now
        if not pause_s:
            return 0.0
        if self._gives_way and self._turns.is_wanted(host.key):
            return _GIVE_WAY_S
        place = self._turns.take(host.key, self._limits.per_host)
        if place is None:
            return _FULL_S
        host.held.append(place)
        wait_s = self._write(host_port, now + pause_s, unless_after=now)
        if wait_s > 0:
            self._turns.leave(host.held.pop())
        return wait_s

    def _write(self, host_port: str, until: float, *, unless_after: float = float("inf")) -> float:
        """Note `until` as the next start, unless a sensible later one than `unless_after` stands there: say how far."""
        self._folder.mkdir(parents=True, exist_ok=True)
        note = os.open(self._folder / host_port.replace(":", "_")[-200:], os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
            wait_s = _read(note) - unless_after
            if 0 < wait_s <= _DAY_S:
                return wait_s
            os.pwrite(note, f"{until + 0.0005:17.3f}".encode(), 0)  # rounded up
        except BlockingIOError:
            return _BUSY_S
        finally:
            os.close(note)
        return 0.0


def _read(note: int) -> float:
    try:
        return float(os.pread(note, 17, 0))
    except ValueError:  # new, or torn by a full disk
        return 0.0
