"""The topics of the market. Each has two spellings where the dialects differ; `quotes:` is the old name of `price:`."""

from collections.abc import Sequence

from streaming.events import Candle, Depth, Interval, Overview, Price, Ticker, Trades
from streaming.market.sources.discovery import current_source
from streaming.topics.kinds import symbol_kind
from streaming.topics.topic import Access, MarketKind, Names, Topic, TopicKind

_INTERVALS = {interval.value: interval for interval in Interval}


def _parse_candle(head: str, arguments: Sequence[str]) -> Topic | None:
    match arguments:
        case [symbol, name] if symbol and (interval := _INTERVALS.get(name)) in current_source().intervals:
            return Topic(MarketKind.CANDLE, symbol, interval)
        case _:
            return None


def _parse_overview(head: str, arguments: Sequence[str]) -> Topic | None:
    return Topic(MarketKind.OVERVIEW) if list(arguments) == ["overview"] else None


MARKET_TOPICS = (
    symbol_kind(MarketKind.PRICE, "price:", "quotes:", event=Price),
    symbol_kind(MarketKind.TICKER, "ticker:", event=Ticker),
    TopicKind(
        name=MarketKind.CANDLE,
        heads=("klines:", "kline:"),
        access=Access.ANYONE,
        event=Candle,
        parse=_parse_candle,
        topic_of=lambda candle, _: Topic(MarketKind.CANDLE, candle.symbol, candle.interval),
        names=Names.SYMBOL,
    ),
    symbol_kind(MarketKind.TRADE, "trades:", "trade:", event=Trades),
    symbol_kind(MarketKind.DEPTH, "depth:", event=Depth),
    TopicKind(
        name=MarketKind.OVERVIEW,
        heads=("market:",),
        access=Access.ANYONE,
        event=Overview,
        parse=_parse_overview,
        topic_of=lambda _, __: Topic(MarketKind.OVERVIEW),
    ),
)
