"""Our side: who has which item, and since when."""

import contextlib
import pickle
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Generic, Self, TypeVar

from pipeline.isolate.nursery import Child, borrow, keep
from pipeline.isolate.terms import OUT_OF_MEMORY, SPENT, Failure, Terms

T = TypeVar("T")
R = TypeVar("R")


class Pool(Generic[T, R]):
    """Up to `n_workers` children that run `task` on one item after another.

    `task` and `prepare` are functions of modules, found there by name; `preload` names modules to import, and `prepare`
    does what else all children need, once, before the first is forked. An item may take `timeout_s` seconds of wall
    time and `cpu_s` of CPU time; a child may hold `memory_mb` megabytes, what it was born with included, and is
    replaced after `max_tasks` items.
    """

    def __init__(
        self,
        n_workers: int,
        *,
        task: Callable[[T], R],
        prepare: Callable[[], object] | None = None,
        preload: Sequence[str] = (),
        timeout_s: float,
        cpu_s: float,
        memory_mb: int = 400,
        max_tasks: int = 500,
    ) -> None:
        self._n_workers = n_workers
        self._max_tasks = max_tasks
        self._terms = Terms(
            path=tuple(sys.path),
            preload=tuple(preload),
            task=pickle.dumps((task, prepare)),
            timeout_s=timeout_s,
            cpu_s=cpu_s,
            memory_mb=memory_mb,
        )
        self._open: list[_Run[T, R]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for run in self._open:
            run.stop()

    def map(self, items: Iterable[T]) -> Iterator[tuple[T, R | Failure]]:
        """Yield every item once, with what became of it, in the order in which they are done.

        Items are drawn only as children come free. Leaving the loop early, by whatever way, ends the children.
        """
        run: _Run[T, R] = _Run(self._terms, self._n_workers, self._max_tasks)
        self._open.append(run)
        try:
            yield from run.results(iter(items))
            run.finish()
        finally:
            run.stop()
            self._open.remove(run)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given(Generic[T]):
    """An item in the hands of a child."""

    item: T
    child: Child
    deadline: float


class _Run(Generic[T, R]):
    """One `map`: a nursery for as long as it takes, its children, and who has which item."""

    def __init__(self, terms: Terms, n_workers: int, max_tasks: int) -> None:
        self._terms, self._n_workers, self._max_tasks = terms, n_workers, max_tasks
        self._idle: list[Child] = []
        self._busy: dict[Connection, _Given[T]] = {}
        self._done: deque[tuple[T, R | Failure]] = deque()
        self._nursery = borrow(terms)
        self._is_over = False

    def results(self, items: Iterator[T]) -> Iterator[tuple[T, R | Failure]]:
        while True:
            self._fill(items)
            if self._done:
                yield self._done.popleft()
            elif self._busy:
                self._collect()
            else:
                return

    def finish(self) -> None:
        """End the children, which are idle all, and keep the nursery for the next run, unless it has died."""
        try:
            while self._idle:
                self._nursery.bury(self._idle.pop())
        except RuntimeError:  # every item is done: nothing is lost with it
            return
        self._is_over = True
        keep(self._nursery)

    def stop(self) -> None:
        """End nursery and children wherever they are; nothing after `finish`."""
        if self._is_over:
            return
        self._is_over = True
        self._nursery.stop()
        for child in (*self._idle, *(given.child for given in self._busy.values())):
            child.pipe.close()
        self._idle, self._busy = [], {}

    def _fill(self, items: Iterator[T]) -> None:
        while len(self._busy) < self._n_workers:
            try:
                item = next(items)
            except StopIteration:
                return
            child = self._send(pickle.dumps(item))
            deadline = time.monotonic() + self._terms.timeout_s
            self._busy[child.pipe] = _Given(item=item, child=child, deadline=deadline)

    def _send(self, message: bytes) -> Child:
        """Hand `message` to a child. One that died idle, as the kernel may have it, is not the item's doing."""
        while self._idle:
            child = self._idle.pop()
            try:
                child.pipe.send_bytes(message)
            except OSError:
                self._nursery.bury(child)
            else:
                return child
        child = self._nursery.fork()
        with contextlib.suppress(OSError):  # seen again when the answer is read
            child.pipe.send_bytes(message)
        return child

    def _collect(self) -> None:
        """Wait until a child has done, died or run out of time."""
        soonest = min(given.deadline for given in self._busy.values())
        for pipe in wait(list(self._busy), timeout=max(0.0, soonest - time.monotonic())):
            given = self._busy.pop(pipe)  # type: ignore[call-overload] # what we gave it, as it was
            self._done.append((given.item, self._result(given.child)))
        now = time.monotonic()
        for given in [given for given in self._busy.values() if given.deadline <= now]:
            del self._busy[given.child.pipe]
            self._nursery.bury(given.child)
            late = Failure(reason="timeout", detail=f"{self._terms.timeout_s:g} s of wall time")
            self._done.append((given.item, late))

    def _result(self, child: Child) -> R | Failure:
        try:
            message = child.pipe.recv_bytes()
        except (EOFError, OSError):
            return _cause_of_death(self._nursery.bury(child), self._terms)
        child.n_tasks += 1
        if message[:1] == SPENT or child.n_tasks >= self._max_tasks:
            self._nursery.bury(child)
        else:
            self._idle.append(child)
        result: R | Failure = pickle.loads(message[1:])  # noqa: S301 - written by our own child
        return result


def _cause_of_death(code: int, terms: Terms) -> Failure:
    if code == OUT_OF_MEMORY:
        return Failure(reason="memory", detail=f"{terms.memory_mb} MB")
    if code == -signal.SIGPROF:
        return Failure(reason="timeout", detail=f"{terms.cpu_s:g} s of CPU time")
    name = signal.Signals(-code).name if code < 0 else f"code {code}"
    return Failure(reason="crash", detail=f"ended by {name}")
