"""Bytes of feeds to entries.

`parse_feed` is loaded when it is first asked for: whoever only hands work to children need not pay for feedparser.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.entry.parse import parse_feed

__all__ = ["parse_feed"]


def __getattr__(name: str) -> object:
    if name != "parse_feed":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pipeline.entry.parse import parse_feed  # noqa: PLC0415 - see above

    return parse_feed
