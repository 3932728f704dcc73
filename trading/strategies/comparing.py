"""A live strategy and a backtest over each other, for commands and REST: their equity, and what differs by its name."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from streaming.batches import batched
from streaming.commands.use_cases import Caller, UseCase
from streaming.events import Interval
from streaming.events.intervals import next_open_time
from streaming.market.models import Candle
from streaming.market.own_source import own_source
from trading.backtests.access import MAY_VIEW as MAY_VIEW_BACKTESTS
from trading.backtests.access import reached as backtest_reached
from trading.backtests.answers import BacktestAnswer, backtest_answer
from trading.backtests.errors import BacktestNotFoundError
from trading.backtests.results import exact_fields
from trading.backtests.selectors import run_result_data
from trading.candles.series import instrument_of
from trading.engine.backtests.comparison.equity import EquityLine, equity_line, line_candles
from trading.engine.backtests.comparison.report import ComparisonReport, NothingInCommonError, comparison_report
from trading.engine.backtests.results.equity_curve import EquityPoints
from trading.models import Backtest
from trading.running.packing import unpacked
from trading.strategies.access import MAY_VIEW, reached
from trading.strategies.compared_runs import LiveRun, live_run, tested_run
from trading.strategies.errors import ComparedBacktestGoneError, StrategyConflictError
from trading.strategies.parameters import StrategyComparison
from trading.strategies.run_hours import run_candles

_BATCH = 500
_SAME = ("strategy", "symbol", "interval")
"""What must be the same of both: decisions by other candles can't be compared one by one."""


class ComparedLines(msgspec.Struct, frozen=True, kw_only=True):
    """The equity of both runs."""

    live: EquityLine
    backtest: EquityLine


class StrategyComparisonAnswer(ComparisonReport, frozen=True, kw_only=True):
    """A live strategy and a backtest over each other; times within it are in ms since the epoch on every interface."""

    strategy_id: str
    backtest: BacktestAnswer
    lines: ComparedLines


class ComparedRead(msgspec.Struct, frozen=True, kw_only=True):
    """Both runs as they are stored: the packed result takes a while to read. `closes` are of some of the candles."""

    strategy_id: str
    interval: Interval
    backtest: BacktestAnswer
    live: LiveRun
    data: bytes
    closes: Sequence[tuple[int, Decimal]]


def _compare(caller: Caller, given: StrategyComparison) -> ComparedRead:
    """Lay a live strategy and a backtest over each other: their equity, and each difference by its name."""
    strategy = reached(caller, given.id, MAY_VIEW)
    candles, interval = run_candles(strategy), Interval(strategy.interval)
    if candles is None:
        raise StrategyConflictError("The strategy has decided by no candle yet")
    backtest = _compared_backtest(caller, given.backtest_id)
    for name in _SAME:
        live, tested = getattr(strategy, name), getattr(backtest, name)
        if live != tested:
            raise StrategyConflictError(f"The backtest's {name} is {tested}, and the strategy's is {live}")
    data = run_result_data(backtest)
    start, end = max(candles.start, backtest.start), min(next_open_time(interval, candles.end), backtest.end)
    return ComparedRead(
        strategy_id=strategy.pk,
        interval=interval,
        backtest=backtest_answer(backtest, caller.write_time),
        live=live_run(strategy, candles, instrument_of(strategy.symbol)),
        data=data,
        closes=_closes(strategy.symbol, interval, line_candles(interval, start, end)),
    )


def _compared_backtest(caller: Caller, backtest_id: str) -> Backtest:
    try:
        return backtest_reached(caller, backtest_id, MAY_VIEW_BACKTESTS)
    except BacktestNotFoundError as error:
        raise ComparedBacktestGoneError from error


def _compared(caller: Caller, read: ComparedRead) -> Mapping[str, Any]:
    result, live = unpacked(read.data), read.live.run
    tested = tested_run(result, live.start)
    try:
        report = comparison_report(live, tested, read.interval, read.live.not_asked)
    except NothingInCommonError as error:
        raise StrategyConflictError(f"The strategy and the backtest can't be compared: {error}") from error
    within = [(time, price) for time, price in read.closes if time <= report.end]
    lines = ComparedLines(
        live=equity_line(live.capital, live.fills, within), backtest=_tested_line(result.equity, report)
    )
    return {"strategy_id": read.strategy_id, "backtest": read.backtest, "lines": lines, **exact_fields(report)}


def _tested_line(points: EquityPoints, report: ComparisonReport) -> EquityLine:
    kept = [at for at, time in enumerate(points.times) if report.start <= time <= report.end]
    return EquityLine(times=tuple(points.times[at] for at in kept), equity=tuple(points.equity[at] for at in kept))


def _closes(symbol: str, interval: Interval, candles: Sequence[int]) -> list[tuple[int, Decimal]]:
    """Return when some candles closed, and at which price, of those that are stored."""
    stored = Candle.objects.filter(source=own_source().value, symbol=symbol, interval=interval.value).order_by()
    closes: dict[int, Decimal] = {}
    for batch in batched(candles, _BATCH):
        found = stored.filter(open_time__in=batch)
        closes.update(found.values_list("open_time", "close"))
    return [(next_open_time(interval, time), closes[time]) for time in sorted(closes)]


COMPARE_STRATEGY = UseCase(
    parameters=StrategyComparison,
    act=_compare,
    finish=_compared,
    answer=StrategyComparisonAnswer,
    others=MAY_VIEW,
    throttle="THROTTLE_BACKTEST_RESULTS",
)
