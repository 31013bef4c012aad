"""May we ask for it, and how slowly? robots.txt after RFC 9309, read by Protego, kept for each origin during a run."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from protego import Protego

from pipeline.errors import Outcome
from pipeline.http.addresses import Target
from pipeline.http.failure import FetchError
from pipeline.http.limits import Limits
from pipeline.types import Response

TOKEN = "conflictwire"  # noqa: S105 # our product token (RFC 9309, 2.2.1), not a secret
_OTHERS = "another-crawler"
_GROUP_FIELDS = ("user-agent", "useragent", "user agent")

# The page shares the fate of its robots.txt where the network or we ourselves are the reason.
_SHARED = frozenset(
    {
        Outcome.BLOCKED_ADDRESS, Outcome.DNS, Outcome.CONNECT, Outcome.TLS_EXPIRED, Outcome.TLS_HOSTNAME,
        Outcome.TLS_UNTRUSTED, Outcome.TLS_PROTOCOL, Outcome.TIMEOUT_CONNECT, Outcome.TIMEOUT_HEADERS,
        Outcome.TIMEOUT_TOTAL, Outcome.RESOLVER, Outcome.INTERNAL,
    }
)  # fmt: skip
_NO_RULES = frozenset({Outcome.EMPTY, Outcome.REDIRECT_LIMIT, Outcome.REDIRECT_LOOP, Outcome.REDIRECT_INVALID})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What an origin lets us do: rules to match, or a reason why nothing may be asked; neither means all is allowed."""

    parsed: Protego | None = None
    outcome: Outcome | None = None
    note: str = ""
    retry_at: datetime | None = None
    crawl_delay_s: float = 0.0

    def insist(self, target: Target) -> None:
        """Raise FetchError unless `target` may be asked for."""
        if self.outcome:
            raise FetchError(self.outcome, self.note, retry_at=self.retry_at)
        if self.parsed and not self.parsed.can_fetch(target.url, TOKEN):
            raise FetchError(Outcome.ROBOTS, f"robots.txt of {target.netloc} disallows it")


class Robots:
    """Fetches (through `fetch`, the gateway's own way out) and remembers the rules of each origin."""

    def __init__(self, fetch: Callable[[str], Awaitable[Response]], limits: Limits) -> None:
        self._fetch = fetch
        self._limits = limits
        self._known: dict[str, tuple[float, Rules]] = {}  # the one place to look on disk first, should runs get short
        self._asking: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def rules(self, target: Target) -> Rules:
        """Return the rules of the target's origin; asked for once, however many wait."""
        if known := self._fresh(target.origin):
            return known
        async with self._asking[target.origin]:
            if known := self._fresh(target.origin):
                return known
            rules = read_rules(await self._fetch(f"{target.origin}/robots.txt"), target)
            ttl_s = self._limits.robots_failure_ttl_s if rules.outcome else self._limits.robots_ttl_s
            self._known[target.origin] = (time.monotonic() + ttl_s, rules)
            return rules

    def _fresh(self, origin: str) -> Rules | None:
        until, rules = self._known.get(origin, (0.0, None))
        return rules if until > time.monotonic() else None


def read_rules(response: Response, target: Target) -> Rules:
    """Turn what came of asking for robots.txt into rules. Pure.

    A refusal (4xx) allows all. A server error, or a file that can't be read, allows nothing until it can be had.
    """
    fetch = response.fetch
    if fetch.outcome is Outcome.OK:
        return parse_rules(response.body)
    if fetch.outcome in _SHARED:
        note = f"robots.txt of {target.netloc} can't be had: {fetch.note or fetch.outcome}"
        return Rules(outcome=fetch.outcome, note=note, retry_at=fetch.retry_at)
    status = fetch.http_status or 0
    if status == 429:  # allowed by the letter, but it asks for patience, and a page would be told the same
        note = f"robots.txt of {target.netloc} answered 429"
        return Rules(outcome=Outcome.RETRY_LATER, note=note, retry_at=fetch.retry_at)
    if 400 <= status < 500 or fetch.outcome in _NO_RULES:
        return Rules()
    note = f"robots.txt of {target.netloc} can't be had ({fetch.note or fetch.outcome}), so nothing is allowed"
    return Rules(outcome=Outcome.ROBOTS, note=note, retry_at=fetch.retry_at)


def parse_rules(body: bytes) -> Rules:
    """Parse robots.txt, keeping the groups that concern us."""
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    parsed = Protego.parse("\n".join(_ours_or_others(line) for line in text.splitlines()))
    return Rules(parsed=parsed, crawl_delay_s=parsed.crawl_delay(TOKEN) or 0.0)


def _ours_or_others(line: str) -> str:
    """Give all groups of other crawlers one name: Protego stores each rule once a name, which multiplies.

    It also takes `User-agent: conflict` for ours, where the RFC wants the whole token.
    """
    clean = line.partition("#")[0].strip().lower()
    if not clean.startswith("user"):
        return line
    field = next((field for field in _GROUP_FIELDS if clean.startswith(field)), None)
    if field is None:
        return ""
    name = clean.removeprefix(field).strip().removeprefix(":").strip()
    if name not in ("", "*"):
        name = TOKEN if name.replace("*", "").partition("/")[0].strip() == TOKEN else _OTHERS
    return f"user-agent: {name}"
