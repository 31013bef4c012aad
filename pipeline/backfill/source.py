"""What a source of the past is: two functions, and the words in which they speak.

`plan` says what there is to be had, as units; `step` takes a unit on from its cursor by a bounded number of
items, and says where to go on. Neither writes a table: the runner lands, fetches, makes articles, and loads
what a step told in one transaction with its cursor. A step that was cut is run again from the same cursor in
the same folder: it has to be a function of what it is given and of what `ask` brings.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.errors import BadUrlError, Outcome
from pipeline.types import BackfillUnit, Entry, Feed, PageJob
from pipeline.url import short_hash, url_key

if TYPE_CHECKING:
    from pipeline.backfill.ask import Ask

PAGE_BYTES = 60_000
"""What a page takes as sent, compressed: a guess, for plans alone."""


class ItemOutcome(StrEnum):
    """The closed list of what an item came to, beside the outcomes of a request for it."""

    ARTICLE = "article"
    SEEN_AGAIN = "seen_again"
    KNOWN = "known"
    REPEATED = "repeated"
    READ = "read"
    NOT_ARTICLE = "not_article"
    NOT_WANTED = "not_wanted"
    NOT_HTML = "not_html"
    NOT_RESPONSE = "not_response"
    BAD_STATUS = "bad_status"
    REVISIT = "revisit"
    CUT = "cut"
    WRONG_DIGEST = "wrong_digest"
    WRONG_LENGTH = "wrong_length"
    UNREADABLE = "unreadable"
    NO_ADDRESS = "no_address"
    OVER_BUDGET = "over_budget"
    LIVE_FEED = "live_feed"
    NO_CAPTURE = "no_capture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The days wanted, UTC, both included."""

    first_day: date
    last_day: date

    def holds(self, moment: datetime | date | None) -> bool:
        """Whether a moment (aware) or day lies in the window; what is not known may."""
        day = moment.date() if isinstance(moment, datetime) else moment
        return day is None or self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a person gave: `addresses` are files, folders or web addresses; `feeds` name feeds files, OPML or feeds.

    `hosts` leaves only what is of these hosts and those below them; without `is_fetching` no page is asked for.
    """

    addresses: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    is_fetching: bool = True

    def wants_host(self, host: str) -> bool:
        """Whether pages of a host are wanted."""
        return not self.hosts or any(host == one or host.endswith(f".{one}") for one in self.hosts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One unit as a step gets it: take at most `limit` items from `unit.cursor` on (None: from the start)."""

    given: Given
    window: Window
    unit: BackfillUnit
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What there is to do: the units, and what can be told beforehand. A number is None where it can't be told.

    `n_requests` and `n_bytes` are those to be made and fetched, pages included; `cannot_be_had` says in words what is
    missing, and why.
    """

    units: tuple[BackfillUnit, ...]
    n_items: int | None = None
    n_requests: int | None = 0
    n_bytes: int | None = None
    hosts: Mapping[str, int] = field(default_factory=dict)
    cannot_be_had: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item, and its outcome where the source itself knows it: None where its page decides (held or wanted)."""

    item_id: str
    url: str | None
    observed_at: datetime | None = None
    outcome: ItemOutcome | Outcome | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The page of an item: held (landed by `ask.hold`, whose row is found by `url`) or wanted, which is asked for.

    `title`, `published_raw` and `lead` are what a list says of it, as a feed would. One step has an address once.
    `job` is the entry's that listed it, where one did. `n_tries` is the runner's: how often it was asked for before, in
    vain.
    """

    item_id: str
    url: str
    is_held: bool
    observed_at: datetime | None = None
    title: str | None = None
    lead: str | None = None
    published_raw: str | None = None
    job: PageJob | None = None
    n_tries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one step told. Every item has its outcome here or a page in `pages`.

    `feeds` and `entries` are what archived feeds said, `first_seen_at` and `last_seen_at` being when the archive saw
    them; the runner tells new entries from known ones and asks for their pages. `units` are new ones that it found.
    `cursor` is where to go on; `not_before` asks to be let alone until then.
    """

    items: tuple[Item, ...] = ()
    pages: tuple[Page, ...] = ()
    feeds: tuple[Feed, ...] = ()
    entries: tuple[Entry, ...] = ()
    units: tuple[BackfillUnit, ...] = ()
    cursor: str | None = None
    is_done: bool = False
    not_before: datetime | None = None
    outcome: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source of the past, under the name by which `discovered_via` and the command call it.

    `seek` returns the unit that looks elsewhere for the page of an entry that is dead today.
    """

    name: str
    about: str
    plan: Callable[["Ask", Given, Window], Planned]
    step: Callable[["Ask", Task], Step]
    seek: Callable[["Ask", PageJob], BackfillUnit] | None = None


def unit_of(source: str, address: str, *, now: datetime, day: date | None = None) -> BackfillUnit:
    """Return a unit that nobody has worked on yet; its id follows from source, address and day. The runner owns it."""
    key = short_hash(source, address, day.isoformat() if day else "")
    return BackfillUnit(backfill_id="", unit_id=key, source=source, address=address, day=day, updated_at=now)


def item_id(unit: BackfillUnit, place: object) -> str:
    """Return the id of the item at a place of a unit: a record's offset, a line's number, an address."""
    return short_hash(unit.unit_id, str(place))


def key_of(url: str | None) -> str:
    """Return the key of an address, nothing for what is none."""
    with suppress(BadUrlError):
        return url_key(url) if url else ""
    return ""


def is_repeat(pages: Sequence[Page], url: str) -> bool:
    """Whether a step has a page of this very address already."""
    return any(page.url == url for page in pages)
