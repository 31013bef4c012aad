"""What a date says that somebody else wrote: strict, and never "now". Pure.

A date is taken only if it can mean one day and nothing else. A clock time counts only together with its zone: without
one the day alone is kept, as written, and the reading says why. What can't be had is None with a reason.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

from pipeline.types import Precision

Order = Literal["day first", "month first", "year first"]

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LEEWAY = timedelta(hours=24)  # a publisher's clock may run ahead of ours, or its zone be wrong by one
_MAX_CHARS = 100  # longer is prose; it also bounds what the patterns can cost
_MAX_BYLINE_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DateReading:
    """`value` is aware UTC, or 00:00 of the day as written where `precision` is day; `reason` is what was amiss.

    `written` is the clock as written, naive, and `zone` its offset from UTC ("+05:30"; None where none is written).
    Reasons with a value: no time zone, unknown time zone. Reasons without: no date, unknown format, no date part,
    no day, no such day, no such time, day or month first, before 1990, in the future.
    """

    value: datetime | None
    precision: Precision | None
    reason: str | None
    written: datetime | None = None
    zone: str | None = None


class _Unreadable(Exception):  # noqa: N818 - not an error, a verdict on its way out
    pass


def read_date(raw: str | None, *, fetched_at: datetime, order: Order | None = None) -> DateReading:
    """Read one date by RFC 822/2822, RFC 3339/ISO 8601 or a common, unambiguous way of writing it.

    `order` is how whoever wrote it orders day, month and year, where that is known: it settles `03/04/2020`, and lets
    `03.04.20` be read at all. Accepted are values from 1990 to 24 hours after `fetched_at`, the time at which it was
    seen. Never raises.
    """
    text = " ".join((raw or "").split()).lower()
    try:
        reading = _read(text, order)
    except _Unreadable as verdict:
        return DateReading(value=None, precision=None, reason=str(verdict))
    assert reading.value is not None
    if not EARLIEST <= reading.value <= fetched_at + LEEWAY:
        why = "before 1990" if reading.value < EARLIEST else "in the future"
        return DateReading(value=None, precision=None, reason=why)
    return reading


def find_dates(text: str) -> Iterator[tuple[int, int]]:
    """Yield where in a short text (a byline, not prose) dates stand: start and end, in order, never overlapping.

    Names of months, ISO 8601, and figures with dots, slashes or CJK signs count; whether one can be read is for
    `read_date` to say. Longer texts have none.
    """
    lower = text.lower()
    if len(text) > _MAX_BYLINE_CHARS or len(lower) != len(text) or not _FIGURES.search(text):
        return
    found = (match for pattern in _FOUND for match in pattern.finditer(lower))
    spans = (m.span() for m in found if m.groupdict().get("name", "may") in _MONTH_OF)
    end = 0
    for start, stop in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= end:
            yield start, stop
            end = stop


def order_of(language: str | None) -> Order | None:
    """Return how a language (BCP-47) orders figures of a date; None for English of no known region, and no language.

    After Unicode CLDR's short date formats.
    """
    base, _, region = (language or "").lower().replace("_", "-").partition("-")
    if not base or (base == "en" and not region):
        return None
    if base in _YEAR_FIRST:
        return "year first"
    return "month first" if region in {"us", "ph"} else "day first"


# A line holds the twelve names of one kind in one language, "-" where it adds none. No name may mean two months.
_MONTHS = """
january february march april may june july august september october november december
jan feb mar apr may jun jul aug sept oct nov dec
- - - - - - - - sep - - -
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
ene - - abr - - - ago set - - dic
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
janv févr - avr - - juil aout - - - déc
januar februar märz april mai juni juli august september oktober november dezember
jänner - mrz - - - - - - okt - dez
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
gen - - - mag giu lug - - ott - -
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
- fev - - - - - - - out - -
январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
- - - - mai - - - - - - -
jan febr mrt - mei - - aug - okt - -
januari februari maart april - juni juli augustus september oktober - -
- - mars april maj - - augusti - - - -
- - marts april - - - - - - - -
tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta - - - - - -
- - - - - - heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października - grudnia
ledna února března dubna května června července srpna září října listopadu prosince
január február március április május június július augusztus szeptember október - -
ianuarie februarie martie aprilie - iunie iulie - septembrie octombrie noiembrie decembrie
ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου
ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר
בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר
- - maret - - - - agustus - - - desember
- - mac - - jun julai ogos - - - disember
जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर
янв фев мар апр - июн июл авг сен окт ноя дек
- февр - - - - - - сент - нояб -
січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
січ лют бер квіт трав черв лип серп вер жовт лист груд
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
oca şub - nis - haz tem ağu eyl eki kas ara
يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
- - - إبريل - يونيه يوليه - - - - -
كانون_الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول تشرين_الثاني كانون_الأول
ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر
"""
_MONTH_OF = {name: month for line in _MONTHS.split("\n") for month, name in enumerate(line.split(), 1)}
_MONTH_OF = {name.replace("_", " "): month for name, month in _MONTH_OF.items() if name != "-"}

# RFC 822's names, and further ones that mean the same hour wherever they are used (so neither BST nor IST).
_HOURS_EAST = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "wet": 0, "west": 1, "cet": 1, "cest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "jst": 9, "kst": 9,
    "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
}  # fmt: skip

_ZONE = r"(?:\s?(?P<zone>(?:(?:utc|gmt)\s?)?[+-]\d{1,2}(?::?\d{2})?|[a-z]{1,5})(?:\s\([^()]*\))?)?"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?:\s?(?P<half>[ap])\.?m\.?)?"
_DIGITS = r"(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:\.\d+)?)?"
_WHEN = rf"(?:(?:,|\s?[-–|])?\s?(?:(?:at|à|às|um|alle|в|о|kl\.?)\s)?{_CLOCK}{_ZONE})?"
_WEEKDAY = r"(?:[^\W\d_]+\.?(?:[\s-][^\W\d_]+)?[,،]\s?|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?\s)?"
_NAME = r"(?P<name>[^\W\d_]{2,}(?:\s(?:الثاني|الأول))?)\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|\.)?"
_TWO = r"\d{2}"
_SHAPES = (
    rf"{_DAY}[\s/-]?(?:de\s|of\s)?{_NAME},?[\s/-]?(?:de\s|del\s)?(?P<year>\d{{4}}|\d{{2}})(?:\sг\.?)?{_WHEN}",
    rf"{_NAME}\s{_DAY},?\s(?P<year>\d{{4}}){_WHEN}",
    rf"{_NAME}\s{_DAY}\s{_CLOCK}{_ZONE}\s(?P<year>\d{{4}})",
    r"(?P<year>-?\d{4,6})-(?P<month>\d{1,2})-(?P<day>\d{1,2})" + rf"(?:[t\s]\s?{_CLOCK}{_ZONE}|z|[+-]\d{{2}}:\d{{2}})?",
    rf"(?P<year>\d{{4}})[/.](?P<month>\d{{1,2}})[/.](?P<day>\d{{1,2}}){_WHEN}",
    rf"(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?(?P<year>\d{{4}}){_WHEN}",
    rf"(?P<one>\d{{2}})\.(?P<month>\d{{2}})\.(?P<three>\d{{2}}){_WHEN}",
    rf"(?P<first>\d{{1,2}})(?P<sep>[/-])(?P<second_>\d{{1,2}})(?P=sep)(?P<year>\d{{4}}){_WHEN}",
    rf"(?P<year>\d{{4}})\s?[年년]\s?(?P<month>\d{{1,2}})\s?[月월]\s?(?P<day>\d{{1,2}})\s?[日일号]{_WHEN}",
)
_FORMATS = (
    *(re.compile(_WEEKDAY + shape) for shape in _SHAPES),
    re.compile(rf"(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}})(?:t?{_DIGITS}{_ZONE})?"),
    re.compile(r"(?P<epoch>\d{10})(?:\d{3})?"),
)
# In the midst of other words a year has four figures, and figures in a row may be anything.
_FOUND = tuple(re.compile(rf"(?<![\w/.-])(?:{shape.replace('|' + _TWO, '')})(?![\w/-]|[:.]\d)") for shape in _SHAPES)
_FIGURES = re.compile(r"\d\d")
_YEAR_FIRST = frozenset({"zh", "ja", "ko", "hu", "lt", "mn"})
_INCOMPLETE = {
    "no date part": re.compile(_CLOCK + _ZONE),
    "no day": re.compile(rf"\d{{4}}|\d{{4}}-\d{{2}}|{_NAME},?\s\d{{4}}"),
}


def _read(text: str, order: Order | None) -> DateReading:
    if not text:
        raise _Unreadable("no date")
    if len(text) > _MAX_CHARS:
        raise _Unreadable("unknown format")
    for pattern in _FORMATS:
        if found := pattern.fullmatch(text):
            return _value({name: part for name, part in found.groupdict().items() if part is not None}, order)
    raise _Unreadable(next((why for why, shape in _INCOMPLETE.items() if shape.fullmatch(text)), "unknown format"))


def _value(parts: dict[str, str], order: Order | None) -> DateReading:
    if "epoch" in parts:
        return DateReading(value=datetime.fromtimestamp(int(parts["epoch"]), UTC), precision="second", reason=None)
    day = _day(parts, order)
    if "hour" not in parts:
        return DateReading(value=day, precision="day", reason=None, written=day.replace(tzinfo=None))
    clock, precision = _clock(parts)
    offset, reason = _offset(parts.get("zone"))
    written = (day + clock).replace(tzinfo=None)
    if offset is None:
        return DateReading(value=day, precision="day", reason=reason, written=written)
    return DateReading(
        value=written.replace(tzinfo=offset).astimezone(UTC),
        precision=precision,
        reason=None,
        written=written,
        zone=zone_of(offset.utcoffset(None)),
    )


def zone_of(east: timedelta) -> str:
    """Write an offset from UTC as ISO 8601 does: "+05:30"."""
    minutes = int(east.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _day(parts: dict[str, str], order: Order | None) -> datetime:
    if "one" in parts:
        parts = _ordered(parts, order)
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        year += 2000 if year < 50 else 1900  # RFC 2822, 4.3
    if year < EARLIEST.year - 1:
        raise _Unreadable("before 1990")
    if year > 9998:  # the last year that every zone leaves within what a datetime can hold
        raise _Unreadable("in the future")
    month, day = _month_and_day(parts, order)
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        raise _Unreadable("no such day") from None


def _ordered(parts: dict[str, str], order: Order | None) -> dict[str, str]:
    """Tell the year of `25.04.24` from its day: only whoever wrote it knows."""
    if order not in ("day first", "year first"):
        raise _Unreadable("day or year first")
    year, day = ("three", "one") if order == "day first" else ("one", "three")
    return parts | {"year": parts[year], "day": parts[day]}


def _month_and_day(parts: dict[str, str], order: Order | None) -> tuple[int, int]:
    if "first" in parts:
        first, second = int(parts["first"]), int(parts["second_"])
        if first == second or max(first, second) > 12:
            return min(first, second), max(first, second)
        if order not in ("day first", "month first"):
            raise _Unreadable("day or month first")
        return (second, first) if order == "day first" else (first, second)
    if "name" in parts:
        month = _MONTH_OF.get(parts["name"])
        if month is None:
            raise _Unreadable("unknown format")
        return month, int(parts["day"])
    return int(parts["month"]), int(parts["day"])


def _clock(parts: dict[str, str]) -> tuple[timedelta, Precision]:
    hour, minute, second = (int(parts.get(name, 0)) for name in ("hour", "minute", "second"))
    half = parts.get("half")
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 60:
        raise _Unreadable("no such time")
    span = timedelta(hours=hour, minutes=minute, seconds=min(second, 59))  # :60 is a leap second, which nobody counts
    return span, "second" if "second" in parts else "minute"


def _offset(zone: str | None) -> tuple[timezone | None, str | None]:
    if zone is None:
        return None, "no time zone"
    name, sign, digits = re.split(r"\s?([+-])", zone) if zone[-1].isdigit() else (zone, "+", "0")
    if name and name not in _HOURS_EAST:
        return None, "unknown time zone"
    hours, minutes = (digits.replace(":", "").zfill(2) + "00")[:2], digits.replace(":", "").zfill(2)[2:] or "0"
    if int(hours) > 14 or int(minutes) > 59:
        return None, "unknown time zone"
    east = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone((east if sign == "+" else -east) + timedelta(hours=_HOURS_EAST.get(name, 0))), None
