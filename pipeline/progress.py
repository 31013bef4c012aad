"""How long work shows itself: a bar on a terminal, plain lines in a log, both on stderr."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

_log = logging.getLogger("conflictwire")


class Progress(Protocol):
    """What stages report to."""

    def task(self, label: str, total: int) -> AbstractContextManager[Callable[[], None]]:
        """Open a piece of work of `total` steps; call what is given at each step."""


class Lines:
    """A line when a piece of work starts and one when it ends."""

    @contextmanager
    def task(self, label: str, total: int) -> Iterator[Callable[[], None]]:
        """Log the piece of work."""
        done = 0

        def advance() -> None:
            nonlocal done
            done += 1

        _log.info("%s: %d to do", label, total)
        try:
            yield advance
        finally:
            _log.info("%s: %d of %d done", label, done, total)


class Bar:
    """A bar a piece of work."""

    @contextmanager
    def task(self, label: str, total: int) -> Iterator[Callable[[], None]]:
        """Draw the piece of work."""
        columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Bars(*columns, console=Console(stderr=True)) as bars:
            task = bars.add_task(label, total=total)
            yield lambda: bars.advance(task)


class Silent:
    """Nothing: for work that is a part of some that shows itself."""

    @contextmanager
    def task(self, label: str, total: int) -> Iterator[Callable[[], None]]:  # noqa: ARG002 - the protocol's
        """Show nothing."""
        yield lambda: None


def make_progress() -> Progress:
    """Return bars where a person watches, lines elsewhere."""
    return Bar() if sys.stderr.isatty() else Lines()
