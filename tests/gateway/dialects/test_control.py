import pytest

from streaming.gateway.dialects.base import LoginMoment
from streaming.gateway.dialects.control import SUBPROTOCOL, ControlDialect
from tests.gateway.dialects.samples import MS, NOW, TIME, D, NamedSample, Sample
from tests.gateway.dialects.samples.engine import ENGINE_SAMPLES
from tests.gateway.dialects.samples.market import MARKET_SAMPLES, RESYNC
from tests.gateway.dialects.samples.market_events import price
from tests.gateway.dialects.samples.reading import read, read_one
from tests.gateway.dialects.samples.refusals import REFUSALS, UNREADABLE, Refusal
from tests.gateway.dialects.samples.system import SYSTEM_SAMPLES
from tests.gateway.dialects.samples.user import USER_SAMPLES
from tests.manual_clock import ManualClock

DIALECT = ControlDialect(ManualClock(NOW))


def test_it_writes_a_price_as_the_contract_shows_it() -> None:
    assert read_one(DIALECT.encode(price(), "price:BTCUSDT")) == {
        "type": "event",
        "channel": "price:BTCUSDT",
        "event": "update",
        "timestamp": NOW,
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
    }


def event_frame(channel: str, event: str, data: dict[str, object]) -> dict[str, object]:
    return {"type": "event", "channel": channel, "event": event, "timestamp": NOW, "data": data}


@pytest.mark.parametrize("sample", MARKET_SAMPLES, ids=lambda sample: sample.channel)
def test_it_writes_events_of_the_market_as_updates(sample: Sample) -> None:
    expected = event_frame(sample.channel, "update", sample.data(MS))
    assert read_one(DIALECT.encode(sample.event, sample.channel)) == expected


@pytest.mark.parametrize("sample", [RESYNC, *USER_SAMPLES], ids=lambda sample: sample.channel)
def test_it_writes_other_events_of_topics_by_their_type(sample: Sample) -> None:
    expected = event_frame(sample.channel, sample.type, sample.data(MS))
    assert read_one(DIALECT.encode(sample.event, sample.channel)) == expected


@pytest.mark.parametrize("sample", [*ENGINE_SAMPLES, *SYSTEM_SAMPLES], ids=lambda sample: sample.channel)
def test_it_writes_events_of_dotted_channels_under_their_own_name(sample: NamedSample) -> None:
    expected = event_frame(sample.channel, sample.name, sample.data(MS))
    assert read_one(DIALECT.encode(sample.event, sample.pattern)) == expected


def test_it_waits_for_the_client_to_speak() -> None:
    client_id = DIALECT.client_id(NOW)
    assert client_id != DIALECT.client_id(NOW)
    assert list(DIALECT.welcome(client_id, authenticated=True, now_ms=NOW)) == []


def test_it_acknowledges_a_whole_message() -> None:
    channels = ("grid.grid_abc123.*", "system.health", "system.log")
    data = {"channels": list(channels), "active_subscriptions": 3}
    frame = DIALECT.subscribed(channels, active=3, now_ms=NOW)
    assert read(frame) == {"type": "subscribed", "timestamp": NOW, "data": data}
    assert frame.is_sequence
    assert read(DIALECT.unsubscribed(("system.log",), active=2, now_ms=NOW)) == {
        "type": "unsubscribed",
        "timestamp": NOW,
        "data": {"channels": ["system.log"], "active_subscriptions": 2},
    }


def test_it_acknowledges_a_message_without_channels() -> None:
    assert read(DIALECT.subscribed((), active=0, now_ms=NOW)) == {
        "type": "subscribed",
        "timestamp": NOW,
        "data": {"channels": [], "active_subscriptions": 0},
    }


@pytest.mark.parametrize("refusal", [UNREADABLE, *REFUSALS], ids=lambda refusal: refusal.message)
def test_it_writes_refusals(refusal: Refusal) -> None:
    frame = DIALECT.error(refusal.error, refusal.channel, NOW)
    named = {} if refusal.channel is None else {"channel": refusal.channel}
    assert read(frame) == {
        "type": "error",
        "timestamp": NOW,
        "data": {"code": refusal.code, "message": refusal.message, **named},
    }
    assert frame.is_sequence


def test_it_wants_a_login_by_the_first_frame_and_has_a_heartbeat_of_its_own() -> None:
    assert SUBPROTOCOL == "zigquant-v2"
    assert (DIALECT.login, DIALECT.answers_each, DIALECT.has_heartbeat) == (LoginMoment.BY_FIRST_FRAME, False, True)
    assert int(DIALECT.stop_code) == 1012
