"""Which topics carry a series, what an event says of it, and which values come too late to count. Pure."""

from decimal import Decimal

from alerts.conditions.rule import (
    ANY_ACTION,
    TRANSACTION_FIELDS,
    AlertSource,
    Point,
    Rule,
    Series,
    SignalDetails,
    WalletDetails,
)
from streaming.events import Candle, MarketEvent, MeasuredEvent, Price, SignalEvent, Ticker, WalletEvent, WalletField
from streaming.topics.topic import DOTTED, MarketKind, Topic

ReadEvent = MarketEvent | MeasuredEvent | SignalEvent | WalletEvent
"""What rules look at: the market, what a user holds, what strategies advise, and what happens on chains."""
_PORTFOLIO = "portfolio"
"""The topic of what a user holds, which another app brings."""
_PUBLIC_SIGNALS, _OWN_SIGNALS = "signal", "strategy.{}.signal"
"""The topics of signals, which another app brings: of a symbol, and the name of a user's own strategy's."""
_WALLET, _TRANSACTION = "wallet", "tx"
"""The topics of an address, and of one transaction or all of an address, that a user watches: of another app."""
_CARRIERS: dict[AlertSource, MarketKind] = {
    AlertSource.PRICE: MarketKind.PRICE,
    AlertSource.TICKER: MarketKind.TICKER,
    AlertSource.CANDLE: MarketKind.CANDLE,
    AlertSource.INDICATOR: MarketKind.CANDLE,
}
CLOCK_ANEW_MS = 60_000
"""A live value that is older than the newest by more than this is of a clock that began anew; by less, it is late."""


def topics_of(series: Series) -> tuple[Topic, ...]:
    """Return the topics whose events make the series; what counts at a candle's close needs the candles, too.

    Raise `ValueError` where a series of candles has no interval.
    """
    if series.source is AlertSource.PORTFOLIO:
        return (Topic(_PORTFOLIO, owner=series.owner),)
    if series.source is AlertSource.STRATEGY:
        return (_signals(series),)
    if series.source is AlertSource.WALLET:
        return (_watched(series),)
    kind = _CARRIERS[series.source]
    if kind == MarketKind.CANDLE:
        return (_candles(series),)
    carrier = Topic(kind, series.symbol)
    return (carrier, _candles(series)) if series.at_close else (carrier,)


def topics_of_rule(rule: Rule) -> set[Topic]:
    """Return the topics of all that a rule looks at; raise `ValueError` as `topics_of` does."""
    return {topic for series in rule.series for topic in topics_of(series)}


def point_of(series: Series, event: ReadEvent) -> Point | None:
    """Return what `event`, of a topic that carries the series itself, says of it; None where that doesn't count.

    Of an indicator it says nothing: that is computed. A candle that was fetched later counts only where closes do.
    """
    point: Point | None = None
    match event:
        case Price() if series.source is AlertSource.PRICE:
            point = _point(event.price, event.time, event)
        case Ticker() if series.source is AlertSource.TICKER:
            point = _point(getattr(event, series.field), event.time, event)
        case Candle() if series.source is AlertSource.CANDLE:
            point = candle_point(series, event)
        case MeasuredEvent() if series.source is AlertSource.PORTFOLIO:
            value = event.value_of(series.field, series.symbol)
            point = None if value is None else _point(value, event.time, event)
        case SignalEvent() if series.source is AlertSource.STRATEGY:
            point = _signal_point(event) if series.field in {ANY_ACTION, event.action} else None
        case WalletEvent() if series.source is AlertSource.WALLET:
            point = _wallet_point(series, event)
    return point


def candle_point(series: Series, candle: Candle) -> Point | None:
    """Return the value of a candle's field; None where only closes count, and this is none, or the other way round."""
    if series.at_close:
        return _point(_field(series, candle), candle.close_time, candle) if candle.is_final else None
    return None if candle.repaired else _point(_field(series, candle), candle.time, candle)


def _field(series: Series, candle: Candle) -> Decimal:
    return Decimal(getattr(candle, series.field))


def _point(value: Decimal, time: int, event: ReadEvent) -> Point:
    return Point(value=value, time=time, simulated=event.simulated)


def _signal_point(event: SignalEvent) -> Point:
    signal = SignalDetails(
        id=event.signal_id,
        given_by=event.given_by,
        symbol=event.symbol,
        action=event.action,
        price=event.price,
        why=event.why,
    )
    return Point(value=event.confidence, time=event.time, simulated=event.simulated, signal=signal)


def _wallet_point(series: Series, event: WalletEvent) -> Point | None:
    """Return what an event says of a wallet; None where it is of another chain, or of another asset."""
    read = event.reading_of(WalletField(series.field))
    if read is None or read.chain != series.chain or read.token.lower() != series.token:
        return None
    touched = next((address for address in read.wallets if address.lower() == series.watched), "")
    details = WalletDetails(
        chain=read.chain, asset=read.asset, token=read.token, wallet=read.wallet or touched, tx=read.tx
    )
    return Point(value=read.value, time=event.time, simulated=event.simulated, wallet=details)


def _watched(series: Series) -> Topic:
    """Return the topic of what the rule's owner watches, on which nobody else is told of it.

    That of all transactions of a wallet has its address in place of a hash.
    """
    kind = _TRANSACTION if series.field in TRANSACTION_FIELDS else _WALLET
    return Topic(kind, owner=series.owner, name=series.watched)


def _signals(series: Series) -> Topic:
    """Return the topic of signals; of an own strategy's that of the rule's owner, on which nobody else's are told."""
    if not series.strategy:
        return Topic(_PUBLIC_SIGNALS, series.symbol)
    return Topic(DOTTED, owner=series.owner, name=_OWN_SIGNALS.format(series.strategy))


def _candles(series: Series) -> Topic:
    if series.interval is None:
        raise ValueError(f"{series.key} has no interval")
    return Topic(MarketKind.CANDLE, series.symbol, series.interval)


def is_too_late(series: Series, point: Point, newest: Point, *, is_live: bool) -> bool:
    """Return whether a value comes behind one that it should have come before.

    A close counts once, and never behind a later one: those of a minute lie as far apart as clocks that began anew.
    What was fetched later, and is not live, says nothing of the clock. Of a moment each stands alone: none comes behind
    another.
    """
    if series.is_momentary:
        return False
    if series.at_close:
        return point.time <= newest.time
    return point.time < newest.time and not (is_live and point.time <= newest.time - CLOCK_ANEW_MS)
