"""The other side: the nursery, and the children that it forks."""

import gc
import os
import pickle
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn

from pipeline.isolate.terms import BURY, FIT, FORK, MAX_DETAIL_CHARS, OUT_OF_MEMORY, SPENT, Failure, Terms

_MEGABYTE = 1024 * 1024
_LEAST_GROWTH_MB = 32


def tend(handle: int) -> None:
    """Be the nursery: fork and bury children as asked over the socket `handle`, until it closes."""
    control = socket.socket(fileno=handle)
    terms: Terms = pickle.loads(_read(control, int.from_bytes(_read(control, 8))))  # noqa: S301 - from our parent
    for module in terms.preload:
        import_module(module)
    task, prepare = pickle.loads(terms.task)  # noqa: S301 - from our parent
    if prepare:
        prepare()
    gc.freeze()  # so that collecting in a child doesn't copy what it was born with
    living: set[int] = set()
    while True:
        request, handles, _, _ = socket.recv_fds(control, 9, 1)
        if request[:1] == FORK:
            pid = os.fork()
            if not pid:
                control.close()
                _live(Connection(handles[0]), task, terms)
            os.close(handles[0])
            living.add(pid)
            control.sendall(pid.to_bytes(8, signed=True))
        elif request[:1] == BURY:
            pid = int.from_bytes(request[1:])
            living.discard(pid)
            control.sendall(_end(pid).to_bytes(8, signed=True))
        else:
            for pid in living:
                _end(pid)
            return


def _read(control: socket.socket, n_bytes: int) -> bytes:
    read = b""
    while len(read) < n_bytes:
        part = control.recv(n_bytes - len(read))
        if not part:
            sys.exit(0)
        read += part
    return read


def _end(pid: int) -> int:
    os.kill(pid, signal.SIGKILL)  # a child not yet waited for keeps its number, and the code of its own death
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _live(pipe: Connection, task: Callable[[object], object], terms: Terms) -> NoReturn:
    """Be a child: answer one item after another, until the pipe closes or something ends us."""
    code = 1
    try:
        _serve(pipe, task, terms)
    except (EOFError, ConnectionError):  # our parent is gone, maybe by kill -9 with words under way
        code = 0
    except MemoryError:
        code = OUT_OF_MEMORY
    except BaseException:  # noqa: BLE001 - ours: the item can't tell
        traceback.print_exc()
    finally:
        os._exit(code)


def _serve(pipe: Connection, task: Callable[[object], object], terms: Terms) -> None:
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # ends the process, even from within C
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    enough = _limit_memory(terms.memory_mb)
    while True:
        message = pipe.recv_bytes()
        signal.setitimer(signal.ITIMER_PROF, terms.cpu_s)
        answer = _answer(task, message)
        signal.setitimer(signal.ITIMER_PROF, 0)
        pipe.send_bytes((SPENT if _sizes()[0] > enough else FIT) + answer)


def _answer(task: Callable[[object], object], message: bytes) -> bytes:
    try:
        return pickle.dumps(task(pickle.loads(message)))  # noqa: S301 - from our parent
    except MemoryError:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever a task raises is its item's
        text = f"{type(error).__name__}: {error}"
        return pickle.dumps(Failure(reason="error", detail=text[:MAX_DETAIL_CHARS]))


def _limit_memory(memory_mb: int) -> int:
    """Bound the address space so that no more than `memory_mb` can be resident; return the size of one that is spent.

    A child is born with more addresses than memory, so what it may add is counted from what it has of each. One that
    has used up half of that is replaced after its item: the next must not pay for what an earlier one left behind.
    """
    if sys.platform != "linux":  # no other tells its sizes without help
        return sys.maxsize
    size, resident = _sizes()
    growth = max(memory_mb * _MEGABYTE - resident, _LEAST_GROWTH_MB * _MEGABYTE)
    resource.setrlimit(resource.RLIMIT_AS, (size + growth, size + growth))
    return size + growth // 2


def _sizes() -> tuple[int, int]:
    """Return the bytes of our address space and of our resident memory."""
    if sys.platform != "linux":
        return 0, 0
    size, resident = Path("/proc/self/statm").read_text().split()[:2]
    return int(size) * resource.getpagesize(), int(resident) * resource.getpagesize()
