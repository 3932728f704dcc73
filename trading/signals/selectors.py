"""What reads public signals, and what became of them."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import reduce
from itertools import chain, groupby
from operator import or_
from typing import NamedTuple

import msgspec
from django.db.models import BooleanField, ExpressionWrapper, F, OuterRef, Q, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber

from streaming.batches import batched
from streaming.database.conditions import where_given
from streaming.events import Interval, Source
from streaming.market.models import Candle
from streaming.times import milliseconds
from trading.engine.strategies.signals import SignalAction
from trading.models import ENDED_STRATEGIES, Strategy, StrategySignal
from trading.signals.parameters import NewestSignalsQuery, SignalQuery
from trading.signals.records import GivenSignal, JudgedSignal, outcome_of

MOST_PUBLIC_STRATEGIES = 50
SIGNALS_OF_EACH = 200
"""So many of the last signals of each public strategy are looked at, and so many strategies: the newest."""
MOST_SYMBOLS = 500
"""On so many symbols clients are told that there may come signals."""
_STRATEGY_BATCH = 100
_CANDLE_BATCH = 900
"""So many are asked for in one statement: SQLite takes no condition that is nested deeper than 1,000 times."""


class PublicStrategy(NamedTuple):
    """A strategy that is public: its id, its name in the registry, and the numbers of its signals that are stored.

    One that `is_over` gives no more.
    """

    pk: str
    model: str
    symbol: str
    interval: str
    newest: int
    oldest: int
    is_over: bool

    @property
    def signals_stored(self) -> int:
        """How many of its signals are stored: those that were deleted are the oldest."""
        return self.newest - self.oldest + 1 if self.newest else 0


class PublicSignals(msgspec.Struct, frozen=True, kw_only=True):
    """Signals of public strategies; `are_all` where there are no others."""

    signals: Sequence[GivenSignal]
    are_all: bool


class NewestSignals(msgspec.Struct, frozen=True, kw_only=True):
    """The newest public signals of each symbol, and on which symbols there may come some.

    `are_all` where every public strategy was looked at, and `symbols` has all.
    """

    signals: Sequence[JudgedSignal]
    symbols: Sequence[str]
    are_all: bool


def public_signals(query: SignalQuery) -> PublicSignals:
    """Return the last signals of each strategy that is public now and fits, those of before the mark too."""
    found = public_strategies(_wanted(query), most=MOST_PUBLIC_STRATEGIES + 1)
    strategies = found[:MOST_PUBLIC_STRATEGIES]
    given = signals_given(strategies)
    return PublicSignals(
        signals=[signal for strategy in strategies for signal in given[strategy.pk]],
        are_all=len(found) <= MOST_PUBLIC_STRATEGIES
        and all(strategy.signals_stored <= SIGNALS_OF_EACH for strategy in strategies),
    )


def public_strategies(wanted: Q, *, most: int | None = None, by_symbol: bool = False) -> list[PublicStrategy]:
    """Return the strategies that are public now and fit, or as many of them: the newest first, ended ones last.

    Where it is `by_symbol`, the first of each symbol comes before the second of any.
    """
    numbers = StrategySignal.objects.filter(strategy=OuterRef("pk")).values("number")
    found = Strategy.objects.filter(wanted, is_public=True).annotate(
        newest=Coalesce(Subquery(numbers.order_by("-number")[:1]), 0),
        oldest=Coalesce(Subquery(numbers.order_by("number")[:1]), 0),
        is_over=ExpressionWrapper(Q(state__in=ENDED_STRATEGIES), output_field=BooleanField()),
    )
    columns = ("pk", "strategy", "symbol", "interval", "newest", "oldest", "is_over")
    order = [F("is_over").asc(), F("created_at").desc(), F("pk").asc()]
    place = [Window(RowNumber(), partition_by=F("symbol"), order_by=order)] if by_symbol else []
    return [PublicStrategy(*row) for row in found.order_by(*place, *order).values_list(*columns)[:most]]


def live_public_symbols(wanted: Q, *, most: int) -> list[str]:
    """Return on which symbols strategies that are public now and fit may give more signals, or as many of them."""
    active = Strategy.objects.filter(wanted, is_public=True).exclude(state__in=ENDED_STRATEGIES)
    return list(active.order_by("symbol").values_list("symbol", flat=True).distinct()[:most])


def signals_given(
    strategies: Sequence[PublicStrategy], *, known: Mapping[str, int] = {}, each: int = SIGNALS_OF_EACH
) -> Mapping[str, list[GivenSignal]]:
    """Return the last signals of `each` strategy, the newest first; without those up to the number that is `known`."""
    given: dict[str, list[GivenSignal]] = {strategy.pk: [] for strategy in strategies}
    after = {one.pk: max(known.get(one.pk, 0), one.newest - each) for one in strategies}
    new = [strategy for strategy in strategies if strategy.newest > after[strategy.pk]]
    for batch in batched(new, _STRATEGY_BATCH):
        asked = {strategy.pk: strategy for strategy in batch}
        numbers = {pk: (after[pk] + 1, one.newest) for pk, one in asked.items()}
        wanted = reduce(or_, (Q(strategy=pk, number__range=given_now) for pk, given_now in numbers.items()))
        for row in StrategySignal.objects.filter(wanted).order_by("-number"):
            given[row.strategy_id].append(_given(asked[row.strategy_id], row))
    return given


def newest_public_signals(query: NewestSignalsQuery, *, source: Source) -> NewestSignals:
    """Return the newest public signals that fit, by symbol, the newest first, with what became of them.

    Many strategies on one symbol leave out none of another: of each symbol the newest are looked at first.
    """
    wanted = _wanted(query)
    found = public_strategies(wanted, most=MOST_PUBLIC_STRATEGIES + 1, by_symbol=True)
    given = signals_given(found[:MOST_PUBLIC_STRATEGIES], each=query.limit)
    ordered = sorted(chain.from_iterable(given.values()), key=lambda signal: (signal.symbol, -signal.time))
    newest = [
        signal
        for _, of_symbol in groupby(ordered, key=lambda signal: signal.symbol)
        for signal in list(of_symbol)[: query.limit]
    ]
    symbols = live_public_symbols(wanted, most=MOST_SYMBOLS + 1)
    return NewestSignals(
        signals=signals_judged(newest, source=source),
        symbols=symbols[:MOST_SYMBOLS],
        are_all=len(found) <= MOST_PUBLIC_STRATEGIES and len(symbols) <= MOST_SYMBOLS,
    )


def signals_judged(signals: Sequence[GivenSignal], *, source: Source) -> list[JudgedSignal]:
    """Return each with what became of it, by the candles that are stored by now."""
    closes = _judging_closes(signals, source=source)
    return [JudgedSignal(signal, outcome_of(signal, closes.get(_judged_by(signal)))) for signal in signals]


def _wanted(query: SignalQuery) -> Q:
    return where_given(symbol=query.symbol_name, strategy=query.model)


def _judging_closes(signals: Iterable[GivenSignal], *, source: Source) -> Mapping[tuple[str, Interval, int], Decimal]:
    """Return at which price the candles closed by which signals are judged, of those that are stored by now."""
    wanted = sorted({_judged_by(signal) for signal in signals})
    closes: dict[tuple[str, Interval, int], Decimal] = {}
    for batch in batched(wanted, _CANDLE_BATCH):
        rows = Candle.objects.filter(_candles(batch, source)).order_by()
        for symbol, interval, time, close in rows.values_list("symbol", "interval", "open_time", "close"):
            closes[symbol, Interval(interval), time] = close
    return closes


def _candles(wanted: Iterable[tuple[str, Interval, int]], source: Source) -> Q:
    """Return what holds for these candles alone: of each series the whole key of its index."""
    series = [
        Q(source=source.value, symbol=symbol, interval=interval.value, open_time__in=[time for *_, time in candles])
        for (symbol, interval), candles in groupby(wanted, key=lambda candle: candle[:2])
    ]
    return reduce(or_, series)


def _judged_by(signal: GivenSignal) -> tuple[str, Interval, int]:
    return signal.symbol, signal.interval, signal.judging_candle


def _given(strategy: PublicStrategy, row: StrategySignal) -> GivenSignal:
    return GivenSignal(
        model=strategy.model,
        version=row.version,
        symbol=strategy.symbol,
        interval=Interval(strategy.interval),
        action=SignalAction(row.action),
        time=milliseconds(row.time),
        price=row.price,
        confidence=row.confidence,
        reason=row.reason,
        horizon=row.horizon,
    )
