"""Whether the real exchange can be reached from here: any of its addresses will do."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable

import httpx2
import websockets
from django.conf import settings

from streaming.loopback import is_loopback


async def reachable_stream_url(seconds: float) -> str | None:
    """Return a base address of the exchange's streams that answers; None where none does, or none of REST.

    All are asked at the same time, for at most so many seconds.
    """
    rest_urls = [settings.EXCHANGE_REST_URL, *settings.EXCHANGE_REST_FALLBACK_URLS]
    try:
        async with asyncio.timeout(seconds):
            rest, stream = await asyncio.gather(
                _first(_rest_answers, rest_urls),
                _first(_streams_answer, settings.EXCHANGE_STREAM_URLS),
            )
    except TimeoutError:
        return None
    return stream if rest else None


async def _first(answers: Callable[[str], Coroutine[None, None, str | None]], urls: Iterable[str]) -> str | None:
    """Return what the first address that answers says; None where none does."""
    tasks = [asyncio.create_task(answers(url)) for url in urls]
    try:
        for answer in asyncio.as_completed(tasks):
            if url := await answer:
                return url
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return None


async def _rest_answers(url: str) -> str | None:
    try:
        async with httpx2.AsyncClient(trust_env=not is_loopback(url)) as client:
            (await client.get(f"{url}/api/v3/ping")).raise_for_status()
    except httpx2.HTTPError:
        return None
    return url


async def _streams_answer(url: str) -> str | None:
    return url if await stream_answers(f"{url}/stream") else None


async def stream_answers(url: str) -> bool:
    """Return whether a socket can be opened at `url`; it waits as long as that takes."""
    try:
        async with websockets.connect(url, proxy=None if is_loopback(url) else True, close_timeout=1.0):
            return True
    except (websockets.WebSocketException, OSError):
        return False
