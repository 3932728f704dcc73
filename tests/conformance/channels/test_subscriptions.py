"""docs/protocol/README.md, "What holds on every endpoint": subscribing and giving up, in every dialect."""

import asyncio
from typing import Any

from tests.conformance.asking.dialects import in_every_dialect
from tests.conformance.asking.speaker import speak
from tests.conformance.asking.spelling import CONTROL, DIALECTS, TRADING, Dialect
from tests.conformance.people import OWNER, STAFF
from tests.conformance.places import Place
from tests.conformance.rows import on_each_layer, on_each_server, row

SPELLINGS = [
    ("klines:BTCUSDT:1s", "kline:BTCUSDT:1s"),
    ("trades:BTCUSDT", "trade:BTCUSDT"),
    ("price:BTCUSDT", "quotes:BTCUSDT"),
]


@row("GW-10")
async def test_it_keeps_spellings_apart(place: Place) -> None:
    async def check(dialect: Dialect, first: str, second: str) -> None:
        async with speak(place, dialect) as client:
            assert await client.ask(first, second) == {first: None, second: None}
            told = {(await client.event(channel)).type for channel in (first, second)}
            assert len(told) == 1
            await client.give_up(first)
            assert (await client.event()).channel == second

    await asyncio.gather(*(check(dialect, *pair) for dialect in DIALECTS for pair in SPELLINGS))


@row("GW-11", "TR-10", "TR-11")
@in_every_dialect
async def test_it_takes_one_channel_several_and_both(place: Place, dialect: Dialect) -> None:
    one, several = "depth:BTCUSDT", ["depth:ETHUSDT", "depth:BNBUSDT"]
    async with speak(place, dialect) as client:
        for message, channels in (
            ({"channel": one}, [one]),
            ({"channels": several}, several),
            ({"channel": "depth:SOLUSDT", "channels": ["depth:XRPUSDT"]}, ["depth:SOLUSDT", "depth:XRPUSDT"]),
        ):
            for verb in ("subscribe", "unsubscribe"):
                await client.send({"type": verb, **message})
                acknowledged: list[str] = []
                while len(acknowledged) < len(channels):
                    acknowledged += dialect.read_acknowledged(await client.next_of(f"{verb}d"))
                assert acknowledged == channels


@row("GW-12", "ZQ-10", "ZQ-11")
@in_every_dialect
async def test_it_takes_an_empty_list(place: Place, dialect: Dialect) -> None:
    async with speak(place, dialect) as client:
        for verb in ("subscribe", "unsubscribe"):
            await client.send({"type": verb, "channels": []})
            if dialect is CONTROL:
                frame = await client.receive()
                assert (frame["type"], frame["data"]) == (f"{verb}d", {"channels": [], "active_subscriptions": 0})
        await client.send({"type": "ping"})
        assert (await client.receive())["type"] == "pong"


@row("GW-13")
async def test_it_acknowledges_what_changes_nothing(place: Place) -> None:
    async def check(dialect: Dialect) -> None:
        async with speak(place, dialect) as client:
            assert await client.give_up("price:BTCUSDT", "nonsense") == {"price:BTCUSDT": None, "nonsense": None}
            for _ in range(2):
                assert await client.ask("trades:BTCUSDT") == {"trades:BTCUSDT": None}
            numbers = [(await client.event("trades:BTCUSDT")).data["tradeId"] for _ in range(5)]
            assert len(set(numbers)) == 5
            assert (await client.command("session.subscriptions"))["data"] == {"channels": ["trades:BTCUSDT"]}

    await asyncio.gather(*(check(dialect) for dialect in DIALECTS))


@row("GW-14")
@on_each_layer
async def test_it_sends_nothing_of_a_channel_after_it_was_given_up(place: Place) -> None:
    async def check(dialect: Dialect) -> None:
        async with speak(place, dialect) as client:
            await client.ask("trades:BTCUSDT", "trades:ETHUSDT")
            await client.event("trades:BTCUSDT")
            await client.give_up("trades:BTCUSDT")
            assert {(await client.event()).channel for _ in range(8)} == {"trades:ETHUSDT"}

    await asyncio.gather(*(check(dialect) for dialect in DIALECTS))


@row("GW-15")
@on_each_layer
async def test_it_tells_the_last_value_straight_after_the_acknowledgement(place: Place) -> None:
    channels = ["price:XRPUSDT", "ticker:XRPUSDT", "depth:XRPUSDT", "klines:XRPUSDT:1s"]
    async with speak(place, TRADING) as first:
        await first.ask(*channels)
        for channel in channels:
            await first.event(channel)

        async def check(dialect: Dialect, gateway: int) -> None:
            async with speak(place, dialect, gateway=gateway) as second:
                for channel in channels:
                    await second.ask(channel)
                    answered = len(second.frames)
                    await second.event(channel)
                    assert len(second.frames) == answered + 1
                    await second.give_up(channel)

        gateways = range(len(place.deployment.gateways))
        await asyncio.gather(*(check(dialect, gateway) for dialect in DIALECTS for gateway in gateways))


@row("GW-20", "TR-12", "ZQ-14", "MK-04")
@on_each_server
@in_every_dialect
async def test_it_answers_a_ping(place: Place, dialect: Dialect) -> None:
    async with speak(place, dialect) as client:
        await client.send({"type": "ping", "timestamp": 1})
        frame = await client.receive()
    assert (frame["type"], set(frame)) == ("pong", {"type", "timestamp"})


@row("TR-13")
@in_every_dialect
async def test_it_takes_a_pong_without_a_word(place: Place, dialect: Dialect) -> None:
    async with speak(place, dialect) as client:
        await client.send({"type": "pong"})
        await client.send({"type": "ping"})
        assert (await client.receive())["type"] == "pong"


@row("GW-21", "GW-22")
async def test_it_answers_each_message_in_its_own_place(place: Place) -> None:
    channels = ["kline:BTCUSDT:1m", "ticker:btcusdt", "depth:BTCUSDT"]
    async with speak(place, TRADING) as client:
        await client.ask(*channels)
        answers = [frame for frame in client.frames if frame["type"] in {"subscribed", "error"}]
    assert [(answer["type"], answer["channel"]) for answer in answers] == [
        ("subscribed", channels[0]),
        ("error", channels[1]),
        ("subscribed", channels[2]),
    ]


@row("ZQ-10", "ZQ-11", "ZQ-12")
async def test_it_answers_a_whole_message_at_once(place: Place) -> None:
    async with speak(place, CONTROL, OWNER) as client:
        said = await client.ask("system.health", "grid.a.order", "grid.*", "price:BTCUSDT", "price:INVALID")
        assert [channel for channel, refusal in said.items() if refusal is None] == [
            "system.health", "grid.*", "price:BTCUSDT"
        ]  # fmt: skip
        (answer,) = (frame for frame in client.frames if frame["type"] == "subscribed")
        assert answer["data"] == {
            "channels": ["system.health", "grid.*", "price:BTCUSDT"],
            "active_subscriptions": 3,
        }
        await client.send({"type": "unsubscribe", "channels": ["grid.*", "system.nonsense"]})
        given_up = await client.next_of("unsubscribed")
        assert given_up["data"] == {"channels": ["grid.*", "system.nonsense"], "active_subscriptions": 2}
        await client.ask("grid.a.order")  # refused: then an answer that names nothing
        assert (
            client.dialect.read_acknowledged([frame for frame in client.frames if frame["type"] == "subscribed"][-1])
            == []
        )


@row("GW-16")
@in_every_dialect
async def test_it_takes_wildcards_on_every_endpoint(place: Place, dialect: Dialect) -> None:
    patterns = ["*", "grid.*", "grid.*.status", "system.*", "ops.*", "*.health"]
    async with speak(place, dialect, STAFF) as client:
        assert await client.ask(*patterns) == dict.fromkeys(patterns)
        wrong = ["price:*", "klines:*:1m", "grid.**", "gr*.a.order", "grid.a*.order", "nonsense.*", "system.*.x.y"]
        said = await client.ask(*wrong)
    assert {refusal.code if refusal else None for refusal in said.values()} == {"unknown_channel", "unknown_symbol"}


WRONG_THROTTLES = (0, -1, 60_001, 1.5, "1000", None, True, [1000], 10**20)
WRONG_BATCHES: tuple[object, ...] = (1, "true", None, [])
WRONG_OPTIONS: list[dict[str, Any]] = [
    *({"throttle_ms": wrong} for wrong in WRONG_THROTTLES),
    *({"batch": wrong} for wrong in WRONG_BATCHES),
]


@row("GW-23", "GW-24")
@in_every_dialect
async def test_it_refuses_options_that_it_cannot_read(place: Place, dialect: Dialect) -> None:
    async with speak(place, dialect) as client:
        for options in WRONG_OPTIONS:
            await client.send({"type": "subscribe", "channels": ["price:BTCUSDT"], **options})
            assert (await client.refusal()).code in {"invalid_message", None}
        assert (await client.command("session.subscriptions"))["data"] == {"channels": []}


@row("GW-23")
@in_every_dialect
async def test_it_sends_state_at_the_pace_that_was_asked_for(place: Place, dialect: Dialect) -> None:
    async with speak(place, dialect) as direct, speak(place, dialect) as throttled:
        await direct.ask("depth:BTCUSDT")
        await throttled.send({"type": "subscribe", "channels": ["depth:BTCUSDT"], "throttle_ms": 1000})
        begin, seen, all_seen = asyncio.get_running_loop().time(), 0, 0
        while seen < 3:
            await throttled.event("depth:BTCUSDT")
            seen += 1
        seconds = asyncio.get_running_loop().time() - begin
        while all_seen < 10:
            await direct.event("depth:BTCUSDT")
            all_seen += 1
    assert seconds > 1.0, "three frames at most once in a second take longer than one"


@row("GW-23")
@in_every_dialect
async def test_a_throttle_drops_nothing_of_a_sequence(place: Place, dialect: Dialect) -> None:
    async with speak(place, dialect) as client:
        await client.send({"type": "subscribe", "channels": ["trades:BTCUSDT"], "throttle_ms": 60_000})
        numbers = [(await client.event("trades:BTCUSDT")).data["tradeId"] for _ in range(8)]
    assert numbers == list(range(numbers[0], numbers[0] + 8))


@row("GW-24")
@on_each_server
@in_every_dialect
async def test_it_sends_together_what_was_asked_for_in_batches(place: Place, dialect: Dialect) -> None:
    channels = ["depth:BTCUSDT", "depth:ETHUSDT", "trades:BTCUSDT"]
    async with speak(place, dialect) as client:
        await client.send({"type": "subscribe", "channels": channels, "throttle_ms": 500, "batch": True})
        batch = await client.next(lambda frame: frame["type"] == "batch" and len(frame["data"]) > 1)
        assert set(batch) == {"type", "data", "timestamp"}
        together: set[str] = set()
        while not {"depth:BTCUSDT", "depth:ETHUSDT"} <= together:
            batch = await client.next(lambda frame: frame["type"] == "batch")
            seen = [dialect.read_event(frame) for frame in batch["data"]]
            together = {event.channel for event in seen if event is not None}
            assert len(seen) == len([event for event in seen if event is not None])
        await client.give_up(*channels)
        await client.still_answers()
