"""Whether the real exchange can be reached from here: any of its addresses will do."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from functools import partial

import websockets
from django.conf import settings

from streaming.loopback import is_loopback
from streaming.market.sources.discovery import current_source
from streaming.market.sources.errors import ExchangeError, ParseError
from streaming.market.sources.source import MarketSource


async def reachable_stream_url(seconds: float) -> str | None:
    """Return a base address of the exchange's streams that answers; None where none does, or none of REST.

    All are asked at the same time, for at most so many seconds.
    """
    source = current_source()
    rest_urls = [settings.EXCHANGE_REST_URL, *settings.EXCHANGE_REST_FALLBACK_URLS]
    try:
        async with asyncio.timeout(seconds):
            rest, stream = await asyncio.gather(
                _first(partial(_rest_answers, source), rest_urls),
                _first(partial(_streams_answer, source), settings.EXCHANGE_STREAM_URLS),
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


async def _rest_answers(source: MarketSource, address: str) -> str | None:
    try:
        await source.rest(address).time()
    except (ExchangeError, ParseError, OSError):
        return None
    return address


async def _streams_answer(source: MarketSource, address: str) -> str | None:
    return address if await stream_answers(source.stream_url(address)) else None


async def stream_answers(url: str) -> bool:
    """Return whether a socket can be opened at `url`; it waits as long as that takes."""
    try:
        async with websockets.connect(url, proxy=None if is_loopback(url) else True, close_timeout=1.0):
            return True
    except (websockets.WebSocketException, OSError):
        return False
