from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming import events
from streaming.events import Envelope, Event, Price, Side, Source, Trade, Trades
from streaming.installed import topic_registry
from tests.streaming.events.of_all_kinds import EVENT_TYPES, any_event

PRICE = Price(
    symbol="BTCUSDT",
    time=1_701_806_400_000,
    source=Source.SIMULATOR,
    price=Decimal("97523.45000000"),
    change=Decimal("-12.10"),
    change_percent=Decimal("-0.012"),
    high=Decimal(98000),
    low=Decimal(97000),
    volume=Decimal("0.00000100"),
)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=0, max_value=10**12))
def test_it_carries_every_digit_through_the_layer(price: Decimal) -> None:
    sent = Envelope(epoch=1, sequence=2, event=msgspec.structs.replace(PRICE, price=price))
    received = topic_registry().decoder.decode(events.encode(sent))
    assert received == sent
    assert isinstance(received.event, Price)
    assert str(received.event.price) == str(price)


def test_it_carries_trades_together() -> None:
    trade = Trade(trade_id=2**53 + 1, price=Decimal("1.10"), quantity=Decimal(2), side=Side.SELL, time=3)
    sent = Envelope(epoch=1, sequence=1, event=Trades(symbol="A", time=3, source=Source.BINANCE, trades=(trade,)))
    assert topic_registry().decoder.decode(events.encode(sent)) == sent


def test_it_tells_simulated_from_real() -> None:
    assert PRICE.simulated
    assert not msgspec.structs.replace(PRICE, source=Source.BINANCE).simulated


@pytest.mark.parametrize(
    "body", [b"", b"\xc1", b"\x80", events.encode(Envelope(epoch=1, sequence=1, event=PRICE))[:-3]]
)
def test_it_refuses_what_is_no_envelope(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        topic_registry().decoder.decode(body)


@given(any_event(), st.integers(min_value=0, max_value=2**40))
def test_it_carries_every_event_through_the_layer_unchanged(event: Event, number: int) -> None:
    sent = Envelope(epoch=number, sequence=number, event=event)
    received = topic_registry().decoder.decode(events.encode(sent))
    assert received == sent
    assert repr(received) == repr(sent), "a number lost digits or its type"


def test_it_keeps_the_kinds_of_events_apart() -> None:
    tags = [kind.__struct_config__.tag for kind in EVENT_TYPES]
    assert len(set(tags)) == len(tags) == 38
