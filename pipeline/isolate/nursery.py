"""Our side of the process that forks the children."""

import atexit
import contextlib
import os
import pickle
import socket
import subprocess
import sys
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection

from pipeline.isolate.terms import BURY, FORK, Terms

_CODE = "import sys; sys.path[:] = {path!r}; from pipeline.isolate.child import tend; tend({handle})"
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # it forks, so it must have no other


@dataclass(slots=True, kw_only=True, eq=False)
class Child:
    """One child, the pipe to it, and how many items it has done."""

    pid: int
    pipe: Connection
    n_tasks: int = 0


def _surroundings() -> tuple[dict[str, str], str]:
    """Return what a process started now would inherit: environment and folder ("" where that was removed)."""
    try:
        folder = os.getcwd()  # noqa: PTH109 - as a process has it
    except FileNotFoundError:
        folder = ""
    return dict(os.environ), folder


class Nursery:
    """The process that forks the children: started, asked, and ended or kept for the next."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self._surroundings = _surroundings()
        self._control, theirs = socket.socketpair()
        with theirs:
            code = _CODE.format(path=list(terms.path), handle=theirs.fileno())
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
                [sys.executable, "-P", "-c", code],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # ours may be somebody's input
                pass_fds=(theirs.fileno(),),
                env=os.environ | _ONE_THREAD,
                start_new_session=True,  # Ctrl-C is for us; the nursery ends when we do
            )
        message = pickle.dumps(terms)
        with contextlib.suppress(OSError):  # dead at birth: fork() says so
            self._control.sendall(len(message).to_bytes(8) + message)

    def fork(self) -> Child:
        """Return a new child, idle."""
        ours, theirs = Pipe()
        with theirs:
            pid = self._ask(FORK, 0, theirs)
        return Child(pid=pid, pipe=ours)

    def bury(self, child: Child) -> int:
        """End `child`, if it lives, and return its exit code: that of its own death where it was dead."""
        child.pipe.close()
        return self._ask(BURY, child.pid)

    def stop(self) -> None:
        """End the nursery, which ends its children first."""
        self._control.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:  # still importing, so it has no children
            self._process.kill()
            self._process.wait()

    def is_good(self) -> bool:
        """Say whether it can be asked, and has the environment and the folder that a new one would have."""
        return self._process.poll() is None and self._surroundings == _surroundings()

    def let_go(self) -> None:
        """Close our end; the nursery lives as long as anybody else has one."""
        self._control.close()

    def _ask(self, what: bytes, number: int, *handles: Connection) -> int:
        try:
            socket.send_fds(self._control, [what + number.to_bytes(8)], [handle.fileno() for handle in handles])
            answer = self._control.recv(8)
        except OSError:
            answer = b""
        if not answer:
            raise RuntimeError("the process that forks the children has ended; its last words are on stderr")
        return int.from_bytes(answer, signed=True)


_kept: dict[Terms, Nursery] = {}
_of_our_parent: list[Nursery] = []  # in a process that was forked from one with nurseries: not ours to ask or to end


def borrow(terms: Terms) -> Nursery:
    """Return a nursery for `terms`: the one that was kept, or a new one. Importing takes it more than a second."""
    kept = _kept.pop(terms, None)
    if kept and kept.is_good():
        return kept
    if kept:
        kept.stop()
    return Nursery(terms)


def keep(nursery: Nursery) -> None:
    """Take back a nursery whose children are buried, until one is wanted again or we end."""
    if _kept.setdefault(nursery.terms, nursery) is not nursery:  # two pools of the same terms ran side by side
        nursery.stop()


@atexit.register
def end_kept() -> None:
    """End the nurseries that are kept; their CPU time is ours from then on."""
    for terms in list(_kept):
        if nursery := _kept.pop(terms, None):
            nursery.stop()


def _forget_kept() -> None:
    """Let go of the sockets that a fork has copied: a nursery ends when all that hold its own are gone."""
    for nursery in _kept.values():
        nursery.let_go()
    _of_our_parent.extend(_kept.values())
    _kept.clear()


os.register_at_fork(after_in_child=_forget_kept)
