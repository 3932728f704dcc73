"""The exchanges that are read: whether their addresses answer as configured, and which time they tell."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from django.conf import settings

from config.doctor.clocks import clock_finding
from config.doctor.findings import Finding, failed, ok, warning
from config.single_process.reachability import stream_answers
from streaming.events import Source
from streaming.market.own_source import own_source
from streaming.market.sources.discovery import current_source, further_sources, source_of
from streaming.market.sources.errors import ExchangeError, ParseError
from streaming.market.sources.further_settings import further_settings

_SUBJECT = "exchange"
_SECONDS = 5.0
_EXACT_TO_MS = 1000.0
"""Kraken tells whole seconds; how far the time of any exchange is off says little below that."""


def look_at_exchange() -> Iterator[Finding]:
    """Yield what is found of the market that clients read: its REST, its clock, and each address of its streams."""
    yield from asyncio.run(_rest())
    yield from asyncio.run(_streams(own_source(), settings.EXCHANGE_STREAM_URLS))


def look_at_further_markets() -> Iterator[Finding]:
    """Yield what is found of those that are read beside it."""
    for source in further_sources():
        yield from asyncio.run(_streams(source, further_settings(source.value)["EXCHANGE_STREAM_URLS"]))


async def _rest() -> list[Finding]:
    """Return whether any of its addresses answers, one behind the other, as the platform asks them."""
    asked_at = time.time() * 1000
    where = f"{settings.EXCHANGE_SOURCE}, REST at {_host_of(settings.EXCHANGE_REST_URL)}"
    try:
        async with asyncio.timeout(_SECONDS):
            theirs = await current_source().rest().time()
    except (ExchangeError, ParseError, OSError, TimeoutError) as error:
        said = str(error) or f"no answer within {_SECONDS:g} s"
        to_do = "may this machine reach it (proxy, firewall)? See EXCHANGE_REST_URL"
        return [failed(_SUBJECT, f"{where}: {said}", to_do)]
    answered_at = time.time() * 1000
    whose = f"that of {settings.EXCHANGE_SOURCE}"
    clock = clock_finding(whose, asked_at=asked_at, theirs=theirs, answered_at=answered_at, accuracy=_EXACT_TO_MS)
    return [ok(_SUBJECT, f"{where}: answers in {answered_at - asked_at:.0f} ms"), clock]


async def _streams(source: Source, addresses: Sequence[str]) -> list[Finding]:
    """Return how each address is: one of them is enough."""
    urls = [source_of(source).stream_url(address) for address in addresses]
    answers = await asyncio.gather(*map(_answers, urls))
    any_does = any(answers)
    return [
        _stream_finding(source, url, answers=answer, any_does=any_does)
        for url, answer in zip(urls, answers, strict=True)
    ]


async def _answers(url: str) -> bool:
    try:
        async with asyncio.timeout(_SECONDS):
            return await stream_answers(url)
    except TimeoutError:
        return False


def _stream_finding(source: Source, url: str, *, answers: bool, any_does: bool) -> Finding:
    where = f"{source.value}, streams at {_host_of(url)}"
    if answers:
        return ok(_SUBJECT, f"{where}: a socket opens")
    to_do = "may this machine reach it (proxy, firewall)? See EXCHANGE_STREAM_URLS"
    text = f"{where}: no socket opens within {_SECONDS:g} s"
    return warning(_SUBJECT, text, to_do) if any_does else failed(_SUBJECT, text, to_do)


def _host_of(url: str) -> str:
    """Return where an address leads, without whoever asks."""
    return urlsplit(url).netloc.rpartition("@")[2]
