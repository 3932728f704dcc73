import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.commands.command import Command
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.dialects.control import ControlDialect
from streaming.gateway.dialects.market import MarketDialect
from streaming.gateway.dialects.trading import TradingDialect
from streaming.gateway.errors import GatewayError, InvalidMessageError, UnknownTypeError
from streaming.gateway.messages import (
    Authenticate,
    ClientMessage,
    Ping,
    Pong,
    Subscribe,
    SubscriptionOptions,
    Unsubscribe,
)
from tests.manual_clock import ManualClock

NOW = 1_733_486_400_000
DIALECTS: list[Dialect] = [make(ManualClock(NOW)) for make in (MarketDialect, TradingDialect, ControlDialect)]
every_dialect = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: type(dialect).__name__)


def command(params: str) -> str:
    return '{"type":"command","id":"cmd_001","action":"grid.start","params":' + params + "}"


@every_dialect
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"type":"subscribe","channels":["a","b"]}', Subscribe(("a", "b"))),
        ('{"type":"subscribe","channel":"a"}', Subscribe(("a",))),
        ('{"type":"subscribe","channel":"a","channels":["b"]}', Subscribe(("a", "b"))),
        ('{"type":"subscribe","channels":[]}', Subscribe(())),
        ('{"type":"subscribe","channels":["a"],"extra":{"x":1e999}}', Subscribe(("a",))),
        (
            '{"type":"subscribe","channels":["a"],"throttle_ms":1000,"batch":true}',
            Subscribe(("a",), SubscriptionOptions(throttle_ms=1000, batch=True)),
        ),
        (
            '{"type":"subscribe","channel":"a","throttle_ms":60000,"batch":false}',
            Subscribe(("a",), SubscriptionOptions(throttle_ms=60_000)),
        ),
        ('{"type":"unsubscribe","channels":["a"],"throttle_ms":"soon"}', Unsubscribe(("a",))),
        ('{"type":"unsubscribe","channels":["a"],"extra":{"x":1e999}}', Unsubscribe(("a",))),
        ('{"type":"unsubscribe","channel":"\\ud83d\\ude00 币安"}', Unsubscribe(("😀 币安",))),
        ('{"type":"unsubscribe","channels":[]}', Unsubscribe(())),
        ('{"type":"ping"}', Ping()),
        ('{"type":"ping","timestamp":1701806400000}', Ping()),
        ('{"type":"pong"}', Pong()),
        ('{"type":"pong","timestamp":"2024-12-06T12:00:00.000Z"}', Pong()),
        ('{"type":"auth","token":"a.b.c"}', Authenticate("a.b.c")),
        ('{"type":"auth","token":""}', Authenticate("")),
        ('{"type":"command","id":"1","action":"session.quality"}', Command("1", "session.quality", {})),
        (
            '{"type":"command","id":"c","timestamp":1703836800000,"action":"","params":{"a":[null,true,"x",{"b":1}]}}',
            Command("c", "", {"a": [None, True, "x", {"b": 1}]}),
        ),
        (
            json.dumps({"type": "command", "id": "é" * 128, "action": "a", "params": {}}),
            Command("é" * 128, "a", {}),
        ),
    ],
)
def test_it_reads_what_clients_say(dialect: Dialect, text: str, message: ClientMessage) -> None:
    assert dialect.decode(text) == message


@every_dialect
@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "{",
        "null",
        "[]",
        '"subscribe"',
        "{}",
        '{"type":null}',
        '{"type":5}',
        '{"type":["subscribe"]}',
        '{"type":"\\ud800"}',
        '{"type":"ping"} {"type":"ping"}',
        '{"type":"ping","timestamp":01}',
        '{"type":"ping","x":NaN}',
        "\ud800",
        "[" * 30_000,
        '{"type":' * 10_000,
        '{"type":"ping","x":' + "[" * 30_000,
        '{"type":"subscribe"}',
        '{"type":"subscribe","channels":null}',
        '{"type":"subscribe","channels":"price:BTCUSDT"}',
        '{"type":"subscribe","channels":[1]}',
        '{"type":"subscribe","channels":{"0":"a"}}',
        '{"type":"subscribe","channel":["a"]}',
        '{"type":"subscribe","channel":null,"channels":["a"]}',
        '{"type":"subscribe","channels":["\\ud800"]}',
        '{"type":"subscribe","channels":["\ud800"]}',
        '{"type":"unsubscribe"}',
        '{"type":"unsubscribe","channels":[null]}',
        '{"type":"auth"}',
        '{"type":"auth","token":null}',
        '{"type":"auth","token":5}',
        '{"type":"auth","token":{"access":"a.b.c"}}',
        '{"type":"auth","token":"\\udc00"}',
        '{"type":"command"}',
        '{"type":"command","id":"1"}',
        '{"type":"command","action":"a"}',
        '{"type":"command","id":"","action":"a"}',
        '{"type":"command","id":1,"action":"a"}',
        '{"type":"command","id":null,"action":"a"}',
        '{"type":"command","id":"%s","action":"a"}' % ("x" * 129),
        '{"type":"command","id":"1","action":null}',
        '{"type":"command","id":"1","action":["a"]}',
        command("null"),
        command("[]"),
        command('"x"'),
        command("5"),
    ],
)
def test_it_refuses_what_it_cannot_read(dialect: Dialect, text: str) -> None:
    with pytest.raises(InvalidMessageError, match=r"^Invalid message format$"):
        dialect.decode(text)


@every_dialect
@pytest.mark.parametrize(
    "message_type", ["", "Subscribe", "foo", "connected", "price", "event", "response", "auth_result", "error"]
)
def test_it_refuses_types_that_it_does_not_know(dialect: Dialect, message_type: str) -> None:
    with pytest.raises(UnknownTypeError, match=f"^Unknown message type: {message_type}$"):
        dialect.decode(json.dumps({"type": message_type}))


@every_dialect
@pytest.mark.parametrize(
    ("number", "read"),
    [
        ("0", 0),
        ("-17", -17),
        ("9007199254740993", 9007199254740993),
        ("18446744073709551616", 18446744073709551616),
        ("9" * 40, 10**40 - 1),
        ("0.1", Decimal("0.1")),
        ("100000.00", Decimal("100000.00")),
        ("1e5", Decimal("1E+5")),
        ("-2.5E-3", Decimal("-0.0025")),
        ("0." + "1" * 30, Decimal("0." + "1" * 30)),
        ("1e30", Decimal("1E+30")),
        ("1e-30", Decimal("1E-30")),
    ],
)
def test_it_reads_the_numbers_of_parameters_exactly(dialect: Dialect, number: str, read: int | Decimal) -> None:
    message = dialect.decode(command('{"a":' + number + ',"b":[{"c":' + number + "}]}"))
    assert isinstance(message, Command)
    for value in (message.params["a"], message.params["b"][0]["c"]):
        assert type(value) is type(read)
        assert str(value) == str(read)


@every_dialect
@pytest.mark.parametrize(
    "number",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e31",
        "1e-31",
        "1e999999999999",
        "0." + "1" * 31,
        "1." + "0" * 40,
        "1" + "0" * 40,
        "-1" + "0" * 40,
        "9" * 6000,
        "+1",
        "0x10",
        "1_000",
        ".",
    ],
)
def test_it_refuses_parameters_with_numbers_that_are_no_prices(dialect: Dialect, number: str) -> None:
    for params in ('{"a":' + number + "}", '{"a":[{"b":[' + number + "]}]}"):
        with pytest.raises(InvalidMessageError):
            dialect.decode(command(params))


@every_dialect
def test_it_refuses_parameters_that_are_nested_too_deeply(dialect: Dialect) -> None:
    def nested(depth: int) -> str:  # the object of the parameters counts too
        return command('{"a":' + "[" * depth + "]" * depth + "}")

    assert isinstance(dialect.decode(nested(31)), Command)
    for depth in (32, 500, 3000, 20_000):
        with pytest.raises(InvalidMessageError):
            dialect.decode(nested(depth))


def test_it_never_shows_a_token() -> None:
    assert "secret" not in repr(DIALECTS[0].decode('{"type":"auth","token":"secret"}'))


ANY_TEXT = st.text(st.characters(exclude_categories=()))
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)
TYPES = ["subscribe", "unsubscribe", "ping", "pong", "auth", "command"]
CLIENT_LIKE = st.fixed_dictionaries(
    {"type": st.sampled_from(TYPES) | JSON_VALUES},
    optional={
        "channels": st.lists(ANY_TEXT, max_size=4) | JSON_VALUES,
        "channel": ANY_TEXT | JSON_VALUES,
        "token": ANY_TEXT | JSON_VALUES,
        "id": st.text(max_size=130) | JSON_VALUES,
        "action": ANY_TEXT | JSON_VALUES,
        "params": st.dictionaries(ANY_TEXT, JSON_VALUES, max_size=4) | JSON_VALUES,
    },
)


def write(value: Any, *, ascii_only: bool) -> str:
    return json.dumps(value, ensure_ascii=ascii_only)


FRAMES = st.one_of(
    ANY_TEXT,
    st.builds(write, JSON_VALUES, ascii_only=st.booleans()),
    st.builds(write, CLIENT_LIKE, ascii_only=st.booleans()),
)


def numbers(value: Any) -> Iterator[int | float | Decimal]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from numbers(inner)
    elif isinstance(value, int | float | Decimal):
        yield value


@every_dialect
@given(text=FRAMES)
def test_it_reads_or_refuses_any_text_and_can_answer_it(dialect: Dialect, text: str) -> None:
    try:
        message = dialect.decode(text)
    except (InvalidMessageError, UnknownTypeError) as error:
        json.loads(dialect.error(error, None, NOW).payload)
        return
    if isinstance(message, Subscribe | Unsubscribe):
        for channel in message.channels:
            json.loads(dialect.subscribed((channel,), active=1, now_ms=NOW).payload)
            json.loads(dialect.error(GatewayError(InvalidMessageError().code, channel), channel, NOW).payload)
    if isinstance(message, Command):
        assert 0 < len(message.id) <= 128
        for number in numbers(message.params):
            assert isinstance(number, int | Decimal)
            assert abs(Decimal(number)) < 10**40


@every_dialect
@given(number=st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**20), max_value=10**20))
def test_it_changes_no_digit_of_a_parameter(dialect: Dialect, number: Decimal) -> None:
    message = dialect.decode(command(f'{{"price":{number:f}}}'))
    assert isinstance(message, Command)
    assert message.params["price"].as_tuple() == number.as_tuple()
