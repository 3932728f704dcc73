import typing

import msgspec
import pytest

from alerts.events import Alert
from streaming.events import (
    CombinedPrice,
    Event,
    ExchangeEvent,
    ExchangeNews,
    ExchangeState,
    MarketEvent,
    MarketUpdate,
    Source,
)
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.dialects.control import ControlDialect
from streaming.gateway.dialects.event_data import EventData
from streaming.gateway.dialects.market import MarketDialect
from streaming.gateway.dialects.trading import TradingDialect
from streaming.times import epoch_time
from tests.gateway.dialects.samples import NOW, TIME, NamedSample, Sample
from tests.gateway.dialects.samples.engine import ENGINE_SAMPLES
from tests.gateway.dialects.samples.market import MARKET_SAMPLES, RESYNC
from tests.gateway.dialects.samples.reading import read_one
from tests.gateway.dialects.samples.system import SYSTEM_SAMPLES
from tests.gateway.dialects.samples.user import USER_SAMPLES
from tests.manual_clock import ManualClock
from tests.streaming.events.of_all_kinds import EVENT_TYPES
from trading.engine.orders.types import OrderType
from trading.events import GridOrder, InstanceOrderEvent, Order, Signal

SAMPLES: list[Sample | NamedSample] = [*MARKET_SAMPLES, RESYNC, *USER_SAMPLES, *ENGINE_SAMPLES, *SYSTEM_SAMPLES]
DATA = EventData(epoch_time)
replace = msgspec.structs.replace


def sample_of(kind: type[typing.Any]) -> typing.Any:
    return next(sample.event for sample in SAMPLES if type(sample.event) is kind)


def test_there_is_a_sample_of_every_event() -> None:
    assert {type(sample.event) for sample in SAMPLES} == set(EVENT_TYPES)


@pytest.mark.parametrize("make", [MarketDialect, TradingDialect, ControlDialect])
@pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.__name__)
def test_every_dialect_tells_every_event(make: typing.Callable[[ManualClock], Dialect], kind: type[Event]) -> None:
    told = read_one(make(ManualClock(NOW)).encode(sample_of(kind), "price:BTCUSDT"))
    assert {"type", "channel", "data", "timestamp"} <= told.keys()
    assert told["data"]


def test_it_leaves_out_what_does_not_apply() -> None:
    placed = replace(sample_of(GridOrder), event=InstanceOrderEvent.PLACED, position_after=msgspec.UNSET)
    [data] = DATA.of(placed)
    assert "position_after" not in data
    [data] = DATA.of(
        ExchangeNews(
            event=ExchangeEvent.CONNECTED,
            time=TIME,
            exchange="binance",
            state=ExchangeState.LIVE,
            source=Source.BINANCE,
        )
    )
    assert data == {"exchange": "binance", "state": "live", "source": "binance"}


def test_it_says_null_for_what_is_not_known() -> None:
    [data] = DATA.of(replace(sample_of(Order), type=OrderType.MARKET, price=None, instance=None))
    assert (data["price"], data["instance"]) == (None, None)


def test_an_alert_on_no_symbol_has_none_at_the_top() -> None:
    dialect = MarketDialect(ManualClock(NOW))
    frame = read_one(dialect.encode(replace(sample_of(Alert), symbol=None), "alerts"))
    assert frame["data"]["symbol"] is None
    assert "symbol" not in frame


@pytest.mark.parametrize(
    "kind", [*typing.get_args(MarketUpdate), Signal, CombinedPrice], ids=lambda kind: kind.__name__
)
def test_it_marks_what_a_simulator_made(kind: type[MarketEvent]) -> None:
    for source, simulated in ((Source.BINANCE, None), (Source.SIMULATOR, True)):
        marked = replace(sample_of(kind), source=source, stale=True, repaired=False)
        for data in DATA.of(marked):
            marks = [data.get(mark) for mark in ("source", "simulated", "stale", "repaired")]
            assert marks == [source.value, simulated, True, None]
