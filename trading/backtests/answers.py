"""What is answered of backtests: numbers exact, times as the interface writes them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

import msgspec

from streaming.commands.use_cases import JsonNumber
from streaming.numbers import exact_json, json_number
from streaming.times import WriteTime, WrittenTime, milliseconds, written_time
from trading.backtests.metrics_json import exact_metrics
from trading.backtests.selectors import BacktestPage, StoredData
from trading.backtests.strategies import parameters_read, title_of
from trading.engine.backtests.sweeps.plan import Ranking, WalkForward
from trading.engine.strategies.errors import StrategyParametersError
from trading.events import BacktestPhase, BacktestState
from trading.models import Backtest, BacktestKind

Metrics = Mapping[str, JsonNumber | None]
_PROGRESS_DIGITS = 4


class StartedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A backtest that was queued, or that is to end: its id, and the state that it is in."""

    backtest_id: str
    status: BacktestState


class SweepStartedAnswer(StartedAnswer, frozen=True, kw_only=True):
    """A sweep that was queued, and how many runs it makes."""

    runs: int


class SweepAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a sweep sweeps: the values of each parameter, the windows in days (null: none), and what ranks its runs."""

    parameters: Mapping[str, Sequence[Any]]
    walk_forward: WalkForward | None
    rank_by: Ranking


class ProgressAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How far a backtest is in its phase, from 0 to 1."""

    phase: BacktestPhase
    progress: JsonNumber


class BacktestAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A backtest and how it stands; `progress` is null before it has begun, `metrics` before it has ended.

    `strategy_id` is the live strategy over whose hours it is made.
    """

    id: str
    kind: BacktestKind
    state: BacktestState
    reason: str
    strategy: str
    title: str
    symbol: str
    interval: str
    start: WrittenTime
    end: WrittenTime
    params: Mapping[str, Any]
    initial_capital: JsonNumber
    fee_rate: JsonNumber
    slippage: JsonNumber
    fills: str
    runs: int
    sweep: SweepAnswer | None
    strategy_id: str | None
    progress: ProgressAnswer | None
    created: WrittenTime
    started: WrittenTime | None
    ended: WrittenTime | None
    metrics: Metrics | None


class BacktestsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Some backtests, and how many there are in all."""

    items: Sequence[BacktestAnswer]
    total: int


class GapAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Candles that aren't stored: when the first and the last of them open."""

    start: WrittenTime
    end: WrittenTime


class DataAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored of a series: when its first and its last candle open (null: none), how many, what is missing."""

    symbol: str
    interval: str
    start: WrittenTime | None
    end: WrittenTime | None
    candles: int
    gaps: Sequence[GapAnswer]
    listed: bool


def started_answer(backtest: Backtest) -> StartedAnswer:
    """Return the short answer."""
    return StartedAnswer(backtest_id=backtest.pk, status=BacktestState(backtest.state))


def sweep_started_answer(backtest: Backtest) -> SweepStartedAnswer:
    """Return the short answer of a sweep."""
    return SweepStartedAnswer(backtest_id=backtest.pk, status=BacktestState(backtest.state), runs=backtest.runs)


def backtests_answer(page: BacktestPage, write_time: WriteTime) -> BacktestsAnswer:
    """Return a page of backtests."""
    return BacktestsAnswer(items=[backtest_answer(each, write_time) for each in page.items], total=page.total)


def backtest_answer(backtest: Backtest, write_time: WriteTime) -> BacktestAnswer:
    """Return the one JSON of a backtest."""
    return BacktestAnswer(
        id=backtest.pk,
        kind=BacktestKind(backtest.kind),
        state=BacktestState(backtest.state),
        reason=backtest.reason,
        strategy=backtest.strategy,
        title=title_of(backtest.strategy),
        symbol=backtest.symbol,
        interval=backtest.interval,
        start=write_time(backtest.start),
        end=write_time(backtest.end),
        params=_parameters(backtest),
        initial_capital=json_number(backtest.initial_capital),
        fee_rate=json_number(backtest.fee_rate),
        slippage=json_number(backtest.slippage),
        fills=backtest.fills,
        runs=backtest.runs,
        sweep=None if backtest.sweep is None else msgspec.convert(backtest.sweep, SweepAnswer),
        strategy_id=backtest.live_strategy_id,
        progress=_progress(backtest),
        created=write_time(milliseconds(backtest.created_at)),
        started=written_time(backtest.started_at, write_time),
        ended=written_time(backtest.ended_at, write_time),
        metrics=None if backtest.metrics is None else exact_metrics(backtest.metrics),
    )


def data_answer(symbol: str, interval: str, stored: StoredData, *, listed: bool, write_time: WriteTime) -> DataAnswer:
    """Return what is stored of a series."""

    def written(time: int | None) -> WrittenTime | None:
        return None if time is None else write_time(time)

    return DataAnswer(
        symbol=symbol,
        interval=interval,
        start=written(stored.start),
        end=written(stored.end),
        candles=stored.candles,
        gaps=[GapAnswer(start=write_time(gap.start), end=write_time(gap.end)) for gap in stored.gaps],
        listed=listed,
    )


def _parameters(backtest: Backtest) -> Mapping[str, Any]:
    """Return the strategy's parameters, as they are stored where the strategy can't read them (any more)."""
    if backtest.sweep is not None:  # what it sweeps is not among them
        return cast("Mapping[str, Any]", backtest.parameters)
    try:
        read = parameters_read(backtest.strategy, backtest.parameters)
    except (KeyError, StrategyParametersError):
        return cast("Mapping[str, Any]", backtest.parameters)
    return {name: exact_json(value) for name, value in read.items()}


def _progress(backtest: Backtest) -> ProgressAnswer | None:
    if not backtest.phase:
        return None
    done = Decimal(str(round(backtest.progress, _PROGRESS_DIGITS)))
    return ProgressAnswer(phase=BacktestPhase(backtest.phase), progress=json_number(done))
