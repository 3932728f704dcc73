"""Every event of the gateway, written by each of its dialects and read by the client's: one type, the same values."""

from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from typing import Any

import msgspec
import pytest

from streaming import events as gateway_events
from streaming.gateway.dialects.control import ControlDialect
from streaming.gateway.dialects.market import MarketDialect
from streaming.gateway.dialects.trading import TradingDialect
from tests.gateway.dialects.samples import NOW, NamedSample, Sample
from tests.gateway.dialects.samples.engine import ENGINE_SAMPLES
from tests.gateway.dialects.samples.market import MARKET_SAMPLES, RESYNC
from tests.gateway.dialects.samples.market_events import COMBINED, price
from tests.gateway.dialects.samples.system import SYSTEM_SAMPLES
from tests.gateway.dialects.samples.user import USER_SAMPLES
from tests.manual_clock import ManualClock
from tidewire_client import Dialect
from tidewire_client.dialects import SPELLINGS
from tidewire_client.events import CombinedPrice, Event, Kline, Price, Resync, Unknown
from tidewire_client.reading.event_reading import event_of
from tidewire_client.reading.frames import frames_in
from tidewire_client.reading.messages import News

SAMPLES: list[Sample | NamedSample] = [*MARKET_SAMPLES, RESYNC, *USER_SAMPLES, *ENGINE_SAMPLES, *SYSTEM_SAMPLES]
GATEWAY: dict[Dialect, Callable[[ManualClock], Any]] = {
    Dialect.MARKET: MarketDialect,
    Dialect.TRADING: TradingDialect,
    Dialect.ZIGQUANT: ControlDialect,
}
CHANNELS = {
    "Price": "price:BTCUSDT",
    "CombinedPrice": "price:BTC-USD",
    "Ticker": "ticker:BTCUSDT",
    "Candle": "klines:BTCUSDT:1m",
    "Trades": "trades:BTCUSDT",
    "Depth": "depth:BTCUSDT",
    "Signal": "signals:BTCUSDT",
    "Overview": "market:overview",
    "Resync": "trades:BTCUSDT",
    "Block": "blocks:ethereum",
    "Portfolio": "portfolio:me",
    "Order": "orders:me",
    "Account": "account:me",
    "Notification": "notifications",
    "Alert": "alerts",
    "WalletActivity": "wallet:0xabc",
    "TransactionState": "tx:0xabc",
}
OTHER_NAMES = {"kind": "about", "change_kind": "happened"}
_decode = msgspec.json.Decoder(float_hook=Decimal).decode
OBJECTS = {"data", "metrics"}
"""Fields that travel through the gateway as JSON text."""


def _read(dialect: Dialect, event: Any, channel: str | None = None) -> list[Event]:
    """Return what the client makes of what the gateway writes."""
    spelling, usual = SPELLINGS[dialect], CHANNELS.get(type(event).__name__, "")
    read = []
    for frame in GATEWAY[dialect](ManualClock(NOW)).encode(event, channel or usual):
        (message,) = [spelling.read(each) for each in frames_in(bytes(frame.payload).decode())]
        assert isinstance(message, News)
        read.append(event_of(message, spelling.renames))
    return read


def _plain(value: Any) -> Any:
    """Return a value without its types, for comparison of the gateway's with the client's."""
    match value:
        case Enum():
            return value.value
        case msgspec.UnsetType():
            return None  # what isn't told
        case msgspec.Struct():
            return [_plain(getattr(value, name)) for name in value.__struct_fields__]
        case tuple() | list():
            return [_plain(item) for item in value]
        case _:
            return value


@pytest.mark.parametrize("dialect", list(Dialect))
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: type(sample.event).__name__)
def test_it_reads_every_event_with_its_values(dialect: Dialect, sample: Sample | NamedSample) -> None:
    source: Any = sample.event
    read = _read(dialect, source)
    assert not any(isinstance(event, Unknown) for event in read), read
    for event in read:
        assert event.channel == (CHANNELS.get(type(source).__name__) or source.channel)
        assert event.time in {source.time, NOW}  # the frame's, where the dialect does not tell the event's own
        for name in source.__struct_fields__:
            given, told = getattr(source, name), getattr(event, OTHER_NAMES.get(name, name), None)
            if name != "time" and told is not None:
                assert _plain(told) == (_decode(given) if name in OBJECTS else _plain(given)), name


@pytest.mark.parametrize("dialect", list(Dialect))
@pytest.mark.parametrize("event", [price(), COMBINED])
def test_it_reads_how_a_price_has_changed_over_an_hour(dialect: Dialect, event: msgspec.Struct) -> None:
    [read] = _read(dialect, msgspec.structs.replace(event, change_1h=Decimal("12.50")))
    assert isinstance(read, Price | CombinedPrice)
    assert read.change_1h == Decimal("12.50")


@pytest.mark.parametrize("dialect", list(Dialect))
@pytest.mark.parametrize("channel", ["grid.*", "grid.a.order", "system.exchange"])
def test_it_reads_what_was_lost_on_a_dotted_name_as_on_any_channel(dialect: Dialect, channel: str) -> None:
    lost: Any = RESYNC.event
    [read] = _read(dialect, lost, channel)
    assert isinstance(read, Resync)
    assert (read.channel, read.complete) == (channel, lost.complete)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: type(sample.event).__name__)
def test_all_dialects_give_the_same_but_for_what_one_does_not_tell(sample: Sample | NamedSample) -> None:
    by_dialect = [_read(dialect, sample.event) for dialect in Dialect]
    for same in zip(*by_dialect, strict=True):
        assert len({type(event) for event in same}) == 1
        for name in same[0].__struct_fields__:
            values = [getattr(event, name) for event in same]
            if name == "time" and isinstance(same[0], Event) and type(same[0]).__name__ in {"Kline", "Ticker"}:
                continue  # the trading dialect has none of its own for these, and the frame's is told
            assert len({repr(value) for value in values if value is not None}) <= 1, (name, values)


def test_a_candle_has_its_times_in_every_dialect() -> None:
    (candle,) = [sample.event for sample in SAMPLES if isinstance(sample.event, gateway_events.Candle)]
    for dialect in Dialect:
        (kline,) = _read(dialect, candle)
        assert isinstance(kline, Kline)
        assert kline.open_time == candle.open_time
        assert kline.close_time in {None, candle.close_time}
        assert isinstance(kline.close, Decimal)


def test_what_is_not_known_keeps_everything() -> None:
    news = News("moon.base.phase", "moon.phase", {"light": Decimal("0.5")}, "waxing", "2024-12-06T12:00:00.000Z")
    assert event_of(news, {}) == Unknown(
        channel="moon.base.phase", time=1733486400000, name="moon.phase", event="waxing", data={"light": Decimal("0.5")}
    )


@pytest.mark.parametrize("timestamp", ["yesterday", None, True, "2024-12-06T12:00:00"])
def test_a_time_that_is_none_makes_it_unknown(timestamp: Any) -> None:
    event = event_of(News("blocks:x", "block", {}, None, timestamp), {})
    assert isinstance(event, Unknown)
    assert event.time == 0
