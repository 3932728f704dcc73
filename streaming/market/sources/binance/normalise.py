"""From the exchange's messages to our events, each with the topic that it belongs to.

Fields by the contract of the market channels: from `@ticker` price `c`, change `p`, per cent `P`, volume `v` (base),
previous close `x`, time `E`; a depth has no time of its own and gets that of its receipt. Pure.
"""

from collections.abc import Iterator

from streaming import events
from streaming.events import Source
from streaming.market.sources.binance import messages
from streaming.market.sources.binance.overview import MarketOverview
from streaming.market.sources.binance.stream_names import split_stream
from streaming.market.sources.messages import Received
from streaming.market.sources.price import price_of
from streaming.market.sources.source import Addressed
from streaming.topics.topic import MarketKind, Topic

DEPTH_LEVELS = 10


class Normaliser:
    """Makes events of messages; it remembers nothing but the market's overview."""

    def __init__(self, source: Source, overview: MarketOverview) -> None:
        self._source = source
        self._overview = overview

    def events_of(self, received: Received, *, received_at: int) -> Iterator[Addressed]:
        """Yield what a message means for our topics; nothing, where it means nothing. `received_at` is in ms."""
        match received.message:
            case messages.TickerMessage() as ticker:
                yield from self._ticker(ticker)
            case messages.KlineMessage() as kline:
                yield self._candle(kline)
            case messages.TradeMessage() as trade:
                yield self._trade(trade)
            case messages.PartialDepthMessage() as depth:
                yield from self._depth(depth, received.stream, received_at)
            case messages.Several() as several:
                yield from self._several(several, received.stream, received_at)
            case _:
                return

    def _several(self, several: messages.Several, stream: str, received_at: int) -> Iterator[Addressed]:
        tickers = [message for message in several.messages if isinstance(message, messages.MiniTickerMessage)]
        if tickers:
            self._overview.update(tickers)
            overview = self._overview.event(self._source)
            if overview is not None:
                yield Topic(MarketKind.OVERVIEW), overview
        for message in several.messages:
            yield from self.events_of(Received(stream=stream, message=message), received_at=received_at)

    def _ticker(self, ticker: messages.TickerMessage) -> Iterator[Addressed]:
        event = ticker_event(ticker, self._source)
        yield Topic(MarketKind.PRICE, ticker.symbol), price_of(event)
        yield Topic(MarketKind.TICKER, ticker.symbol), event

    def _candle(self, kline: messages.KlineMessage) -> Addressed:
        return Topic(MarketKind.CANDLE, kline.symbol, kline.interval), events.Candle(
            symbol=kline.symbol,
            time=kline.event_time,
            source=self._source,
            interval=kline.interval,
            open_time=kline.open_time,
            close_time=kline.close_time,
            open=kline.open,
            high=kline.high,
            low=kline.low,
            close=kline.close,
            volume=kline.volume,
            quote_volume=kline.quote_volume,
            trades=kline.trades,
            is_final=kline.is_final,
        )

    def _trade(self, trade: messages.TradeMessage) -> Addressed:
        one = events.Trade(
            trade_id=trade.trade_id,
            price=trade.price,
            quantity=trade.quantity,
            side=trade.taker_side,
            time=trade.time,
        )
        return Topic(MarketKind.TRADE, trade.symbol), events.Trades(
            symbol=trade.symbol, time=trade.time, source=self._source, trades=(one,)
        )

    def _depth(self, depth: messages.PartialDepthMessage, stream: str, received_at: int) -> Iterator[Addressed]:
        symbol = split_stream(stream).symbol
        if not symbol:  # a book without a stream's name is nobody's
            return
        yield (
            Topic(MarketKind.DEPTH, symbol),
            events.Depth(
                symbol=symbol,
                time=received_at,
                source=self._source,
                bids=depth.bids[:DEPTH_LEVELS],
                asks=depth.asks[:DEPTH_LEVELS],
            ),
        )


def ticker_event(ticker: messages.TickerMessage, source: Source) -> events.Ticker:
    """Return what is told of the rolling 24 hours."""
    return events.Ticker(
        symbol=ticker.symbol,
        time=ticker.event_time,
        source=source,
        price=ticker.price,
        bid=ticker.bid,
        ask=ticker.ask,
        open=ticker.open,
        high=ticker.high,
        low=ticker.low,
        previous_close=ticker.previous_close,
        change=ticker.change,
        change_percent=ticker.change_percent,
        volume=ticker.volume,
        quote_volume=ticker.quote_volume,
    )
