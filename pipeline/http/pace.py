"""When may we start? Per host:port a pause that holds for all processes, and few requests at a time.

The pause runs from one start to the next, and from an answer to the next start: a host may see a request later than we
sent it, and must not see two in one pause.

A process notes the next allowed start in `hosts/<host>_<port>` in the data folder and holds the file's lock only while
it does so. Nothing is noted for a pause of zero, which only excepted hosts may have.
"""

import asyncio
import fcntl
import os
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import Outcome
from pipeline.http.failure import FetchError
from pipeline.http.limits import Limits

_DAY_S = 86_400.0  # nothing binds us for longer; a note further ahead is a clock that was set back
_REFUSALS_THAT_BIND = 3
_BUSY_S = 0.01  # another process holds the note this very moment
_TRIES_TO_NOTE = 5


class _Host:
    """One host:port as this process sees it."""

    __slots__ = ("bound_until", "n_refusals", "places", "starting")

    def __init__(self, places: int) -> None:
        self.places = asyncio.Semaphore(places)
        self.starting = asyncio.Lock()
        self.bound_until = 0.0
        self.n_refusals = 0


class Pace:
    """Hands out turns; `folder` is made when the first pause has to be noted."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder = folder
        self._limits = limits
        self._in_flight = asyncio.Semaphore(limits.in_flight)
        self._hosts: dict[str, _Host] = defaultdict(lambda: _Host(limits.per_host))

    @asynccontextmanager
    async def turn(self, host_port: str, pause_s: float) -> AsyncIterator[None]:
        """Wait for a turn at `host_port` and hold it. Raises FetchError retry_later when the wait would be too long."""
        host = self._hosts[host_port]
        async with host.places:
            async with host.starting:
                await self._start(host_port, host, pause_s)
            try:
                yield
            finally:
                self._in_flight.release()
                if pause_s:
                    await self._end(host_port, pause_s)

    def refused(self, host_port: str, wait_s: float, pause_s: float) -> None:
        """Note that the host asked for patience (Retry-After); the third time binds all of us for `wait_s`."""
        host = self._hosts[host_port]
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

    async def _end(self, host_port: str, pause_s: float) -> None:
        """Let the pause begin now: until the answer came nobody knew when the host saw the request."""
        until = time.time() + pause_s
        for _ in range(_TRIES_TO_NOTE):
            if self._write(host_port, until, unless_after=until) != _BUSY_S:
                return
            await asyncio.sleep(_BUSY_S)

    def _claim(self, host_port: str, host: _Host, pause_s: float) -> float:
        """Return 0 and note the next start when now is our turn, else how long to wait, seconds."""
        now = time.time()
        if host.bound_until > now:
            return host.bound_until - now
        return self._write(host_port, now + pause_s, unless_after=now) if pause_s else 0.0

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
