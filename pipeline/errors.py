"""What can go wrong, named once.

Exceptions are for the machinery and for bad input; what the web does to us is an `Outcome`, a value in a row::

    ConflictwireError              one line for a person: what, where, what to do
    ├── InputError                 a file, an argument or a statement that we can't use
    │   └── BadUrlError            not an http(s) address
    ├── SettingsError              a setting is missing, malformed or unsafe
    ├── StoreError                 the data folder or a database in it can't be used
    │   ├── NewerStoreError        written by a newer release
    │   ├── DiskFullError          not enough free space to go on safely
    │   └── CheckError             a statement of sql/checks/ returned rows
    └── RunFailedError             too many feeds failed for our own reasons
"""

from enum import StrEnum
from functools import cached_property


class ConflictwireError(Exception):
    """Root of all errors that a person is meant to read; its text is one line."""


class InputError(ConflictwireError):
    """A file, an argument or a statement that can't be used."""


class BadUrlError(InputError, ValueError):
    """Not an http(s) address."""


class SettingsError(ConflictwireError):
    """A setting is missing, malformed or unsafe."""


class StoreError(ConflictwireError):
    """The data folder or a database in it can't be used."""


class NewerStoreError(StoreError):
    """The database was written by a newer release than this one."""


class DiskFullError(StoreError):
    """Not enough free space to go on safely."""


class CheckError(StoreError):
    """A statement of sql/checks/ returned rows: a promise is broken."""


class RunFailedError(ConflictwireError):
    """Too many feeds failed for reasons of our own."""


FINAL = (InputError, SettingsError, NewerStoreError, CheckError, RunFailedError)
"""Errors that trying again can't mend; a scheduler should not."""


class Outcome(StrEnum):
    """The closed list of what one request came to; every request ends in exactly one."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    SAME_BODY = "same_body"
    # refused before a byte was sent
    BAD_URL = "bad_url"
    BLOCKED_ADDRESS = "blocked_address"
    ROBOTS = "robots"
    # never got as far as HTTP
    DNS = "dns"
    CONNECT = "connect"
    TLS_EXPIRED = "tls_expired"
    TLS_HOSTNAME = "tls_hostname"
    TLS_UNTRUSTED = "tls_untrusted"
    TLS_PROTOCOL = "tls_protocol"
    TIMEOUT_CONNECT = "timeout_connect"
    TIMEOUT_HEADERS = "timeout_headers"
    TIMEOUT_TOTAL = "timeout_total"
    # HTTP, but not as it should be
    PROTOCOL = "protocol"
    HEADER_TOO_LARGE = "header_too_large"
    TOO_LARGE = "too_large"
    DECODE = "decode"
    TRUNCATED = "truncated"
    EMPTY = "empty"
    REDIRECT_LIMIT = "redirect_limit"
    REDIRECT_LOOP = "redirect_loop"
    REDIRECT_INVALID = "redirect_invalid"
    # the server's own word
    HTTP_401 = "http_401"
    HTTP_403 = "http_403"
    HTTP_404 = "http_404"
    GONE = "gone"
    HTTP_451 = "http_451"
    HTTP_4XX = "http_4xx"
    RETRY_LATER = "retry_later"
    HTTP_5XX = "http_5xx"
    HTTP_OTHER = "http_other"
    # an answer, but not the thing
    BLOCKED = "blocked"
    CONSENT = "consent"
    SOFT_404 = "soft_404"
    WRONG_TYPE = "wrong_type"
    # our own fault, the only ones for which a run may fail
    RESOLVER = "resolver"
    INTERNAL = "internal"

    @cached_property
    def is_ours(self) -> bool:
        """Whether the reason lies with us (disk, pool, database, resolver), not with the other side."""
        return self in OURS

    @cached_property
    def is_ok(self) -> bool:
        """Whether the other side gave what was asked for, changed or not."""
        return self in (Outcome.OK, Outcome.NOT_MODIFIED, Outcome.SAME_BODY)


HURT_PARSER = "the document hurt the parser"
"""How the note of a feed begins whose document did."""

NO_ANSWER = "the resolver gave no answer"
"""What the note of a `dns` says where that isn't the same as "no such host"."""

OURS = frozenset({Outcome.RESOLVER, Outcome.INTERNAL})

TRANSIENT = frozenset(
    {
        Outcome.DNS, Outcome.CONNECT, Outcome.TIMEOUT_CONNECT, Outcome.TIMEOUT_HEADERS, Outcome.TIMEOUT_TOTAL,
        Outcome.PROTOCOL, Outcome.TRUNCATED, Outcome.EMPTY, Outcome.RETRY_LATER, Outcome.HTTP_5XX,
        Outcome.RESOLVER, Outcome.INTERNAL,
    }
)  # fmt: skip
"""Outcomes that a later try may well mend; the rest need a change on the other side."""

REFUSED = frozenset(
    {Outcome.HTTP_401, Outcome.HTTP_403, Outcome.HTTP_451, Outcome.ROBOTS, Outcome.BLOCKED, Outcome.CONSENT}
)
"""Outcomes by which the other side says no to us: tried again, but rarely."""
