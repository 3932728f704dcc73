"""A server for what no well-behaved one does, byte by byte."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def raw_server(talk: Talk) -> AsyncIterator[str]:
    """Let `talk` speak with whoever connects; give host and port. At the end everything is closed."""
    talks: set[asyncio.Future[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talking = asyncio.ensure_future(talk(reader, writer))
        talks.add(talking)
        await asyncio.wait([talking])
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for talking in talks:
            talking.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await server.wait_closed()
        await asyncio.sleep(0)
