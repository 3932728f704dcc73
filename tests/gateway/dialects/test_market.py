import re
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Side, Trade
from streaming.gateway.dialects.base import LoginMoment
from streaming.gateway.dialects.market import MarketDialect
from tests.gateway.dialects.samples import ISO, NOW, NOW_ISO, TIME, D, NamedSample, Sample
from tests.gateway.dialects.samples.engine import ENGINE_SAMPLES
from tests.gateway.dialects.samples.market import MARKET_SAMPLES, RESYNC
from tests.gateway.dialects.samples.market_events import TRADES, price
from tests.gateway.dialects.samples.reading import read, read_one
from tests.gateway.dialects.samples.refusals import REFUSALS, UNREADABLE, Refusal
from tests.gateway.dialects.samples.system import SYSTEM_SAMPLES
from tests.gateway.dialects.samples.user import USER_SAMPLES
from tests.manual_clock import ManualClock

DIALECT = MarketDialect(ManualClock(NOW))


def test_it_writes_a_price_as_the_contract_shows_it() -> None:
    assert read_one(DIALECT.encode(price(), "price:BTCUSDT")) == {
        "type": "price",
        "channel": "price:BTCUSDT",
        "symbol": "BTCUSDT",
        "data": {
            "symbol": "BTCUSDT",
            "price": D("97523.45"),
            "change24h": D("-120.5"),
            "changePercent24h": D("-0.123"),
            "high24h": 98000,
            "low24h": D("96500.00000001"),
            "volume24h": D("0.000001"),
            "timestamp": TIME,
            "source": "binance",
        },
        "timestamp": NOW_ISO,
    }


@pytest.mark.parametrize("sample", [*MARKET_SAMPLES, RESYNC, *USER_SAMPLES], ids=lambda sample: sample.channel)
def test_it_writes_events_of_topics(sample: Sample) -> None:
    assert read_one(DIALECT.encode(sample.event, sample.channel)) == {
        "type": sample.type,
        "channel": sample.channel,
        **sample.top,
        "data": sample.data(ISO),
        "timestamp": NOW_ISO,
    }


@pytest.mark.parametrize("sample", [*ENGINE_SAMPLES, *SYSTEM_SAMPLES], ids=lambda sample: sample.channel)
def test_it_writes_events_of_dotted_channels_under_their_own_name(sample: NamedSample) -> None:
    assert read_one(DIALECT.encode(sample.event, sample.pattern)) == {
        "type": "event",
        "channel": sample.channel,
        "event": sample.name,
        "data": sample.data(ISO),
        "timestamp": NOW_ISO,
    }


def test_it_names_the_channel_as_the_client_spelled_it() -> None:
    frame = read_one(DIALECT.encode(price(), "quotes:BTCUSDT"))
    assert (frame["type"], frame["channel"]) == ("price", "quotes:BTCUSDT")


def test_it_writes_one_frame_for_each_trade() -> None:
    made = tuple(
        Trade(trade_id=number, price=D("0.1"), quantity=D(number), side=side, time=TIME)
        for number, side in ((1, Side.BUY), (2, Side.SELL))
    )
    first, second = map(read, DIALECT.encode(msgspec.structs.replace(TRADES, trades=made), "trades:DOGEUSDT"))
    assert (first["type"], first["channel"], first["symbol"]) == ("trade", "trades:DOGEUSDT", "DOGEUSDT")
    assert (first["data"]["tradeId"], first["data"]["side"]) == (1, "buy")
    assert (second["data"]["tradeId"], second["data"]["side"]) == (2, "sell")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**20), max_value=10**20))
def test_it_writes_numbers_with_every_digit_and_no_exponent(value: Decimal) -> None:
    [frame] = DIALECT.encode(price(price=value), "price:BTCUSDT")
    written = re.search(rb'"price":(-?[0-9.]+),"change24h"', frame.payload)
    assert written is not None
    assert Decimal(written[1].decode()).as_tuple() == value.as_tuple()


def test_it_greets_with_a_client_id_of_its_own() -> None:
    client_id = DIALECT.client_id(NOW)
    assert re.fullmatch(rf"ws_{NOW}_[a-z0-9]{{9}}", client_id)
    assert client_id != DIALECT.client_id(NOW)
    assert read_one(DIALECT.welcome(client_id, authenticated=True, now_ms=NOW)) == {
        "type": "connected",
        "data": {"clientId": client_id, "authenticated": True, "timestamp": NOW_ISO},
        "timestamp": NOW_ISO,
    }


def test_it_writes_its_answers() -> None:
    answers = [
        DIALECT.subscribed(("price:BTCUSDT",), active=1, now_ms=NOW),
        DIALECT.unsubscribed(("price:BTCUSDT",), active=1, now_ms=NOW),
    ]
    assert [read(answer) for answer in answers] == [
        {"type": "subscribed", "channel": "price:BTCUSDT", "timestamp": NOW_ISO},
        {"type": "unsubscribed", "channel": "price:BTCUSDT", "timestamp": NOW_ISO},
    ]


@pytest.mark.parametrize("refusal", [UNREADABLE, *REFUSALS], ids=lambda refusal: refusal.message)
def test_it_writes_refusals(refusal: Refusal) -> None:
    frame = DIALECT.error(refusal.error, refusal.channel, NOW)
    named = {} if refusal.channel is None else {"channel": refusal.channel}
    assert read(frame) == {
        "type": "error",
        **named,
        "data": {"message": refusal.message, "code": refusal.code},
        "timestamp": NOW_ISO,
    }
    assert frame.is_sequence


def test_it_lets_anybody_in_and_answers_each_channel() -> None:
    assert (DIALECT.login, DIALECT.answers_each, DIALECT.has_heartbeat) == (LoginMoment.OPTIONAL, True, False)
    assert int(DIALECT.stop_code) == 1012
