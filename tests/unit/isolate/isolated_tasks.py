"""Work for children, good and bad. A module of its own, so that a child finds it by name."""

import ctypes
import os
import re
import signal
import sys
import time
from pathlib import Path

STATE = []


def do(what):
    """Do as told: (…, what, argument)."""
    *_, name, argument = what
    return globals()[f"_{name}"](argument)


def prepare():
    STATE.append("prepared")


def fail():
    raise ValueError("no such model")


def _echo(value):
    return value


def _pid(_):
    return os.getpid()


def _family(_):
    return os.getppid(), os.getpid()


def _state(_):
    return list(STATE)


def _kill(number):
    os.kill(os.getpid(), number)


def _segfault(_):
    ctypes.string_at(0)


def _exit(code):
    os._exit(code)


def _leave(code):
    sys.exit(code)


def _raise(text):
    raise ValueError(text)


def _sleep(seconds):
    time.sleep(seconds)
    return seconds


def _deaf(seconds):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(seconds)


def _spin(_):
    while True:
        pass


def _spin_in_c(_):
    re.match(r"(a|aa)+$", "a" * 200 + "b")


def _balloon(_):
    blocks = []
    while True:
        blocks.append(b"x" * 1_000_000)


def _keep(n_megabytes):
    STATE.append(b"x" * (n_megabytes * 1_000_000))
    return os.getpid()


def _hold(n_megabytes):
    return len(b"x" * (n_megabytes * 1_000_000))


def _unpicklable(_):
    return lambda: None


def _close_everything(_):
    os.closerange(3, 64)
    time.sleep(60)


def _orphan(path):
    with Path(path).open("a") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(60)
