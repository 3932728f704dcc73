"""The market at a glance, for whoever asks once: the last overview, or else the next.

Asking makes the overview wanted, as subscribing does; so it also comes where nobody subscribes to it.
"""

import asyncio

import structlog

from streaming.events import Event, Overview
from streaming.fan_out.hub import Hub
from streaming.fan_out.topic_feed import TopicFeed
from streaming.market.errors import MarketUnavailableError
from streaming.topics.topic import MarketKind, Topic

logger = structlog.get_logger(__name__)


async def current_overview(hub: Hub, *, wait: float) -> Overview:
    """Return the overview that is held, or the first to come within `wait` seconds; else raise a `MarketError`."""
    try:
        async with asyncio.timeout(wait):
            return await _overview(hub)
    except TimeoutError:
        raise MarketUnavailableError("Market data unavailable") from None


async def _overview(hub: Hub) -> Overview:
    topic = Topic(MarketKind.OVERVIEW)
    feed = await _join(hub, topic)
    try:
        return await _held_or_next(hub, feed)
    finally:
        hub.release(feed.key)


async def _join(hub: Hub, topic: Topic) -> TopicFeed:
    try:
        return await hub.acquire(topic)
    except Exception as error:
        logger.warning("a topic could not be joined", topic=topic.key, reason=repr(error))
        raise MarketUnavailableError("Market data unavailable") from error


async def _held_or_next(hub: Hub, feed: TopicFeed) -> Overview:
    """Listen before looking at what is held, so that nothing can come in between."""
    coming: asyncio.Future[Overview] = asyncio.get_running_loop().create_future()

    def take(event: Event) -> None:
        if isinstance(event, Overview) and not coming.done():
            coming.set_result(event)

    feed.add_callback(take)
    try:
        held = await hub.last_value(feed)
        return held if isinstance(held, Overview) else await coming
    finally:
        feed.remove_callback(take)
