"""A recorded paper run as a backtest: the same orders and fills, over candles that its trades make.

So a paper run is judged by what judges backtests: its equity curve, its trades, its metrics. It is the recording that
decides what is executed, by the live engine (`live/recordings/replay.py`); nothing is matched on candles.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from streaming.events import Interval
from streaming.events.intervals import next_open_time, open_time_at
from trading.engine.amounts import decimal_of
from trading.engine.backtests.outcome import RunOutcome, holdings_of
from trading.engine.backtests.plan import BacktestPlan, FillRule
from trading.engine.backtests.series import CandleSeries
from trading.engine.instrument import Instrument
from trading.engine.live.recordings.recording import Recording, RecordingStart
from trading.engine.live.recordings.replay import ReplayedRun, replay
from trading.engine.live.recordings.steps import LoadedAnew, MovedIn, MovedOut, TradeSeen

PAPER_RUN = "paper run"
"""What a recorded run by hand is called where a backtest names its strategy; one of a grid is called `grid`."""


class RecordedRunError(ValueError):
    """A recording can't be shown as a backtest: says why."""


class RecordedBacktest(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded run as the runner would have left it, with what it did besides."""

    plan: BacktestPlan
    series: CandleSeries
    outcome: RunOutcome
    replayed: ReplayedRun


def run_recorded(recording: Recording, interval: Interval) -> RecordedBacktest:
    """Replay a recording of one symbol, from its first order on, over candles of an interval.

    What was moved out in the end, as a grid that has stopped gives back what it holds, is left out. Raise
    `RecordedRunError` where it isn't that, or money was moved while it traded; `ReplayError` where it goes otherwise
    than it was recorded.
    """
    recording = _until_its_end(recording)
    instrument = _checked(recording)
    trades = [line.step for line in recording.lines if isinstance(line.step, TradeSeen)]
    replayed = replay(recording)
    series = CandleSeries.of_rows(instrument, interval, _candles(trades, interval))
    plan = _plan(recording.start, instrument, series, replayed)
    outcome = RunOutcome(
        orders=tuple(memory.order() for memory in replayed.orders),
        fills=replayed.fills,
        holdings=holdings_of(plan, series, replayed.fills),
        first_candle=0,
        candles_done=len(series),
        is_partial=False,
        path_dependent_fills=0,
        finer_candles=0,
        warm_up=0,
        signals=(),
        signal_count=0,
        refusals=(),
        refusal_count=sum(order.refusal is not None for order in replayed.orders),
    )
    return RecordedBacktest(plan=plan, series=series, outcome=outcome, replayed=replayed)


def _until_its_end(recording: Recording) -> Recording:
    lines = list(recording.lines)
    while lines and isinstance(lines[-1].step, MovedOut | LoadedAnew):
        lines.pop()
    return Recording(recording.start, tuple(lines))


def _checked(recording: Recording) -> Instrument:
    """Return what was traded; raise `RecordedRunError` where a backtest can't show it."""
    start = recording.start
    if start.state.placed or start.state.lots:
        raise RecordedRunError("the recording begins with orders or holdings that were there before")
    if any(isinstance(line.step, MovedIn) and line.step.holdings.lots for line in recording.lines):
        raise RecordedRunError("holdings that were bought elsewhere were moved in")
    instruments = recording.instruments
    if len(instruments) > 1:
        raise RecordedRunError("the recording is of more than one symbol")
    moved = [isinstance(line.step, MovedIn | MovedOut) for line in recording.lines]
    traded = [isinstance(line.step, TradeSeen) for line in recording.lines]
    if any(moved[traded.index(True) :] if True in traded else ()):
        raise RecordedRunError("money was moved while it traded")
    if not any(traded):
        raise RecordedRunError("the recording has no trade of the market")
    return next(iter(instruments.values()))


def _candles(trades: Sequence[TradeSeen], interval: Interval) -> list[list[int]]:
    """Return the candles that trades make, as rows of open time, prices and volume; one without trades is none."""
    rows: list[list[int]] = []
    for trade in trades:
        opened = open_time_at(interval, trade.time)
        if rows and rows[-1][0] >= opened:
            row = rows[-1]
            row[2], row[3], row[4] = max(row[2], trade.price), min(row[3], trade.price), trade.price
            row[5] += trade.quantity
        else:
            rows.append([opened, *[trade.price] * 4, trade.quantity])
    return rows


def _plan(start: RecordingStart, instrument: Instrument, series: CandleSeries, run: ReplayedRun) -> BacktestPlan:
    parameters: dict[str, Any] = {}
    if start.grid is not None:
        given = msgspec.structs.asdict(start.grid.parameters)
        parameters = {name: value for name, value in given.items() if value is not None}
    return BacktestPlan(
        strategy=PAPER_RUN if start.grid is None else "grid",
        parameters=parameters,
        instrument=instrument,
        interval=series.interval,
        start=int(series.open_time[0]),
        end=next_open_time(series.interval, int(series.open_time[-1])),
        initial_capital=Decimal(decimal_of(run.state.deposited)),
        maker_fee=start.maker_fee,
        taker_fee=start.taker_fee,
        charged_in=start.fees_charged_in,
        slippage=start.slippage,
        fills=FillRule.TOUCH,
    )
