"""What an address says, and whether it may be dialled. Pure: nothing here asks the network.

The rule is a list of what is public, not of what is private: IPv4 outside the special-purpose registry, IPv6 inside
2000::/3 outside it, and whatever carries an IPv4 address is judged by that too. `ipaddress.is_global` isn't enough: it
is true of multicast, 6to4, NAT64 and others. (IANA special-purpose registries, RFC 6890; RFC 6052, 3056, 4380, 5214.)
"""

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import quote, unquote, urlsplit

import idna

from pipeline.errors import Outcome
from pipeline.http.failure import FetchError
from pipeline.url import MAX_URL_CHARS

DEFAULT_PORTS = {"http": 80, "https": 443}
_SPACE = "".join(map(chr, range(33)))
_SAFE = "%/:?@!$&'()*+,;=~[]|"  # sent as written: an address is asked for as it stands
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_NUMBER = re.compile(r"(?:.*\.)?(?:0x[0-9a-f]*|[0-9]+)")

_CLOSED_4 = [
    IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
        "168.63.129.16/32",  # Azure's metadata and DNS: a public number that never leaves the machine's host
    )
]  # fmt: skip
_OPEN_6 = IPv6Network("2000::/3")
_CLOSED_6 = [
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID, anycast; no web site lives there
        "2001:db8::/32", "3fff::/20",  # documentation
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # the old 6bone
    )
]  # fmt: skip
_WHOLE_4 = [IPv6Network(network) for network in ("::ffff:0:0/96", "64:ff9b::/96")]  # mapped, NAT64
_6TO4 = IPv6Network("2002::/16")
_ISATAP = 0x5EFE


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a request goes. `host` is ASCII, numbers made canonical; `written` is `host:port` as the URL spelled it."""

    scheme: str
    host: str
    port: int
    path: str
    written: str

    @property
    def netloc(self) -> str:
        """Return what the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Return scheme, host and port in one, as robots rules and credentials are bound to it."""
        return f"{self.scheme}://{self.netloc}"

    @property
    def url(self) -> str:
        """Return the address as it is requested; no credentials, no fragment."""
        return f"{self.origin}{self.path}"

    @property
    def host_port(self) -> str:
        """Return `host:port`, the unit of politeness."""
        return f"{self.host}:{self.port}"


def read_target(url: str) -> Target:
    """Read an http(s) address the way that we'd dial it. Raises FetchError: bad_url or blocked_address."""
    if len(url) > MAX_URL_CHARS:
        raise FetchError(Outcome.BAD_URL, f"address longer than {MAX_URL_CHARS} characters")
    text = re.sub(r"[\t\r\n]", "", url.strip(_SPACE))
    try:
        parts = urlsplit(text)
        port = parts.port
        written = parts.hostname or ""
    except ValueError as error:
        raise FetchError(Outcome.BAD_URL, f"not an address: {error}") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise FetchError(Outcome.BAD_URL, f"{parts.scheme[:20] or 'no scheme'!r}, not http(s)")
    is_odd = "\\" in parts.netloc or (
        "[" in parts.netloc and ":" not in written
    )  # browsers read \ as /; we don't guess
    if is_odd or not written:
        raise FetchError(Outcome.BAD_URL, "no readable host")
    if port is None:
        port = DEFAULT_PORTS[parts.scheme]
    path = quote(parts.path, safe=_SAFE, errors="replace") or "/"
    if parts.query:
        path += "?" + quote(parts.query, safe=_SAFE, errors="replace")
    if len(path) > 2 * MAX_URL_CHARS:
        raise FetchError(Outcome.BAD_URL, f"address longer than {2 * MAX_URL_CHARS} characters once encoded")
    spelled = f"[{written}]" if ":" in written else written
    return Target(scheme=parts.scheme, host=read_host(written), port=port, path=path, written=f"{spelled}:{port}")


def read_host(written: str) -> str:
    """Return a host in the one spelling that is checked and dialled. Raises FetchError: bad_url or blocked_address."""
    if ":" in written:
        return _read_ipv6(written)
    host = unquote(written)
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise FetchError(Outcome.BAD_URL, f"not a host name: {error}"[:200]) from None
    host = host.lower().removesuffix(".")
    if len(host) > 253 or not _HOST.fullmatch(host):
        raise FetchError(Outcome.BAD_URL, f"not a host name: {written[:100]!r}")
    if host == "localhost" or not _NUMBER.fullmatch(host):
        return host
    try:
        return str(IPv4Address(socket.inet_aton(host)))  # getaddrinfo's own reading: decimal, octal, hex, 1 to 4 parts
    except OSError:
        raise FetchError(Outcome.BLOCKED_ADDRESS, f"a number, but no address: {written[:100]!r}") from None


def closed_reason(address: str) -> str | None:
    """Say why `address`, an IP address, may not be dialled; None when it is public."""
    try:
        ip = ip_address(address)
    except ValueError:
        return f"{address[:60]!r} is no address"
    is_open = _is_public_4(ip) if isinstance(ip, IPv4Address) else _is_public_6(ip)
    return None if is_open else f"{address} is not a public address"


def _read_ipv6(written: str) -> str:
    try:
        ip = IPv6Address(written)
    except ValueError:
        raise FetchError(Outcome.BAD_URL, f"not an address: {written[:100]!r}") from None
    if ip.scope_id:
        raise FetchError(Outcome.BLOCKED_ADDRESS, f"an address of one link only: {written[:100]!r}")
    return str(ip)


def _is_public_4(ip: IPv4Address) -> bool:
    return not any(ip in network for network in _CLOSED_4)


def _is_public_6(ip: IPv6Address) -> bool:
    number = int(ip)
    if any(ip in network for network in _WHOLE_4):
        return _is_public_4(IPv4Address(number & 0xFFFFFFFF))
    if ip.scope_id or ip not in _OPEN_6 or any(ip in network for network in _CLOSED_6):
        return False
    if ip in _6TO4 and not _is_public_4(IPv4Address(number >> 80 & 0xFFFFFFFF)):
        return False
    is_isatap = number >> 32 & 0xFFFF == _ISATAP and number >> 48 & 0xFDFF == 0  # with either universal/local bit
    return not is_isatap or _is_public_4(IPv4Address(number & 0xFFFFFFFF))
