"""docs/protocol/README.md, "Refusals": each code and sentence, in every dialect; the connection stays open."""

import json

from tests.conformance.asking.dialects import in_every_dialect
from tests.conformance.asking.speaker import speak
from tests.conformance.asking.spelling import MARKET, TRADING, Dialect, Refusal
from tests.conformance.people import NOBODY, OTHER, OWNER
from tests.conformance.places import Place
from tests.conformance.rows import on_each_server, row

CHANNELS = {
    "GW-50": {
        "price:INVALID": ("unknown_symbol", "Failed to fetch quote for INVALID"),
        "quotes:INVALID": ("unknown_symbol", "Failed to fetch quote for INVALID"),
        "trades:LUNAUSDT": ("unknown_symbol", "Failed to fetch quote for LUNAUSDT"),  # known, but not trading
        "kline:BTC/USDT:1m": ("unknown_symbol", "Failed to fetch quote for BTC/USDT"),
        "depth:BTC-USDT": ("unknown_symbol", "Failed to fetch quote for BTC-USDT"),
        "price:XYZ-USD": ("unknown_symbol", "Failed to fetch quote for XYZ-USD"),
        "signals:ÄÖÜ": ("unknown_symbol", "Failed to fetch quote for ÄÖÜ"),
    },
    "GW-22": {"ticker:btcusdt": ("unknown_symbol", "Failed to fetch quote for btcusdt")},
    "GW-51": {
        name: ("unknown_channel", f"Unknown channel: {name}")
        for name in (
            "nonsense:BTCUSDT", "klines:BTCUSDT:2m", "klines:BTCUSDT", "price:", "price:BTCUSDT:1m", "market:", "",
            "grid.a.nonsense", "system.nonsense", "grid", "blocks:ethereum", "nonsense.*",
        )
    },
}  # fmt: skip


@row(*CHANNELS, "GW-21", "TP-18", "TP-37", "TP-38", "ZQ-12", "TR-15")
@in_every_dialect
async def test_it_refuses_a_channel_for_itself_alone(place: Place, dialect: Dialect) -> None:
    expected = {
        channel: Refusal(code, message, channel)
        for refusals in CHANNELS.values()
        for channel, (code, message) in refusals.items()
    }
    async with speak(place, dialect) as client:
        said = await client.ask("price:BTCUSDT", *expected, "ticker:BTCUSDT")
        assert said == {"price:BTCUSDT": None, **expected, "ticker:BTCUSDT": None}
        await client.still_answers()


UNREADABLE = [
    "hello",
    "",
    "[]",
    "null",
    "{}",
    '"ping"',
    '{"type":5}',
    '{"type":"ping"',
    '{"type":"subscribe"}',
    '{"type":"subscribe","channels":"price:BTCUSDT"}',
    '{"type":"subscribe","channels":[1]}',
    '{"type":"subscribe","channel":["price:BTCUSDT"]}',
    '{"type":"subscribe","channels":null}',
    '{"type":"unsubscribe","channels":{"a":1}}',
    '{"type":"auth"}',
    '{"type":"auth","token":5}',
    '{"type":"command","id":"a"}',
    '{"type":"command","action":"market.symbols"}',
    '{"type":"command","id":5,"action":"market.symbols"}',
    '{"type":"command","id":"a","action":"market.symbols","params":[]}',
    b"\x00\x01",
    b'{"type":"ping"}',
    "[" * 60_000,
]


@row("GW-56", "GW-44", "CM-09", "TR-14", "ZQ-13", "MK-05")
@on_each_server
@in_every_dialect
async def test_it_refuses_what_it_cannot_read(place: Place, dialect: Dialect) -> None:
    code = None if dialect is TRADING else "invalid_message"
    async with speak(place, dialect, OWNER) as client:
        for message in UNREADABLE:
            await client.send(message)
            assert await client.refusal() == Refusal(code, "Invalid message format"), message
            assert set(client.frames[-1]) <= {"type", "message", "data", "timestamp"}
        await client.still_answers()


@row("GW-57")
@in_every_dialect
async def test_it_refuses_an_unknown_type(place: Place, dialect: Dialect) -> None:
    async with speak(place, dialect, OWNER) as client:
        for message_type in ("dance", "", "PING", "connected", "event", "ünknown"):
            await client.send({"type": message_type})
            assert await client.refusal() == Refusal("unknown_type", f"Unknown message type: {message_type}")
        await client.still_answers()


@row("GW-52")
async def test_it_asks_for_a_login_where_one_is_needed(place: Place) -> None:
    channels = ("portfolio:user123", "portfolio:me", "notifications", "alerts", "grid.a.order", "system.health", "*")
    async with speak(place, MARKET, NOBODY) as client:
        said = await client.ask(*channels)
        await client.still_answers()
    message = "Authentication required for this channel"
    assert said == {channel: Refusal("authentication_required", message, channel) for channel in channels}


@row("GW-53")
@in_every_dialect
async def test_it_refuses_what_is_someone_elses(place: Place, dialect: Dialect) -> None:
    theirs = place.people.ids[OWNER]
    channels = (f"portfolio:{theirs}", f"orders:{theirs}", f"account:{theirs}", "portfolio:user123", "grid.a.order")
    async with speak(place, dialect, OTHER) as client:
        said = await client.ask(*channels)
        await client.still_answers()
    assert said == {channel: Refusal("forbidden", "Access denied for this channel", channel) for channel in channels}


@row("GW-55", "GW-76")
@in_every_dialect
async def test_it_refuses_the_51st_subscription_for_itself_alone(place: Place, dialect: Dialect) -> None:
    intervals = ("1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d")
    channels = [f"klines:{base}USDT:{interval}" for base in ("BTC", "ETH", "BNB", "SOL") for interval in intervals]
    async with speak(place, dialect) as client:
        said = await client.ask(*channels)
        assert [channel for channel in channels if said[channel] is None] == channels[:50]
        message = "Maximum of 50 subscriptions per client"
        assert said[channels[50]] == Refusal("subscription_limit", message, channels[50])
        await client.give_up(channels[0])
        assert await client.ask(channels[51]) == {channels[51]: None}


@row("GW-58", "GW-75")
async def test_it_drops_messages_over_the_rate_and_says_so_once_a_second(place: Place, dialect: Dialect) -> None:
    async with speak(place, dialect) as client:
        for number in range(160):
            await client.connection.send(json.dumps({"type": "subscribe", "channels": [f"nonsense{number}"]}))
        refusals = [await client.refusal() for _ in range(101)]
        limited = [refusal for refusal in refusals if refusal.code == "rate_limited"]
        assert limited == [Refusal("rate_limited", "Rate limit exceeded")]
        assert {refusal.code for refusal in refusals} == {"rate_limited", "unknown_channel"}
