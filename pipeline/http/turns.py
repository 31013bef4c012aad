"""Who is at a host, of all processes on one data folder: so many at a time, and live runs before backfills.

One file, of which single bytes are locked (POSIX record locks): a host has a byte that says "a live run wants it", and
one for each place. That needs no descriptor a host and opens nothing for a request, and the kernel frees what a process
held that ended, however it ended.
"""

import fcntl
import os
from collections import Counter
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from weakref import WeakValueDictionary, finalize

_STRIDE = 16  # bytes a host: the wish, and up to 15 places
_TRIES = 3  # who looks whether a host is wanted holds the wish for some microseconds


class Turns:
    """The turns of this process; get it by `turns_in`. A host is known by its `key`."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        finalize(self, os.close, self._file)
        self._wishes: Counter[int] = Counter()
        self._taken: set[int] = set()

    def want(self, host: int) -> None:
        """Say that a live request waits for the host or is at it; `let_go` takes it back."""
        self._wishes[host] += 1
        if self._wishes[host] == 1:
            any(self._lock(host, fcntl.LOCK_SH) for _ in range(_TRIES))

    def let_go(self, host: int) -> None:
        """Take back one wish."""
        self._wishes[host] -= 1
        if not self._wishes[host]:
            del self._wishes[host]
            self._unlock(host)

    def is_wanted(self, host: int) -> bool:
        """Whether a live request, of any process, waits for the host or is at it."""
        if host in self._wishes or not self._lock(host, fcntl.LOCK_EX):
            return True
        self._unlock(host)
        return False

    def take(self, host: int, n_places: int) -> int | None:
        """Take one of the host's places, to be left with `leave`; None while all are taken."""
        for place in range(host + 1, host + 1 + min(n_places, _STRIDE - 1)):
            if place not in self._taken and self._lock(place, fcntl.LOCK_EX):
                self._taken.add(place)
                return place
        return None

    def leave(self, place: int) -> None:
        """Give a place back."""
        self._taken.discard(place)
        self._unlock(place)

    def _lock(self, byte: int, how: int) -> bool:
        try:
            fcntl.lockf(self._file, how | fcntl.LOCK_NB, 1, byte)
        except (BlockingIOError, PermissionError):  # systems differ in how they say that another has it
            return False
        return True

    def _unlock(self, byte: int) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, byte)


_KNOWN: WeakValueDictionary[Path, Turns] = WeakValueDictionary()
_KNOWING = Lock()


def turns_in(path: Path) -> Turns:
    """Return the turns that the file at `path` keeps, one object a process.

    To close a second descriptor of the file would free all that the first one holds.
    """
    with _KNOWING:
        return _KNOWN.get(path) or _KNOWN.setdefault(path, Turns(path))


def key(host_port: str) -> int:
    """Return the number under which a host is known. Two that share one would wait for one another; 2⁴⁸ are enough."""
    return int.from_bytes(blake2b(host_port.encode(), digest_size=6).digest()) * _STRIDE
