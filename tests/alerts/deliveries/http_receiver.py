"""A real HTTP server on this machine that keeps what it is sent, and answers as it is told."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Received:
    """A request; names of headers in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class HttpReceiver:
    """Answers each request with the first of `answers` (a status, and headers), or with 204 when there is none left.

    `answering`, where it is set, gives status, headers and body instead, as a service's own program would. `thinking`
    returns for how many seconds it thinks before it answers, which it does while `may_answer` is set.
    """

    port: int = 0
    received: list[Received] = field(default_factory=list)
    answers: list[tuple[int, Mapping[str, str]]] = field(default_factory=list)
    answering: Callable[[Received], tuple[int, Mapping[str, str], bytes]] | None = None
    is_silent: bool = False
    thinking: Callable[[], float] = lambda: 0.0
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Answer, unless told otherwise."""
        self.may_answer.set()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection, for one request; its sender may be killed at any moment."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await self._serve(reader, writer)
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        method, path, _ = head[0].split(" ")
        self.received.append(Received(method, path, headers, body))
        if not self.is_silent:
            await asyncio.sleep(self.thinking())
            await self.may_answer.wait()
            status, extra, said = self._answer()
            lines = [f"HTTP/1.1 {status} Said", "Connection: close", f"Content-Length: {len(said)}"]
            lines += [*(f"{name}: {value}" for name, value in extra.items()), "", ""]
            writer.write("\r\n".join(lines).encode() + said)
            await writer.drain()
        else:
            await reader.read()

    def _answer(self) -> tuple[int, Mapping[str, str], bytes]:
        if self.answering is not None and not self.answers:
            return self.answering(self.received[-1])
        status, extra = self.answers.pop(0) if self.answers else (204, {})
        return status, extra, b""


@asynccontextmanager
async def http_receiver(tls: ssl.SSLContext | None = None) -> AsyncIterator[HttpReceiver]:
    """Run a receiver, with TLS where a context is given."""
    receiver = HttpReceiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, ssl=tls)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        await server.wait_closed()
