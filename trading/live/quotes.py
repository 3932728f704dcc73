"""What a symbol costs now, for whoever orders: the newest ticker or price that is held, or the first to come.

What isn't held is asked of the exchange. Asking makes it wanted, too, as subscribing does: whoever orders next finds it
held.
"""

import asyncio
from collections.abc import Callable, Sequence
from decimal import Decimal

import msgspec
import structlog
from django.conf import settings

from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode
from streaming.events import Event, Price, Side, Ticker
from streaming.fan_out.hub import Hub
from streaming.fan_out.topic_feed import TopicFeed
from streaming.market.current_ticker import current_ticker
from streaming.market.errors import MarketError
from streaming.topics.topic import MarketKind, Topic

QUOTED_KINDS = (MarketKind.TICKER, MarketKind.PRICE)
"""What tells of a price; the one with bid and ask first: where both are held, it is taken."""

logger = structlog.get_logger(__name__)


class MarketQuote(msgspec.Struct, frozen=True, kw_only=True):
    """The last price of a symbol, with the best bid and ask where they are known, and when it was told (ms).

    `simulated`: of no real market. `stale`: nothing newer came for a while.
    """

    symbol: str
    last: Decimal
    bid: Decimal | None
    ask: Decimal | None
    simulated: bool
    stale: bool
    time: int

    def best_opposite(self, side: Side) -> Decimal | None:
        """Return the best price that an order of this side could take."""
        return self.ask if side is Side.BUY else self.bid


class NoPriceError(CommandRefusedError):
    """UNAVAILABLE: what a symbol costs now isn't known, so nothing can be ordered by it."""

    def __init__(self, symbol: str) -> None:
        super().__init__(CommandErrorCode.UNAVAILABLE, f"No price of {symbol} is known")


async def market_quote(hub: Hub, symbol: str) -> MarketQuote:
    """Return the quote of a symbol that is held, or else what comes first: the next, or the exchange's answer.

    Raise `NoPriceError` where none comes within MARKET_QUOTE_SECONDS.
    """
    topics = [Topic(kind, symbol) for kind in QUOTED_KINDS]
    for topic in topics:
        held = await hub.last_value_of(topic)
        if isinstance(held, Ticker | Price):
            return _quote(held)
    try:
        async with asyncio.timeout(settings.MARKET_QUOTE_SECONDS):
            return await _first_to_come(hub, topics)
    except TimeoutError:
        raise NoPriceError(symbol) from None


async def _first_to_come(hub: Hub, topics: Sequence[Topic]) -> MarketQuote:
    coming: asyncio.Future[MarketQuote] = asyncio.get_running_loop().create_future()

    def take(event: Event | None) -> None:
        if isinstance(event, Ticker | Price) and not coming.done():
            coming.set_result(_quote(event))

    asking = asyncio.create_task(_ask_exchange(topics[0].symbol, take))
    feeds: list[TopicFeed] = []
    try:
        for topic in topics:
            feeds.append(feed := await _join(hub, topic))
            feed.add_callback(take)
            take(await hub.last_value(feed))  # it may have come since it was looked for
        return await coming
    finally:
        asking.cancel()
        for feed in feeds:
            feed.remove_callback(take)
            hub.release(feed.key)


async def _ask_exchange(symbol: str, take: Callable[[Event], None]) -> None:
    """Ask the exchange itself: a symbol that nobody watches has no stream yet, and one takes a second to begin."""
    try:
        take(await current_ticker(symbol))
    except MarketError as error:
        logger.debug("the exchange tells no ticker; the stream's next is waited for", symbol=symbol, reason=str(error))


async def _join(hub: Hub, topic: Topic) -> TopicFeed:
    try:
        return await hub.acquire(topic)
    except Exception as error:
        logger.warning("a topic could not be joined", topic=topic.key, reason=repr(error))
        raise NoPriceError(topic.symbol) from error


def _quote(event: Ticker | Price) -> MarketQuote:
    has_book = isinstance(event, Ticker) and event.bid > 0 and event.ask > 0
    return MarketQuote(
        symbol=event.symbol,
        last=event.price,
        bid=event.bid if has_book and isinstance(event, Ticker) else None,
        ask=event.ask if has_book and isinstance(event, Ticker) else None,
        simulated=event.simulated,
        stale=event.stale,
        time=event.time,
    )
