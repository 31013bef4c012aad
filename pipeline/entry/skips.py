"""When does an RSS feed ask not to be polled? Pure. feedparser keeps only the last hour of the list, so we read it.

RSS 2.0: `skipHours` holds hours of GMT, 0 to 23 (0.91 counted 1 to 24, so 24 is midnight), `skipDays` English names.
"""

import re

_NEAR = 65_536  # bytes of the channel before its first item, and after its last, that are looked at
_LONGEST = 4_096  # bytes of a list
_HOURS, _DAYS = 24, 7
_NAMES = (b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun")
_HOUR = re.compile(rb"<hour>\s{0,20}(\d{1,2})\s{0,20}</hour", re.IGNORECASE)
_DAY = re.compile(rb"<day>\s{0,20}([a-z]{3})[a-z]{0,6}\s{0,20}</day", re.IGNORECASE)


def read_skips(xml: bytes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the hours (GMT, 0 to 23) and the days (0 is Monday) that the channel of `xml` lists, sorted.

    A list of all hours, or of all days, asks never to be polled: it is ignored.
    """
    first, last = xml.find(b"<item"), xml.rfind(b"</item")
    around = xml[:_NEAR] if first < 0 else xml[: min(first, _NEAR)] + xml[max(first, last) :][:_NEAR]
    hours = {int(hour) for hour in _HOUR.findall(_list(around, b"skipHours"))[:_HOURS]}
    hours = {hour % _HOURS for hour in hours if hour <= _HOURS}
    days = {
        _NAMES.index(day)
        for name in _DAY.findall(_list(around, b"skipDays"))[:_DAYS]
        if (day := name.lower()) in _NAMES
    }
    return _unless_all(hours, _HOURS), _unless_all(days, _DAYS)


def _list(around: bytes, name: bytes) -> bytes:
    start = around.find(b"<" + name)
    if start < 0 or around.rfind(b"<!--", 0, start) > around.rfind(b"-->", 0, start):
        return b""
    return around[start : start + _LONGEST].partition(b"</" + name)[0]


def _unless_all(found: set[int], n_all: int) -> tuple[int, ...]:
    return tuple(sorted(found)) if len(found) < n_all else ()
