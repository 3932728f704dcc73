"""The topics of the market. Each has two spellings where the dialects differ; `quotes:` is the old name of `price:`."""

from collections.abc import Sequence

from streaming.events import Candle, Depth, Interval, Overview, Price, Source, Ticker, Trades
from streaming.market.combined.configured_symbols import is_combined
from streaming.market.combined.running_candle import INTERVAL
from streaming.market.sources.discovery import current_source
from streaming.topics.kinds import symbol_kind
from streaming.topics.topic import DEEP_LEVELS, Access, MarketKind, Names, Topic, TopicKind

_INTERVALS = {interval.value: interval for interval in Interval}


def _parse_ticker(head: str, arguments: Sequence[str]) -> Topic | None:
    match arguments:
        case [symbol] if symbol:
            return Topic(MarketKind.TICKER, symbol, source=_source_of(symbol))
        case _:
            return None


def _parse_candle(head: str, arguments: Sequence[str]) -> Topic | None:
    match arguments:
        case [symbol, name] if is_combined(symbol):
            return Topic(MarketKind.CANDLE, symbol, INTERVAL, source=Source.COMBINED) if name == INTERVAL else None
        case [symbol, name] if symbol and (interval := _INTERVALS.get(name)) in current_source().intervals:
            return Topic(MarketKind.CANDLE, symbol, interval)
        case _:
            return None


def _parse_depth(head: str, arguments: Sequence[str]) -> Topic | None:
    match arguments:
        case [symbol] if symbol:
            return Topic(MarketKind.DEPTH, symbol)
        case [symbol, levels] if symbol and levels == str(DEEP_LEVELS):
            deep = Topic(MarketKind.DEPTH, symbol, levels=DEEP_LEVELS)
            return deep if current_source().streams_of(deep) else None
        case _:
            return None


def _source_of(symbol: str) -> Source | None:
    """Return what a topic says of its source where it is of this symbol: nothing, or that it is combined."""
    return Source.COMBINED if is_combined(symbol) else None


def _parse_overview(head: str, arguments: Sequence[str]) -> Topic | None:
    return Topic(MarketKind.OVERVIEW) if list(arguments) == ["overview"] else None


MARKET_TOPICS = (
    symbol_kind(MarketKind.PRICE, "price:", "quotes:", event=Price),
    TopicKind(
        name=MarketKind.TICKER,
        heads=("ticker:",),
        access=Access.ANYONE,
        event=Ticker,
        parse=_parse_ticker,
        topic_of=lambda ticker, _: Topic(MarketKind.TICKER, ticker.symbol, source=_source_of(ticker.symbol)),
        spellings=("{symbol}",),
        names=Names.SYMBOL,
    ),
    TopicKind(
        name=MarketKind.CANDLE,
        heads=("klines:", "kline:"),
        access=Access.ANYONE,
        event=Candle,
        parse=_parse_candle,
        topic_of=lambda candle, _: Topic(
            MarketKind.CANDLE, candle.symbol, candle.interval, source=_source_of(candle.symbol)
        ),
        spellings=("{symbol}:{interval}",),
        names=Names.SYMBOL,
    ),
    symbol_kind(MarketKind.TRADE, "trades:", "trade:", event=Trades),
    TopicKind(
        name=MarketKind.DEPTH,
        heads=("depth:",),
        access=Access.ANYONE,
        event=Depth,
        parse=_parse_depth,
        topic_of=lambda depth, _: Topic(MarketKind.DEPTH, depth.symbol, levels=depth.levels),
        spellings=("{symbol}", f"{{symbol}}:{DEEP_LEVELS}"),
        names=Names.SYMBOL,
    ),
    TopicKind(
        name=MarketKind.OVERVIEW,
        heads=("market:",),
        access=Access.ANYONE,
        event=Overview,
        parse=_parse_overview,
        topic_of=lambda _, __: Topic(MarketKind.OVERVIEW),
        spellings=("overview",),
    ),
)
