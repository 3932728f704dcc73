"""Every operator on every source with every trigger, made over REST and fired by running processes.

Each cell has a symbol of its own. Four values come: the second and the fourth make the condition true, so that a rule
fires twice, or once where that is all it may. One cell looks at the volume of the same candles, too.
"""

import asyncio
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import product
from typing import Any, NamedTuple

import msgspec
import pytest

from alerts.conditions.rule import OCCASIONAL_SOURCES, AlertSource, TriggerPolicy
from alerts.events import AlertOperator
from streaming.events import Candle, Event, Interval
from streaming.events.intervals import next_open_time, open_time_at
from streaming.topics.topic import Topic
from tests.alerts.firing.market import candle, candle_topic, price, price_topic, ticker, ticker_topic
from tests.alerts.firing.stage import Bridging, Stage, now_ms, stage
from tests.processes import Process
from tests.waiting import until_now

_INTERVAL = Interval.HOUR_12
_PAST = 30
_BEFORE = Decimal(90)
"""The close of every candle of the past."""
_VOLUMES = (500, 2000, 2000, 10)
_SENTINEL = "SENTINELUSDT"

RISING = (90, 105, 95, 105)
FALLING = (110, 95, 105, 95)
INWARD = (90, 105, 90, 105)
OUTWARD = (105, 90, 105, 90)
LEVEL: Mapping[str, Any] = {"threshold": 100}
RANGE: Mapping[str, Any] = {"lower": 100, "upper": 110}
MOVE: Mapping[str, Any] = {"amount": 10, "window": 86_400}

OPERATORS: Mapping[AlertOperator, tuple[Mapping[str, Any], tuple[int, ...]]] = {
    AlertOperator.ABOVE: (LEVEL, RISING),
    AlertOperator.AT_LEAST: (LEVEL, (90, 100, 95, 100)),
    AlertOperator.BELOW: (LEVEL, FALLING),
    AlertOperator.CROSSING: (LEVEL, (90, 105, 104, 95)),
    AlertOperator.CROSSING_UP: (LEVEL, RISING),
    AlertOperator.CROSSING_DOWN: (LEVEL, FALLING),
    AlertOperator.ENTERING: (RANGE, INWARD),
    AlertOperator.LEAVING: (RANGE, OUTWARD),
    AlertOperator.INSIDE: (RANGE, INWARD),
    AlertOperator.OUTSIDE: (RANGE, OUTWARD),
    AlertOperator.MOVING_UP: (MOVE, RISING),
    AlertOperator.MOVING_DOWN: (MOVE, FALLING),
}


class Cell(NamedTuple):
    """One combination; `with_volume` its rule wants that to be above 1000, too, which it is at the second and third."""

    operator: AlertOperator
    source: AlertSource
    trigger: TriggerPolicy
    with_volume: bool = False

    @property
    def name(self) -> str:
        """What tells it from others."""
        parts = (self.operator.value, self.source.value, self.trigger.value)
        return "-".join((*parts, "volume") if self.with_volume else parts)

    @property
    def symbol(self) -> str:
        """The cell's own symbol."""
        return self.name.replace("_", "").replace("-", "").upper() + "USDT"

    @property
    def at_close(self) -> bool:
        """Whether only closes count."""
        return self.trigger is TriggerPolicy.ONCE_PER_CANDLE_CLOSE

    @property
    def values(self) -> tuple[int, ...]:
        """The four values."""
        return OPERATORS[self.operator][1]

    @property
    def expected(self) -> list[Decimal]:
        """The values at which it fires."""
        firings = [Decimal(self.values[1]), Decimal(self.values[3])]
        return firings[:1] if self.trigger is TriggerPolicy.ONCE or self.with_volume else firings

    def parameters(self) -> dict[str, Any]:
        """Return the rule."""
        given: dict[str, Any] = {"name": str(self.symbol)[:100], "symbol": self.symbol, "source": self.source.value}
        given |= {"operator": self.operator.value, "trigger": self.trigger.value, **OPERATORS[self.operator][0]}
        if self.at_close or self.source in {AlertSource.CANDLE, AlertSource.INDICATOR}:
            given["interval"] = _INTERVAL.value
        if self.source is AlertSource.INDICATOR:
            given |= {"indicator": "sma", "parameters": {"period": 2}}
        if self.with_volume:
            volume = {"source": "candle", "interval": _INTERVAL.value, "field": "volume"}
            given["conditions"] = [{**volume, "operator": "above", "threshold": 1000}]
        return given

    def topics(self) -> set[Topic]:
        """Return what must be read for it."""
        candles = candle_topic(self.symbol, _INTERVAL)
        match self.source, self.at_close:
            case AlertSource.PRICE, False:
                return {price_topic(self.symbol)}
            case AlertSource.TICKER, True:
                return {ticker_topic(self.symbol), candles}
            case AlertSource.TICKER, False:
                return {ticker_topic(self.symbol)}
            case _:
                return {candles}

    def step(self, number: int, times: "Times") -> list[tuple[Topic, Event]]:
        """Return what is published so that the cell's series has its value of that number."""
        value, time = self.values[number], times.start + 1000 * number
        is_live_indicator = self.source is AlertSource.INDICATOR and not self.at_close
        close = 2 * value - _BEFORE if is_live_indicator else self._close_for(number)
        closed, opened = times.closed(self.symbol, close, number), times.open(self.symbol, close, time)
        closed = msgspec.structs.replace(closed, volume=Decimal(_VOLUMES[number]))
        events: dict[Topic, Event] = {
            price_topic(self.symbol): price(self.symbol, value, time),
            ticker_topic(self.symbol): ticker(self.symbol, value, time),
            candle_topic(self.symbol, _INTERVAL): closed if self.at_close else opened,
        }
        return [(topic, event) for topic, event in events.items() if topic in self.topics()]

    def _close_for(self, number: int) -> Decimal:
        """Return the close for the value of that number: of an indicator, what makes the average of two closes so."""
        if self.source is not AlertSource.INDICATOR:
            return Decimal(self.values[number])
        close = _BEFORE
        for value in self.values[: number + 1]:
            close = 2 * value - close
        return close


class Times:
    """The candles that are published: from the one that is open now."""

    def __init__(self) -> None:
        self.start = now_ms()
        self._open_times = [open_time_at(_INTERVAL, self.start)]
        for _ in range(4):
            self._open_times.append(next_open_time(_INTERVAL, self._open_times[-1]))

    @property
    def first(self) -> int:
        """When the first of them opens."""
        return self._open_times[0]

    def open(self, symbol: str, close: Decimal | int, time: int) -> Candle:
        """Return the open candle."""
        return candle(symbol, close, self.first, interval=_INTERVAL, time=time)

    def closed(self, symbol: str, close: Decimal | int, number: int) -> Candle:
        """Return the candle of that number, closed."""
        return candle(symbol, close, self._open_times[number], interval=_INTERVAL, is_final=True)


_PATIENCE = {"ALERTS_LEASE_SECONDS": "60", "ALERTS_LEASE_RENEWAL_SECONDS": "10"}
"""Nobody takes over here; a lease that is lost on a busy machine would begin all indicators anew."""

_OF_A_SYMBOL = sorted(set(AlertSource) - {AlertSource.PORTFOLIO} - OCCASIONAL_SOURCES)
"""The others are an owner's, or of a moment: `firing/test_portfolios.py`, `test_signals.py` and `test_wallets.py`."""
CELLS = [
    *(Cell(*cell) for cell in product(AlertOperator, _OF_A_SYMBOL, TriggerPolicy)),
    Cell(AlertOperator.CROSSING_UP, AlertSource.CANDLE, TriggerPolicy.ONCE_PER_CANDLE_CLOSE, with_volume=True),
]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[Cell, list[tuple[int, Decimal, bool]]]]:
    """Make the rules of all cells, let their values come, and return the firings of each."""
    with stage(tmp_path_factory.mktemp("var")) as running:
        running.list_symbols([*(cell.symbol for cell in CELLS), _SENTINEL])
        times = Times()
        _store_past(running, times)
        running.serve()
        rules = {cell: running.rule(**cell.parameters()) for cell in CELLS}
        sentinel = running.rule(symbol=_SENTINEL, threshold=100)
        worker = running.worker(**_PATIENCE)
        running.wait_for_readers({topic for cell in CELLS for topic in cell.topics()} | {price_topic(_SENTINEL)})
        _wait_for_indicators(running, rules, times, worker)
        asyncio.run(_publish(running, times))
        running.wait_fired(sentinel, 1)
        assert not worker.has_ended, worker.output
        yield {cell: running.fired(rule_id) for cell, rule_id in rules.items()}


def _store_past(running: Stage, times: Times) -> None:
    """Store closed candles up to now of the symbols whose cells look at an indicator."""
    opened = [times.first]
    for _ in range(_PAST):
        opened.append(open_time_at(_INTERVAL, opened[-1] - 1))
    running.write(
        "INSERT INTO market_candle (source, symbol, interval, open_time, open, high, low, close, volume,"
        " quote_volume, trades, repaired) VALUES ('binance', %s, %s, %s, %s, %s, %s, %s, 1, 1, 1, false)",
        [
            (cell.symbol, _INTERVAL.value, time, *[_BEFORE] * 4)
            for cell in CELLS
            if cell.source is AlertSource.INDICATOR
            for time in opened[1:]
        ],
    )


def _wait_for_indicators(running: Stage, rules: Mapping[Cell, int], times: Times, worker: Process) -> None:
    """Wait until the indicators know the past: then the open candle gives those that are live a value."""
    live = [cell for cell in CELLS if cell.source is AlertSource.INDICATOR and not cell.at_close]

    async def try_them() -> None:
        async with Bridging(running.environment) as bridge:
            for cell in live:
                await bridge.publish(*cell.step(0, times)[0])

    def without_value() -> list[Cell]:
        rows = running.query("SELECT id FROM alerts_alertrule WHERE last_value IS NULL")
        return [cell for cell in live if (rules[cell],) in rows]

    def all_have_values() -> bool:
        asyncio.run(try_them())
        return not without_value()

    until_now(all_have_values, seconds=60, explain=lambda: f"{without_value()}\n{worker.output}")


async def _publish(running: Stage, times: Times) -> None:
    async with Bridging(running.environment) as bridge:
        for number in range(4):
            for cell in CELLS:
                for topic, event in cell.step(number, times):
                    await bridge.publish(topic, event)
            await asyncio.sleep(0)
        for number, value in enumerate((90, 105)):
            await bridge.publish(price_topic(_SENTINEL), price(_SENTINEL, value, times.start + number))


@pytest.mark.postgres
@pytest.mark.redis
@pytest.mark.timeout(300)
@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.name)
def test_it_fires_at_each_edge_and_as_often_as_its_trigger_says(
    cell: Cell, played: Mapping[Cell, list[tuple[int, Decimal, bool]]]
) -> None:
    firings = [(number, value, False) for number, value in enumerate(cell.expected, 1)]
    assert played[cell] == firings
