"""A server that misbehaves on purpose.

A behaviour is what the server does once it has read a request's head: bytes to send before it hangs up, or a coroutine
function that gets the head and the writer and hangs up by returning. `{port}` in bytes becomes the server's own.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress

from pipeline.http import Limits

Behaviour = bytes | Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]

QUICK = Limits(deadline_s=1.0, headers_s=0.5, connect_s=0.4, lookup_s=0.3)
"""For servers that stall: the times are shortened, the sizes are the real ones."""


def answer(status: int = 200, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", *headers, f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Server:
    """Serves `routes` (path to behaviour; "*" for all others) on a loopback port and notes what it is asked."""

    def __init__(self, routes: Mapping[str, Behaviour]) -> None:
        self.routes = dict(routes)
        self.heads: list[bytes] = []
        self.starts: list[float] = []
        self.n_connections = 0
        self.n_at_once = self.most_at_once = 0
        self.port = 0

    @property
    def paths(self) -> list[str]:
        return [head.split(b" ", 2)[1].decode() for head in self.heads]

    def asked(self, path: str) -> str:
        """The head of the last request for `path`, in lower case."""
        return next(head for head in reversed(self.heads) if head.split(b" ", 2)[1].decode() == path).decode().lower()

    @asynccontextmanager
    async def running(self, tls: ssl.SSLContext | None = None):
        self._tasks: set[asyncio.Task] = set()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._tasks.add(task)
        self.n_connections += 1
        self.n_at_once += 1
        self.most_at_once = max(self.most_at_once, self.n_at_once)
        try:
            await self._answer(await reader.readuntil(b"\r\n\r\n"), writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.n_at_once -= 1
            writer.close()
            with suppress(OSError, asyncio.CancelledError):
                await asyncio.wait_for(writer.wait_closed(), 1)
            self._tasks.discard(task)

    async def _answer(self, head: bytes, writer: asyncio.StreamWriter) -> None:
        self.heads.append(head)
        self.starts.append(asyncio.get_running_loop().time())
        path = head.split(b" ", 2)[1].decode()
        others = answer(404) if path == "/robots.txt" else self.routes.get("*", answer(404))
        behaviour = self.routes.get(path, others)
        if not isinstance(behaviour, bytes):
            await behaviour(head, writer)
            return
        writer.write(behaviour.replace(b"{port}", str(self.port).encode()))
        await writer.drain()
