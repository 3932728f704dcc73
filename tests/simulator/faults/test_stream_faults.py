"""Faults of streams, over a real socket: silent, forgotten, late, without closed candles, or with rubbish between."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import websockets

from streaming.simulator.faults.faults import Fault, FaultKind
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.market.market import Step
from streaming.simulator.server import ExchangeSettings, SimulatedExchange
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock
from tests.simulator.conftest import Connect, Get
from tests.simulator.talking import ask, frames, pass_time, received


def closing(events: list[Any]) -> dict[int, int]:
    """Return when each candle's closing frame was sent, by the candle's open time."""
    bars = [(event["k"], event["E"]) for event in events if event.get("e") == "kline"]
    return {bar["t"]: time for bar, time in bars if bar["x"]}


async def test_it_acknowledges_and_lists_a_stream_that_is_silent(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect
) -> None:
    connection = await connect("/stream?streams=btcusdt@ticker")
    await exchange.inject(Fault(kind=FaultKind.SILENCE, seconds=10, streams=("btcusdt@ticker",)))
    assert await ask(connection, method="SUBSCRIBE", params=["ethusdt@ticker"], id=1) == {"result": None, "id": 1}
    await pass_time(exchange, clock, 3, step=1)
    assert {event["stream"] for event in await received(connection)} == {"ethusdt@ticker"}
    listed = await ask(connection, method="LIST_SUBSCRIPTIONS", id=2)
    assert listed == {"result": ["btcusdt@ticker", "ethusdt@ticker"], "id": 2}
    await pass_time(exchange, clock, 7)
    assert {event["stream"] for event in await received(connection)} == {"btcusdt@ticker", "ethusdt@ticker"}


async def test_it_silences_every_stream_where_none_is_named(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect
) -> None:
    connection = await connect("/stream?streams=btcusdt@ticker/ethusdt@ticker")
    await exchange.inject(Fault(kind=FaultKind.SILENCE))
    await pass_time(exchange, clock, 3)
    assert await received(connection) == []


@pytest.mark.parametrize(
    ("streams", "left"), [(("btcusdt@trade", "other@trade"), ["ethusdt@trade"]), ((), [])], ids=["named", "all"]
)
async def test_it_forgets_subscriptions_without_a_word(
    exchange: SimulatedExchange, connect: Connect, streams: tuple[str, ...], left: list[str]
) -> None:
    connection = await connect("/ws/btcusdt@trade/ethusdt@trade")
    await exchange.inject(Fault(kind=FaultKind.FORGET, streams=streams))
    assert await ask(connection, method="LIST_SUBSCRIPTIONS", id=1) == {"result": left, "id": 1}
    assert exchange.subscribed_streams() == set(left)
    await ask(connection, method="SUBSCRIBE", params=["btcusdt@trade"], id=2)
    assert "btcusdt@trade" in exchange.subscribed_streams()


async def test_it_sends_closing_frames_late_and_goes_on_with_the_next_candle(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect, get: Get
) -> None:
    connection = await connect("/ws/btcusdt@kline_1m")
    await exchange.inject(Fault(kind=FaultKind.LATE_CANDLES, delay=4, streams=("btcusdt@kline_1m",)))
    await pass_time(exchange, clock, 48 + 10, step=1)
    events = await received(connection)
    [(minute, sent)] = closing(events).items()
    assert sent == minute + 60_000 + 4000
    late = next(index for index, event in enumerate(events) if event["k"]["x"])
    assert minute + 60_000 in {event["k"]["t"] for event in events[:late]}
    [row] = await get("klines", symbol="BTCUSDT", interval="1m", startTime=minute, limit=1)
    assert [events[late]["k"][letter] for letter in "tohlcvTqnVQ"] == row[:-1]


async def test_it_sends_late_frames_in_order_though_the_fault_ends(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect
) -> None:
    connection = await connect("/ws/btcusdt@kline_1s")
    await exchange.inject(Fault(kind=FaultKind.LATE_CANDLES, delay=3))
    await pass_time(exchange, clock, 2, step=1)
    exchange.end_fault(FaultKind.LATE_CANDLES)
    await pass_time(exchange, clock, 5, step=1)
    sent = closing(await received(connection))
    assert list(sent) == sorted(sent)
    assert len(sent) == 7
    delays = [time - opened - 1000 for opened, time in sent.items()]
    assert delays == [3000, 3000, 2000, 1000, 0, 0, 0], "the third waits for the second"


async def test_it_drops_closing_frames_that_rest_knows(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect, get: Get
) -> None:
    connection = await connect("/stream?streams=btcusdt@kline_1s/ethusdt@kline_1s")
    await exchange.inject(Fault(kind=FaultKind.MISSING_CANDLES, seconds=5, streams=("btcusdt@kline_1s",)))
    began = clock.now_ms()
    await pass_time(exchange, clock, 8, step=1)
    events = [event["data"] for event in await received(connection)]
    bitcoin = closing([event for event in events if event["s"] == "BTCUSDT"])
    assert list(bitcoin) == [began + 4000, began + 5000, began + 6000, began + 7000]
    assert len(closing([event for event in events if event["s"] == "ETHUSDT"])) == 8
    rows = await get("klines", symbol="BTCUSDT", interval="1s", startTime=began, limit=8)
    assert [row[0] for row in rows] == [began + 1000 * number for number in range(8)]


async def test_it_goes_on_with_the_next_candle_where_the_closing_frame_is_missing(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect
) -> None:
    connection = await connect("/ws/btcusdt@kline_1m")
    await exchange.inject(Fault(kind=FaultKind.MISSING_CANDLES))
    minute = clock.now_ms() // 60_000 * 60_000
    await pass_time(exchange, clock, 60, step=1)
    bars = [event["k"] for event in await received(connection)]
    assert {bar["t"] for bar in bars} == {minute, minute + 60_000}
    assert not any(bar["x"] for bar in bars)


@pytest.fixture
async def slow_exchange(clock: ManualClock) -> AsyncIterator[SimulatedExchange]:
    """An exchange whose candles close up to two seconds late."""
    settings = ExchangeSettings(tick_interval=None, instruments=INSTRUMENTS[:1], final_candle_delay=(0.0, 2.0))
    exchange = SimulatedExchange(seed=3, clock=clock, settings=settings)
    await exchange.start()
    yield exchange
    await exchange.stop()


@rule("1.4.14", "3.10")
async def test_it_closes_candles_up_to_two_seconds_late_where_it_is_so_slow(
    slow_exchange: SimulatedExchange, clock: ManualClock
) -> None:
    async with websockets.connect(slow_exchange.stream_url + "/ws/btcusdt@kline_1s", proxy=None) as connection:
        await pass_time(slow_exchange, clock, 40)
        sent = closing(await received(connection))
    delays = [time - opened - 1000 for opened, time in sent.items()]
    assert list(sent) == sorted(sent)
    assert all(0 <= delay <= 2000 for delay in delays)
    assert len(set(delays)) > 5


async def test_it_sends_rubbish_between_all_true_events(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect
) -> None:
    connection = await connect("/stream?streams=btcusdt@trade/ethusdt@trade/btcusdt@depth5@100ms")
    made: dict[str, list[int]] = {"BTCUSDT": [], "ETHUSDT": []}

    def note(step: Step) -> None:
        for symbol, ids in made.items():
            ids.extend(trade.trade_id for trade in step.symbols[symbol].trades)

    exchange.observe(note)
    await exchange.inject(Fault(kind=FaultKind.MALFORMED, seconds=50, streams=("btcusdt@trade",)))
    await pass_time(exchange, clock, 30)
    came = await frames(connection)
    trades: dict[str, list[int]] = {"BTCUSDT": [], "ETHUSDT": []}
    rubbish = 0
    for frame in came:
        event = _readable(frame)
        match event:
            case {"stream": str(), "data": {"e": "trade", "t": int(number), "s": str(symbol), "p": price}} if (
                isinstance(price, str) and len(price) > 8 and number not in trades[symbol]
            ):
                trades[symbol].append(number)
            case {"stream": "btcusdt@depth5@100ms", "data": {"lastUpdateId": int()}}:
                pass
            case _:
                rubbish += 1
    assert trades == made
    assert rubbish > 10
    await pass_time(exchange, clock, 20)
    await received(connection)
    await pass_time(exchange, clock, 5)
    assert all(_readable(frame) is not None for frame in await frames(connection)), "it has ended"


def _readable(frame: str | bytes) -> Any:
    try:
        return json.loads(frame) if isinstance(frame, str) else None
    except (ValueError, RecursionError):
        return None
