"""Frames of all dialects, as the protocol's documents give them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.watch.reading import (
    Acknowledgement,
    Heartbeat,
    LoggedIn,
    LoginRefused,
    Message,
    Other,
    Refusal,
    Unreadable,
    Update,
    Welcome,
    moment,
    read,
)

_TIME = "2024-12-06T12:00:00.000Z"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            (
                '{"type":"connected","data":{"clientId":"ws_1","authenticated":false,"timestamp":"2024-12-06T12:00:00.000Z"},'
                '"timestamp":"2024-12-06T12:00:00.000Z"}'
            ),
            Welcome("ws_1", authenticated=False, time=_TIME),
        ),
        (
            '{"type":"connected","clientId":"client_1","timestamp":1733486400000}',
            Welcome("client_1", authenticated=True, time=_TIME),
        ),
        (
            '{"type":"subscribed","channel":"price:BTCUSDT","timestamp":"…"}',
            Acknowledgement("subscribed", ("price:BTCUSDT",)),
        ),
        (
            '{"type":"subscribed","timestamp":1,"data":{"channels":["grid.*","system.log"],"active_subscriptions":2}}',
            Acknowledgement("subscribed", ("grid.*", "system.log")),
        ),
        (
            '{"type":"unsubscribed","timestamp":1,"data":{"channels":[],"active_subscriptions":0}}',
            Acknowledgement("unsubscribed", ()),
        ),
        ('{"type":"ping","timestamp":1}', Heartbeat("ping")),
        ('{"type":"pong","timestamp":"…"}', Heartbeat("pong")),
        (
            '{"type":"auth_result","timestamp":1,"success":true,"data":{"user_id":"7","expires_at":1733486400000}}',
            LoggedIn("7", _TIME),
        ),
        (
            (
                '{"type":"auth_result","timestamp":1,"success":false,'
                '"error":{"code":"authentication_failed","message":"Authentication failed"}}'
            ),
            LoginRefused("Authentication failed", "authentication_failed"),
        ),
    ],
)
def test_it_reads_what_is_no_news(text: str, message: Message) -> None:
    assert read(text) == message


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"error","channel":"price:X","data":{"message":"No","code":"unknown_symbol"},"timestamp":"…"}',
        '{"type":"error","channel":"price:X","message":"No","code":"unknown_symbol","timestamp":1}',
        '{"type":"error","timestamp":1,"data":{"code":"unknown_symbol","message":"No","channel":"price:X"}}',
    ],
)
def test_it_reads_the_refusals_of_all_dialects_alike(text: str) -> None:
    assert read(text) == Refusal("No", "unknown_symbol", "price:X")


def test_it_reads_a_refusal_that_has_nothing_but_a_message() -> None:
    assert read('{"type":"error","message":"Invalid message format","timestamp":1}') == Refusal(
        "Invalid message format"
    )


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"trade","channel":"trades:BTCUSDT","symbol":"BTCUSDT","data":{"price":1.50},"timestamp":"…"}',
        '{"type":"data","channel":"trades:BTCUSDT","data":{"type":"trade","data":{"price":1.50}},"timestamp":1}',
        '{"type":"event","channel":"trades:BTCUSDT","event":"update","timestamp":1,"data":{"price":1.50}}',
    ],
)
def test_it_reads_market_data_of_all_dialects_alike(text: str) -> None:
    assert read(text) == Update("trades:BTCUSDT", "trade", {"price": Decimal("1.50")})


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"event","channel":"grid.a.order","event":"filled","timestamp":"…","data":{"level":3}}',
        '{"type":"data","channel":"grid.a.order","data":{"type":"event","event":"filled","data":{"level":3}},"timestamp":1}',
    ],
)
def test_it_reads_dotted_events_of_all_dialects_alike(text: str) -> None:
    update = read(text)
    assert update == Update("grid.a.order", "filled", {"level": 3})
    assert isinstance(update, Update)
    assert update.is_dotted


@pytest.mark.parametrize(
    ("channel", "event", "name"),
    [
        ("quotes:BTCUSDT", "update", "price"),
        ("klines:BTCUSDT:1m", "update", "kline"),
        ("market:overview", "update", "overview"),
        ("orders:me", "order", "order"),
        ("price:BTCUSDT", "resync", "resync"),
        ("system.health", "update", "update"),
    ],
)
def test_it_finds_the_type_of_an_event_by_its_channel(channel: str, event: str, name: str) -> None:
    assert read(f'{{"type":"event","channel":"{channel}","event":"{event}","data":{{}}}}') == Update(channel, name, {})


@pytest.mark.parametrize(
    "text", ["[1]", "3", '{"type":"gone"}', '{"kind":1}', '{"type":"event","channel":"a","data":3}', "{}"]
)
def test_it_keeps_a_frame_of_an_unknown_type(text: str) -> None:
    assert isinstance(read(text), Other)


@pytest.mark.parametrize("text", ["", "hello", '{"type":', "[" * 100_000, "NaN", "9" * 5000])
def test_it_keeps_what_is_no_json(text: str) -> None:
    assert read(text) == Unreadable(text)


def test_it_tells_the_length_of_a_binary_frame() -> None:
    assert read(b"\x00\x01") == Unreadable("a binary frame of 2 bytes")


def test_it_reads_numbers_exactly_and_none_that_could_fill_the_memory() -> None:
    message = read('{"type":"price","channel":"a:b","data":{"a":0.00000100,"b":1E-7,"c":1e999999999}}')
    assert isinstance(message, Update)
    assert {name: str(value) for name, value in message.data.items()} == {
        "a": "0.00000100",
        "b": "1E-7",
        "c": "1e999999999",
    }
    assert isinstance(message.data["c"], str)


@given(st.text() | st.binary())
def test_it_reads_anything(text: str | bytes) -> None:
    assert read(text) is not None


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (_TIME, _TIME),
        (1733486400000, _TIME),
        (1733486400007, "2024-12-06T12:00:00.007Z"),
        (10**20, str(10**20)),
        (None, "None"),
    ],
)
def test_it_writes_both_kinds_of_times_alike(time: object, text: str) -> None:
    assert moment(time) == text
