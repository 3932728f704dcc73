import re

import pytest

from streaming.gateway.dialects.base import LoginMoment
from streaming.gateway.dialects.trading import TradingDialect
from tests.gateway.dialects.samples import CLOSED, MS, NOW, OPENED, D, NamedSample, Sample
from tests.gateway.dialects.samples.engine import ENGINE_SAMPLES
from tests.gateway.dialects.samples.market import MARKET_SAMPLES, RESYNC
from tests.gateway.dialects.samples.market_events import candle
from tests.gateway.dialects.samples.reading import read, read_one
from tests.gateway.dialects.samples.refusals import REFUSALS, UNREADABLE, Refusal
from tests.gateway.dialects.samples.system import SYSTEM_SAMPLES
from tests.gateway.dialects.samples.trading import TRADING_DATA
from tests.gateway.dialects.samples.user import USER_SAMPLES
from tests.manual_clock import ManualClock

DIALECT = TradingDialect(ManualClock(NOW))


def test_it_writes_a_candle_as_the_contract_shows_it() -> None:
    assert read_one(DIALECT.encode(candle(is_final=False), "kline:SOLUSDT:5m")) == {
        "type": "data",
        "channel": "kline:SOLUSDT:5m",
        "data": {
            "type": "kline",
            "data": {
                "symbol": "SOLUSDT",
                "interval": "5m",
                "startTime": OPENED,
                "endTime": CLOSED,
                "open": D("190.1"),
                "high": D("191.0"),
                "low": D("189.9"),
                "close": D("190.5"),
                "volume": D("1234.567"),
                "closed": False,
                "trades": 3,
                "source": "simulator",
                "simulated": True,
                "repaired": True,
            },
        },
        "timestamp": NOW,
    }


@pytest.mark.parametrize("sample", [*MARKET_SAMPLES, RESYNC, *USER_SAMPLES], ids=lambda sample: sample.channel)
def test_it_writes_events_of_topics(sample: Sample) -> None:
    data = TRADING_DATA.get(sample.type, sample.data)(MS)
    assert read_one(DIALECT.encode(sample.event, sample.channel)) == {
        "type": "data",
        "channel": sample.channel,
        "data": {"type": sample.type, "data": data},
        "timestamp": NOW,
    }


@pytest.mark.parametrize("sample", [*ENGINE_SAMPLES, *SYSTEM_SAMPLES], ids=lambda sample: sample.channel)
def test_it_writes_events_of_dotted_channels_under_their_own_name(sample: NamedSample) -> None:
    assert read_one(DIALECT.encode(sample.event, sample.pattern)) == {
        "type": "data",
        "channel": sample.channel,
        "data": {"type": "event", "event": sample.name, "data": sample.data(MS)},
        "timestamp": NOW,
    }


def test_it_greets_with_a_client_id_of_its_own() -> None:
    client_id = DIALECT.client_id(NOW)
    assert re.fullmatch(rf"client_{NOW}_[a-z0-9]{{9}}", client_id)
    assert client_id != DIALECT.client_id(NOW)
    assert read_one(DIALECT.welcome(client_id, authenticated=True, now_ms=NOW)) == {
        "type": "connected",
        "clientId": client_id,
        "timestamp": NOW,
    }


def test_it_writes_its_answers() -> None:
    answers = [
        DIALECT.subscribed(("kline:BTCUSDT:1m",), active=1, now_ms=NOW),
        DIALECT.unsubscribed(("kline:BTCUSDT:1m",), active=0, now_ms=NOW),
    ]
    assert [read(answer) for answer in answers] == [
        {"type": "subscribed", "channel": "kline:BTCUSDT:1m", "timestamp": NOW},
        {"type": "unsubscribed", "channel": "kline:BTCUSDT:1m", "timestamp": NOW},
    ]


def test_it_refuses_what_it_cannot_read_without_a_code() -> None:
    frame = DIALECT.error(UNREADABLE.error, None, NOW)
    assert read(frame) == {"type": "error", "message": "Invalid message format", "timestamp": NOW}


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.message)
def test_it_writes_all_other_refusals_with_a_code(refusal: Refusal) -> None:
    frame = DIALECT.error(refusal.error, refusal.channel, NOW)
    named = {} if refusal.channel is None else {"channel": refusal.channel}
    assert read(frame) == {
        "type": "error",
        **named,
        "message": refusal.message,
        "code": refusal.code,
        "timestamp": NOW,
    }
    assert frame.is_sequence


def test_it_wants_a_login_in_the_handshake_and_stops_with_1000() -> None:
    assert (DIALECT.login, DIALECT.answers_each, DIALECT.has_heartbeat) == (LoginMoment.IN_HANDSHAKE, True, False)
    assert int(DIALECT.stop_code) == 1000
