"""One request and its answer on the wire, by aiohttp. No redirects, no decoding, no proxies, no cookies."""

import asyncio
import errno
import ssl
from collections.abc import Iterator, Mapping
from functools import cached_property
from weakref import WeakSet

import aiohttp
import certifi
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.http_exceptions import LineTooLong
from yarl import URL

from pipeline.errors import Outcome
from pipeline.http.addresses import Target
from pipeline.http.body import Body
from pipeline.http.failure import FetchError
from pipeline.http.limits import Limits
from pipeline.http.resolver import CheckedResolver, is_offline
from pipeline.http.verdict import Answer
from pipeline.types import FetchKind

_EXPIRED = frozenset({9, 10})  # OpenSSL's X509_V_ERR_*: not yet valid, expired
_WRONG_HOST = frozenset({62, 64})  # host name, IP address
_OUR_OS_ERRORS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_NO_ROUTE = frozenset({errno.ENETUNREACH, errno.ENETDOWN})

_used: WeakSet[ResponseHandler] = WeakSet()


class _Reply(aiohttp.ClientResponse):
    """Knows who answered; and lets aiohttp ask a second time only where an idle connection was closed under us."""

    remote_ip: str | None = None

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        if connection.transport and (peer := connection.transport.get_extra_info("peername")):
            self.remote_ip = str(peer[0])
        protocol = connection.protocol
        is_fresh = protocol is not None and protocol not in _used
        if protocol is not None:
            _used.add(protocol)
        try:
            return await super().start(connection)
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
            if is_fresh:
                raise FetchError(Outcome.PROTOCOL, "the connection closed without an answer") from error
            raise


class Exchange:
    """The one client session. Open it inside a running loop; close it there."""

    def __init__(self, resolver: CheckedResolver, *, user_agent: str, limits: Limits) -> None:
        self._limits = limits
        connector = aiohttp.TCPConnector(
            resolver=resolver,
            use_dns_cache=False,  # the resolver pins what it checked
            limit=0,  # `pace` counts
            keepalive_timeout=limits.keepalive_s,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            response_class=_Reply,
            headers={"User-Agent": user_agent, "Accept-Encoding": "gzip"},
            timeout=aiohttp.ClientTimeout(total=None, connect=limits.connect_s),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            max_line_size=limits.header_line,
            max_field_size=limits.header_line,
            max_headers=limits.headers,
        )

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """Trust what the system trusts (SSL_CERT_FILE is heard) and Mozilla's list, where the system has none."""
        context = ssl.create_default_context()
        context.load_verify_locations(certifi.where())
        return context

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()

    async def ask(self, target: Target, headers: Mapping[str, str], *, kind: FetchKind, seconds: float) -> Answer:
        """Ask for `target`, whose addresses the resolver has pinned, and take in the answer, all within `seconds`.

        Raises FetchError when no answer came; what breaks later is the answer's `problem`.
        """
        deadline = asyncio.get_running_loop().time() + seconds
        reply = await self._start(target, headers, seconds)
        try:
            body, problem = await self._take(reply, kind, deadline)
        finally:
            reply.close() if not reply.content.at_eof() else reply.release()
        version = reply.version or aiohttp.HttpVersion11
        return Answer(
            status=reply.status,
            reason=reply.reason or "",
            version=(version.major, version.minor),
            headers=reply.headers,
            raw_headers=reply.raw_headers,
            remote_ip=reply.remote_ip,
            wire=bytes(body.wire) if body else b"",
            body=body.decoded if body else b"",
            head=body.head if body else b"",
            problem=problem,
        )

    async def _start(self, target: Target, headers: Mapping[str, str], seconds: float) -> _Reply:
        url = URL(target.url, encoded=True)
        trust = self._trust if target.scheme == "https" else True  # 50 ms to make, for those who need it
        try:
            async with asyncio.timeout(min(seconds, self._limits.headers_s)):
                reply = await self._session.get(url, headers=headers, allow_redirects=False, ssl=trust)
        except TimeoutError as error:
            if isinstance(error, aiohttp.ServerTimeoutError):
                raise FetchError(Outcome.TIMEOUT_CONNECT, f"no connection in {self._limits.connect_s:g} s") from None
            if seconds <= self._limits.headers_s:
                raise FetchError(Outcome.TIMEOUT_TOTAL, f"no answer in {self._limits.deadline_s:g} s") from None
            raise FetchError(Outcome.TIMEOUT_HEADERS, f"no headers in {self._limits.headers_s:g} s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise failure(error) from None
        assert isinstance(reply, _Reply)
        return reply

    async def _take(self, reply: _Reply, kind: FetchKind, deadline: float) -> tuple[Body | None, FetchError | None]:
        """Read the body; of an answer that isn't the thing asked for, only as much as serves as evidence."""
        if reply.content.at_eof():
            return None, None
        limits = self._limits
        is_wanted = reply.status in (200, 203)
        body = None
        try:
            body = Body(
                ",".join(reply.headers.getall("Content-Encoding", ())),
                wire_limit=limits.on_wire(kind) if is_wanted else limits.evidence,
                limit=limits.decoded(kind) if is_wanted else limits.evidence,
            )
            async with asyncio.timeout_at(deadline):
                await self._read(reply, body)
        except FetchError as error:
            return body, error
        except TimeoutError:
            return body, FetchError(Outcome.TIMEOUT_TOTAL, f"no end of the body in {limits.deadline_s:g} s")
        except (aiohttp.ClientError, OSError) as error:
            return body, FetchError(Outcome.TRUNCATED, f"the body stops before its end: {_phrase(error)}")
        return body, None

    async def _read(self, reply: _Reply, body: Body) -> None:
        declared = reply.headers.get("Content-Length", "")
        async for chunk in reply.content.iter_any():
            body.feed(chunk)
            if declared.isdigit():
                body.expect(int(declared))  # after a first chunk, which tells a film from a page
        is_chunked = "chunked" in reply.headers.get("Transfer-Encoding", "").lower()
        body.finish(is_delimited=bool(declared) or is_chunked)


def failure(error: BaseException) -> FetchError:
    """Sort what kept an answer from coming."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return _distrust(error.certificate_error)
    if isinstance(error, aiohttp.ClientConnectorSSLError):
        return FetchError(Outcome.TLS_PROTOCOL, _phrase(error.os_error))
    if isinstance(error, aiohttp.ClientConnectorError):
        return _no_connection(error.os_error)
    return FetchError(_not_http(error), _phrase(getattr(error, "message", error)))


def _not_http(error: BaseException) -> Outcome:
    if isinstance(error, aiohttp.InvalidURL):
        return Outcome.BAD_URL
    if any(isinstance(cause, LineTooLong) or "Too many headers" in str(cause) for cause in _causes(error)):
        return Outcome.HEADER_TOO_LARGE
    if isinstance(error, OSError) and error.errno in _OUR_OS_ERRORS:
        return Outcome.INTERNAL
    return Outcome.PROTOCOL


def _distrust(error: Exception) -> FetchError:
    code = getattr(error, "verify_code", 0)
    note = _phrase(getattr(error, "verify_message", "") or error)
    if code in _EXPIRED:
        return FetchError(Outcome.TLS_EXPIRED, note)
    if code in _WRONG_HOST:
        return FetchError(Outcome.TLS_HOSTNAME, note)
    return FetchError(Outcome.TLS_UNTRUSTED, note)


def _no_connection(error: OSError) -> FetchError:
    if error.errno in _OUR_OS_ERRORS:
        return FetchError(Outcome.INTERNAL, _phrase(error))
    if error.errno in _NO_ROUTE and is_offline():
        return FetchError(Outcome.RESOLVER, "no network")
    return FetchError(Outcome.CONNECT, _phrase(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _phrase(error: object) -> str:
    """Put an error into one short printable line."""
    if isinstance(error, OSError) and error.strerror:
        error = error.strerror
    line = " ".join(str(error).split()) or type(error).__name__
    return "".join(char if char.isprintable() else "?" for char in line[:200])
