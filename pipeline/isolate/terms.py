"""What the two sides of a pool tell each other."""

from dataclasses import dataclass
from typing import Literal

MAX_DETAIL_CHARS = 500
FORK, BURY = b"f", b"b"  # asked of the nursery
FIT, SPENT = b"+", b"-"  # what a child says of itself with each answer
OUT_OF_MEMORY = 77  # its exit code


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What became of an item instead of a result: its child died, took too long or too much, or the task raised."""

    reason: Literal["crash", "timeout", "memory", "error"]
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a nursery is told, once: the pickled task with what prepares for it, and the limits of its children.

    `path` is where the task's modules are found.
    """

    path: tuple[str, ...]
    preload: tuple[str, ...]
    task: bytes
    timeout_s: float
    cpu_s: float
    memory_mb: int
