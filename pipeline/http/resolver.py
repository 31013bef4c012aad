"""Names to addresses that passed the check, pinned for the dial: what was checked is what is connected to."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address

from aiohttp.abc import AbstractResolver, ResolveResult

from pipeline.errors import NO_ANSWER, Outcome
from pipeline.http.addresses import Target, closed_reason
from pipeline.http.failure import FetchError
from pipeline.http.limits import Limits

Lookup = Callable[[str, int], Awaitable[Sequence[str]]]
"""A host name and a port to IP addresses; raises socket.gaierror."""

_OPEN_PORTS = frozenset({80, 443})
_THREADS = 16
_OUTAGE_HOSTS = 3  # so many different names without an answer in a row, and the resolver is at fault, not the names
_NEVER_PUBLIC = ("invalid", "test", "example")  # RFC 6761: no answer for these says nothing about our resolver


class SystemLookup:
    """getaddrinfo in threads of its own, so that a dead name server holds up nothing else."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="lookup")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """Return all addresses of `host`, those first that the system prefers."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, self._ask, host, port)
        return list(dict.fromkeys(str(address[0]) for *_, address in found))

    def close(self) -> None:
        """Let go of the threads; those that still wait end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    @staticmethod
    def _ask(host: str, port: int) -> Sequence[tuple[object, object, object, object, tuple[object, ...]]]:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)


class CheckedResolver(AbstractResolver):
    """Lets through public addresses on web ports, and the exceptions; hands aiohttp only what it let through."""

    def __init__(self, allow: frozenset[str], *, limits: Limits, lookup: Lookup | None = None) -> None:
        self._allow = allow
        self._limits = limits
        self._system = SystemLookup()
        self._lookup: Lookup = lookup or self._system
        self._until: dict[str, float] = {}
        self._pinned: dict[tuple[str, int], tuple[str, ...]] = {}
        self._silent: set[str] = set()

    async def check(self, target: Target) -> None:
        """Resolve `target` and pin its addresses for the dial. Raises FetchError."""
        if self._until.get(target.written, 0.0) > time.monotonic():
            return
        is_excepted = target.written in self._allow
        if not is_excepted and target.port not in _OPEN_PORTS:
            raise FetchError(Outcome.BLOCKED_ADDRESS, f"port {target.port} is not a web port ({target.netloc})")
        if not is_excepted and (target.host == "localhost" or target.host.endswith(".localhost")):
            raise FetchError(Outcome.BLOCKED_ADDRESS, f"{target.host} is this machine")
        addresses = await self._addresses(target.host, target.port)
        if not is_excepted:
            for reason in filter(None, map(closed_reason, addresses)):
                raise FetchError(Outcome.BLOCKED_ADDRESS, f"{target.netloc}: {reason}")
        self._pinned[target.host, target.port] = addresses
        self._until[target.written] = time.monotonic() + self._limits.lookup_ttl_s

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 # aiohttp's signature; both are given
    ) -> list[ResolveResult]:
        """Give aiohttp the pinned addresses; it never gets others."""
        return [_result(host, port, address) for address in self._pinned.get((host, port), ())]

    async def close(self) -> None:
        """Let go of the lookup threads."""
        self._system.close()

    async def _addresses(self, host: str, port: int) -> tuple[str, ...]:
        try:
            return (str(ip_address(host)),)
        except ValueError:
            pass
        try:
            async with asyncio.timeout(self._limits.lookup_s):
                addresses = tuple(await self._lookup(host, port))
        except TimeoutError:
            raise self._unanswered(host, "no answer from the resolver") from None
        except socket.gaierror as error:
            if error.errno == socket.EAI_AGAIN:
                raise self._unanswered(host, str(error.strerror)) from None
            self._silent.clear()  # "no such name" is an answer
            raise FetchError(Outcome.DNS, f"{host}: {error.strerror}") from None
        except (OSError, UnicodeError) as error:
            raise FetchError(Outcome.DNS, f"{host}: {error}") from None
        self._silent.clear()
        if not addresses:
            raise FetchError(Outcome.DNS, f"{host} has no address")
        return addresses

    def _unanswered(self, host: str, why: str) -> FetchError:
        if host.rpartition(".")[2] in _NEVER_PUBLIC:
            return FetchError(Outcome.DNS, f"{host}: {why}")
        self._silent.add(host)
        if len(self._silent) >= _OUTAGE_HOSTS:
            return FetchError(Outcome.RESOLVER, f"{len(self._silent)} names in a row without an answer: {why}")
        if is_offline():
            return FetchError(Outcome.RESOLVER, f"no network: {why}")
        return FetchError(Outcome.DNS, f"{host}: {NO_ANSWER} ({why})")


def is_offline() -> bool:
    """Whether this machine has no way out at all. Sends nothing: connecting a datagram socket looks for a route."""
    for family, documentation in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((documentation, 53))
        except OSError:
            continue
        return False
    return True


def _result(host: str, port: int, address: str) -> ResolveResult:
    kind = socket.AF_INET6 if ":" in address else socket.AF_INET
    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=flags)
