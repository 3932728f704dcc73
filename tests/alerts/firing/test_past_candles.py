"""Getting candles of the past: side by side, again after failures, and without them in the end."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal

import pytest

from alerts.conditions.rule import (
    AlertSource,
    Condition,
    Point,
    Rule,
    RuleMemory,
    Series,
    TriggerPolicy,
    WindowsMemory,
)
from alerts.events import AlertOperator, AlertState
from alerts.firing.candle_lines import Need
from alerts.firing.evaluation import Evaluation
from alerts.firing.noise_limits import NoiseLimits
from alerts.firing.past_candles import PastCandles, PastCandlesLoader
from alerts.firing.types import LoadedRule, SeriesMemory
from streaming.events import Interval
from streaming.indicators.bar import Bar
from streaming.market.errors import MarketUnavailableError
from streaming.market.parameters import HistoryQuery
from tests.alerts.firing.market import candle, candle_topic
from tests.manual_clock import ManualClock

_LIMITS = NoiseLimits(per_minute=100, per_hour=100, per_user=100)
_MINUTE = 60_000
_NOW = 100 * _MINUTE
_LATER = 10_000 * _MINUTE
_KNOWN = RuleMemory(state=AlertState.ARMED, holds=(False,))
_LAST_SEEN = 90 * _MINUTE - 1


class History:
    """A history that answers with the closes of minutes 89 to 92, or by symbol with a fault."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.faults: dict[str, Exception] = {}
        self.at_once = 0
        self.most_at_once = 0

    async def candles(self, query: HistoryQuery) -> Sequence[Bar]:
        self.asked.append(query.symbol)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        if query.symbol in self.faults:
            raise self.faults[query.symbol]
        return [_closed(query.symbol, 89 + number, close) for number, close in enumerate((95, 99, 101, 98))]


def _closed(symbol: str, minute: int, close: int) -> Bar:
    return candle(symbol, close, minute * _MINUTE, is_final=True)


def _evaluation(clock: ManualClock, *symbols: str) -> Evaluation:
    """Return one that has seen the close of minute 89 last; its rules want closes that cross 100."""
    evaluation = Evaluation(
        clock=clock,
        noise=_LIMITS,
        no_data_seconds=600,
        may_use_simulated=False,
    )
    for number, symbol in enumerate(symbols, 1):
        rule = Rule(id=number, conditions=(_crossing(symbol),), trigger=TriggerPolicy.ONCE_PER_CANDLE_CLOSE)
        evaluation.put(LoadedRule(id=number, owner_id=1, rule=rule, memory=_KNOWN))
    evaluation.plan()
    for series in evaluation.series:
        last = Point(value=Decimal(95), time=_LAST_SEEN)
        evaluation.restore(series, SeriesMemory(point=last, windows=WindowsMemory()))
    evaluation.replay((), ())
    return evaluation


def _crossing(symbol: str) -> Condition:
    series = Series(
        source=AlertSource.CANDLE, symbol=symbol, field="close", interval=Interval.MINUTE_1, at_close=True
    )  # fmt: skip
    return Condition(series=series, operator=AlertOperator.CROSSING_UP, threshold=Decimal(100))


def _fired(evaluation: Evaluation) -> list[tuple[int, int, bool]]:
    """Return which rules fired, at the closes of which minutes, and whether late."""
    firings = [one.firing for one in evaluation.take_batch().firings]
    return sorted((firing.rule_id, firing.time // _MINUTE, firing.late) for firing in firings)


def _minutes_of_history(minutes: int) -> Callable[[HistoryQuery], Awaitable[Sequence[Bar]]]:
    """Return a history of that many candles up to now, which gives at most what one query may ask for."""

    async def candles(query: HistoryQuery) -> Sequence[Bar]:
        until = _LATER if query.end is None else query.end
        times = [
            minute for minute in range(_LATER // _MINUTE - minutes, _LATER // _MINUTE) if minute * _MINUTE <= until
        ]
        return [_closed(query.symbol, minute, 100) for minute in times[-query.limit :]]

    return candles


@pytest.mark.parametrize(
    ("stored", "since", "expected"), [(3000, None, 2501), (3000, 1800, 3000), (5000, 1800, 3500), (700, None, 700)]
)
async def test_it_reads_page_by_page_until_it_has_enough_before_what_was_missed(
    stored: int, since: int | None, expected: int
) -> None:
    need = Need(
        topic=candle_topic("ONEUSDT"), interval=Interval.MINUTE_1, count=2500,
        since=None if since is None else _LATER - since * _MINUTE - 1,
    )  # fmt: skip
    rows = await PastCandles(ManualClock(_LATER), _minutes_of_history(stored)).bars(need)
    assert rows is not None
    assert [row.open_time for row in rows] == list(range(_LATER - expected * _MINUTE, _LATER, _MINUTE))


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands still."""
    return ManualClock(_NOW)


@pytest.fixture
def history() -> History:
    """One that answers."""
    return History()


async def test_it_asks_for_a_few_topics_at_a_time(clock: ManualClock, history: History) -> None:
    symbols = [f"N{number}USDT" for number in range(10)]
    evaluation = _evaluation(clock, *symbols)
    await PastCandlesLoader(evaluation, PastCandles(clock, history.candles), lambda: None).look()
    assert (sorted(history.asked), history.most_at_once) == (sorted(symbols), 4)
    assert evaluation.needs == []
    assert _fired(evaluation) == [(number, 91, False) for number in range(1, 11)]


async def test_it_keeps_closes_until_the_history_has_answered(clock: ManualClock, history: History) -> None:
    evaluation = _evaluation(clock, "ONEUSDT")
    loader = PastCandlesLoader(evaluation, PastCandles(clock, history.candles), lambda: None)
    history.faults = {"ONEUSDT": MarketUnavailableError("away")}
    await loader.look()
    evaluation.take(candle_topic("ONEUSDT"), candle("ONEUSDT", 103, 93 * _MINUTE, is_final=True))
    assert _fired(evaluation) == []
    history.faults = {}
    clock.advance(5)
    await loader.look()
    assert _fired(evaluation) == [(1, 91, False), (1, 93, False)]


async def test_it_asks_again_after_growing_waits_and_goes_on_late_after_some_minutes(
    clock: ManualClock, history: History
) -> None:
    evaluation = _evaluation(clock, "ONEUSDT")
    loader = PastCandlesLoader(evaluation, PastCandles(clock, history.candles), lambda: None)
    evaluation.take(candle_topic("ONEUSDT"), candle("ONEUSDT", 103, 93 * _MINUTE, is_final=True))
    history.faults = {"ONEUSDT": MarketUnavailableError("away")}
    asked_at: list[int] = []
    for second in range(300):
        await loader.look()
        asked_at += [second] * (len(history.asked) - len(asked_at))
        if not evaluation.needs:
            break
        clock.advance(1)
    assert asked_at == [0, 5, 15, 35, 75, 135, 195]
    assert _fired(evaluation) == [(1, 93, True)]


async def test_it_gets_the_others_where_one_has_a_fault(clock: ManualClock, history: History) -> None:
    evaluation = _evaluation(clock, "ONEUSDT", "BADUSDT", "TWOUSDT")
    history.faults = {"BADUSDT": LookupError("nobody thought of that")}
    filled: list[int] = []
    await PastCandlesLoader(evaluation, PastCandles(clock, history.candles), lambda: filled.append(1)).look()
    assert [need.topic.symbol for need in evaluation.needs] == ["BADUSDT"]
    assert [rule_id for rule_id, _, _ in _fired(evaluation)] == [1, 3]
    assert len(filled) == 2
