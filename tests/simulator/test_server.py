"""Streams over a real socket: they agree with REST and with the market, and the connection lives by the rules."""

import asyncio
import json
import socket
from decimal import Decimal
from functools import partial
from itertools import pairwise

import pytest
import websockets
from websockets.frames import Opcode

from streaming.simulator.candles.candles import INTERVALS
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.server import ExchangeSettings, SimulatedExchange
from streaming.simulator.streams.connection import ExchangeConnection
from streaming.simulator.streams.connection_life import ConnectionLimits
from tests.exchange_rules.rules import rule
from tests.manual_clock import ManualClock
from tests.simulator.conftest import Connect, Get
from tests.simulator.talking import ask, closed, pass_time, received
from tests.waiting import until


def has_received(connection: ExchangeConnection, messages: int) -> bool:
    return connection.messages_received == messages


async def test_it_sends_each_trade_that_the_market_made(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect
) -> None:
    symbol = exchange.market.symbols["BTCUSDT"]
    connection = await connect("/ws/btcusdt@trade")
    before = symbol.trades[-1].trade_id
    await pass_time(exchange, clock, 10)
    made = [trade for trade in symbol.trades if trade.trade_id > before]
    events = await received(connection)
    assert len(made) > 10
    assert [(event["t"], event["p"], event["q"], event["T"], event["m"]) for event in events] == [
        (
            trade.trade_id,
            symbol.instrument.price_text(trade.price),
            symbol.instrument.quantity_text(trade.quantity),
            trade.time,
            trade.buyer_is_maker,
        )
        for trade in made
    ]
    assert list(events[0]) == ["e", "E", "s", "t", "p", "q", "T", "m", "M"]


async def test_it_wraps_combined_streams_and_not_raw_ones(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect
) -> None:
    combined = await connect("/stream?streams=btcusdt@ticker/ethusdt@miniTicker")
    raw = await connect("/ws/btcusdt@ticker/ethusdt@miniTicker")
    await pass_time(exchange, clock, 1)
    events = await received(combined)
    assert [event["stream"] for event in events] == ["btcusdt@ticker", "ethusdt@miniTicker"]
    assert [event["data"] for event in events] == await received(raw)


async def test_it_takes_url_encoded_stream_lists(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect
) -> None:
    await connect("/stream?streams=btcusdt%40ticker%2Fethusdt%40depth10%40100ms")
    await connect("/ws/%21miniTicker%40arr")
    await connect("/stream?streams=btcusdt@kline_1d@+08:00/ethusdt@kline_1M@%2B08:00")
    assert exchange.subscribed_streams() == {
        "btcusdt@ticker", "ethusdt@depth10@100ms", "!miniTicker@arr",
        "btcusdt@kline_1d@+08:00", "ethusdt@kline_1M@+08:00",
    }  # fmt: skip


async def test_it_gives_a_book_from_snapshot_and_updates_that_is_the_snapshot_after(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect, get: Get
) -> None:
    for speed in ("", "@100ms"):
        connection = await connect(f"/ws/btcusdt@depth{speed}")
        await pass_time(exchange, clock, 3)
        snapshot = await get("depth", symbol="BTCUSDT", limit=5000)
        await pass_time(exchange, clock, 20)
        events = await received(connection)
        book = {side: dict(snapshot[side]) for side in ("bids", "asks")}
        update_id = snapshot["lastUpdateId"]
        fresh = [event for event in events if event["u"] > update_id]
        assert len(fresh) < len(events)
        assert fresh[0]["U"] <= update_id + 1 <= fresh[0]["u"]
        for event in fresh:
            assert event["U"] <= update_id + 1
            update_id = event["u"]
            for side, rows in (("bids", event["b"]), ("asks", event["a"])):
                for price, size in rows:
                    book[side][price] = size
        for earlier, later in pairwise(events):
            assert later["U"] == earlier["u"] + 1
        after = await get("depth", symbol="BTCUSDT", limit=5000)
        for side in ("bids", "asks"):
            assert {price: size for price, size in book[side].items() if Decimal(size)} == dict(after[side])
        assert update_id == after["lastUpdateId"]
        await connection.close()


async def test_it_shows_the_top_of_the_book_as_rest_does(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect, get: Get
) -> None:
    connection = await connect("/stream?streams=btcusdt@depth10@100ms/btcusdt@bookTicker/btcusdt@depth5")
    await pass_time(exchange, clock, 3)
    events = {event["stream"]: event["data"] for event in await received(connection)}
    depth = await get("depth", symbol="BTCUSDT", limit=10)
    assert events["btcusdt@depth10@100ms"] == depth
    assert events["btcusdt@depth5"].keys() == {"lastUpdateId", "bids", "asks"}
    top = events["btcusdt@bookTicker"]
    assert list(top) == ["u", "s", "b", "B", "a", "A"]
    assert [top["b"], top["B"]] == depth["bids"][0]
    assert [top["a"], top["A"]] == depth["asks"][0]


async def test_it_tells_24_hours_as_rest_does(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect, get: Get
) -> None:
    connection = await connect("/ws/btcusdt@ticker")
    await pass_time(exchange, clock, 1)
    [event] = await received(connection)
    day = await get("ticker/24hr", symbol="BTCUSDT")
    fields = {
        "p": "priceChange", "P": "priceChangePercent", "w": "weightedAvgPrice", "x": "prevClosePrice",
        "c": "lastPrice", "Q": "lastQty", "b": "bidPrice", "B": "bidQty", "a": "askPrice", "A": "askQty",
        "o": "openPrice", "h": "highPrice", "l": "lowPrice", "v": "volume", "q": "quoteVolume",
        "F": "firstId", "L": "lastId", "n": "count", "s": "symbol",
    }  # fmt: skip
    assert {name: event[letter] for letter, name in fields.items()} == {name: day[name] for name in fields.values()}
    assert (event["O"], event["C"]) == (day["openTime"], day["closeTime"])


async def test_it_sends_the_array_of_the_symbols_that_traded(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect
) -> None:
    connection = await connect("/ws/!miniTicker@arr")
    await pass_time(exchange, clock, 3)
    events = await received(connection)
    assert {row["s"] for event in events for row in event} == {"BTCUSDT", "ETHUSDT"}
    assert list(events[0][0]) == ["e", "E", "s", "c", "o", "h", "l", "v", "q"]


async def test_it_sends_each_closed_candle_once_and_it_is_what_rest_tells(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect, get: Get
) -> None:
    connection = await connect("/stream?streams=btcusdt@kline_1m/btcusdt@kline_1s")
    events = []
    for _ in range(13):
        await pass_time(exchange, clock, 10)
        events += [event["data"]["k"] for event in await received(connection)]
    for interval in ("1m", "1s"):
        closed = {bar["t"]: bar for bar in events if bar["i"] == interval and bar["x"]}
        assert len(closed) == sum(bar["i"] == interval and bar["x"] for bar in events)
        rows = await get(
            "klines", symbol="BTCUSDT", interval=interval, startTime=min(closed), endTime=max(closed), limit=1000
        )
        letters = "tohlcvTqnVQ"
        assert [[bar[letter] for letter in letters] for bar in closed.values()] == [row[:-1] for row in rows]
        assert len(rows) == (2 if interval == "1m" else 130)


async def test_it_sends_running_candles_every_two_seconds_and_of_1s_every_second(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect
) -> None:
    connection = await connect("/stream?streams=" + "/".join(f"btcusdt@kline_{name}" for name in INTERVALS))
    for _ in range(10):
        await pass_time(exchange, clock, 1)
    times: dict[str, list[int]] = {}
    for event in await received(connection):
        if not event["data"]["k"]["x"]:
            times.setdefault(event["data"]["k"]["i"], []).append(event["data"]["E"])
    assert set(times) >= set(INTERVALS) - {"1s"}
    for interval in set(times) - {"1s"}:
        assert all(time % 2000 == 0 for time in times[interval])
        assert len(times[interval]) >= 4


async def test_it_sends_each_candle_without_trades_closed(connect: Connect) -> None:
    clock = ManualClock(1_795_003_200_000)
    quiet = [each for each in INSTRUMENTS if each.symbol == "AVAXUSDT"]
    settings = ExchangeSettings(speed=0.001, tick_interval=None, instruments=tuple(quiet))
    exchange = SimulatedExchange(clock=clock, settings=settings)
    await exchange.start()
    async with websockets.connect(
        exchange.stream_url + "/stream?streams=avaxusdt@kline_1s/avaxusdt@kline_1m", proxy=None
    ) as connection:
        for _ in range(7):
            await pass_time(exchange, clock, 10)
        bars = [event["data"]["k"] for event in await received(connection)]
    empty = [bar for bar in bars if bar["n"] == 0]
    assert len(empty) > 50
    assert {(bar["x"], bar["f"], bar["L"]) for bar in empty if bar["i"] == "1s"} == {(True, -1, -1)}
    assert all(bar["o"] == bar["h"] == bar["l"] == bar["c"] and float(bar["v"]) == 0 for bar in empty)
    await exchange.stop()


async def test_it_gives_average_price_and_aggregate_trades(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect, get: Get
) -> None:
    connection = await connect("/stream?streams=btcusdt@avgPrice/btcusdt@aggTrade")
    await pass_time(exchange, clock, 2)
    events = await received(connection)
    averages = [event["data"] for event in events if event["stream"] == "btcusdt@avgPrice"]
    assert [list(average) for average in averages] == [["e", "E", "s", "i", "w", "T"]] * 2
    aggregates = [event["data"] for event in events if event["stream"] == "btcusdt@aggTrade"]
    rows = await get("aggTrades", symbol="BTCUSDT", fromId=aggregates[0]["a"])
    assert [{letter: each[letter] for letter in "apqflTmM"} for each in aggregates] == rows


async def test_it_gives_times_in_microseconds_where_the_url_asks(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect
) -> None:
    precise = await connect("/stream?streams=btcusdt@trade/btcusdt@kline_1s&timeUnit=MICROSECOND")
    usual = await connect("/stream?streams=btcusdt@trade/btcusdt@kline_1s")
    await pass_time(exchange, clock, 2)
    for fine, coarse in zip(await received(precise), await received(usual), strict=True):
        assert fine["data"]["E"] == coarse["data"]["E"] * 1000
        if fine["data"]["e"] == "kline":
            assert fine["data"]["k"]["T"] == (coarse["data"]["k"]["T"] + 1) * 1000 - 1


@rule("1.3.4", "3.10")
async def test_it_acknowledges_any_stream_and_stays_silent_on_unknown_ones(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect
) -> None:
    connection = await connect("/stream")
    unknown = [
        "BTCUSDT@trade", "btcusdt@nothing", "lunausdt@trade", "btcusdt@kline_7m", "btcusdt@depth7", "",
        "btcusdt@referencePrice", "btcusdt@blockTrade", "!ticker@arr", "btcusdt@kline_1d@+09:00",
    ]  # fmt: skip
    assert await ask(connection, method="SUBSCRIBE", params=unknown, id=1) == {"result": None, "id": 1}
    await pass_time(exchange, clock, 3)
    assert await received(connection) == []
    assert await ask(connection, method="LIST_SUBSCRIPTIONS", id=2) == {"result": unknown, "id": 2}
    assert exchange.subscribed_streams() == set(unknown)


async def test_it_sends_nothing_after_an_unsubscription(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect
) -> None:
    connection = await connect("/ws")
    assert await ask(connection, method="SUBSCRIBE", params=["btcusdt@ticker"], id=1) == {"result": None, "id": 1}
    await pass_time(exchange, clock, 1)
    assert [event["e"] for event in await received(connection)] == ["24hrTicker"]
    assert await ask(connection, method="UNSUBSCRIBE", params=["btcusdt@ticker"], id=2) == {"result": None, "id": 2}
    await pass_time(exchange, clock, 2)
    assert await received(connection) == []
    assert exchange.subscribed_streams() == set()


async def test_it_switches_the_envelope_by_property(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect
) -> None:
    connection = await connect("/ws/btcusdt@ticker")
    assert await ask(connection, method="GET_PROPERTY", params=["combined"], id=1) == {"result": False, "id": 1}
    await ask(connection, method="SET_PROPERTY", params=["combined", True], id=2)
    await pass_time(exchange, clock, 1)
    [event] = await received(connection)
    assert set(event) == {"stream", "data"}


async def test_it_forgets_the_streams_of_a_connection_that_left(exchange: SimulatedExchange, connect: Connect) -> None:
    first, second = await connect("/ws/btcusdt@trade/ethusdt@trade"), await connect("/ws/btcusdt@trade")
    assert exchange.subscribed_streams() == {"btcusdt@trade", "ethusdt@trade"}
    assert [connection.stream_names for connection in exchange.connections] == [
        ["btcusdt@trade", "ethusdt@trade"],
        ["btcusdt@trade"],
    ]
    await first.close()
    await until(lambda: exchange.subscribed_streams() == {"btcusdt@trade"})
    await second.close()
    await until(lambda: exchange.connections == ())


@rule("3.10")
@pytest.mark.parametrize("path", ["/", "/wss", "/ws2/btcusdt@trade", "/streams", "/api/v3/nothing"])
async def test_it_refuses_a_handshake_at_any_other_path(exchange: SimulatedExchange, path: str) -> None:
    with pytest.raises(websockets.InvalidStatus) as refusal:
        await websockets.connect(exchange.stream_url + path, proxy=None)
    assert refusal.value.response.status_code == 404


@pytest.mark.parametrize("path", ["/ws?timeUnit=HOURS", "/stream?streams=" + "/".join(f"s{n}" for n in range(1025))])
async def test_it_refuses_a_handshake_with_a_bad_query(exchange: SimulatedExchange, path: str) -> None:
    with pytest.raises(websockets.InvalidStatus) as refusal:
        await websockets.connect(exchange.stream_url + path, proxy=None)
    assert refusal.value.response.status_code == 400


@rule("3.10")
async def test_it_closes_on_a_sixth_message_in_a_second(connect: Connect) -> None:
    connection = await connect("/ws")
    for number in range(6):
        await connection.send(json.dumps({"method": "LIST_SUBSCRIPTIONS", "id": number}))
    await asyncio.wait_for(connection.wait_closed(), 5)
    assert (connection.close_code, connection.close_reason) == (1008, "Too many requests")


async def test_it_answers_what_is_not_json_with_an_error(connect: Connect) -> None:
    connection = await connect("/ws")
    await connection.send("hello")
    answer = json.loads(await asyncio.wait_for(connection.recv(), 5))
    assert (answer["error"]["code"], answer["id"]) == (3, None)
    assert await received(connection) == []


@pytest.mark.parametrize("message", ["hello", "{", b"\x00\xff", "[" * 100_000])
async def test_it_closes_on_what_is_not_json_where_it_is_so_strict(clock: ManualClock, message: str | bytes) -> None:
    limits = ConnectionLimits(closes_on_invalid_json=True)
    settings = ExchangeSettings(tick_interval=None, instruments=INSTRUMENTS[:1], limits=limits)
    exchange = SimulatedExchange(clock=clock, settings=settings)
    await exchange.start()
    connection = await websockets.connect(exchange.stream_url + "/ws", proxy=None)
    assert await ask(connection, method="LIST_SUBSCRIPTIONS", id=1) == {"result": [], "id": 1}
    await connection.send(message)
    assert await closed(connection) == (1008, "Invalid request")
    await exchange.stop()


async def test_it_counts_pings_and_pongs_as_messages(connect: Connect, clock: ManualClock) -> None:
    connection = await connect("/ws")
    for _ in range(2):
        await connection.ping()
        await connection.pong()
    assert await ask(connection, method="LIST_SUBSCRIPTIONS", id=1) == {"result": [], "id": 1}
    clock.advance(1)
    for _ in range(5):
        await connection.pong()
    await connection.ping()
    await asyncio.wait_for(connection.wait_closed(), 5)
    assert (connection.close_code, connection.close_reason) == (1008, "Too many requests")


@rule("1.2.4", "3.10")
async def test_it_pings_with_the_time_and_closes_who_does_not_answer(
    exchange: SimulatedExchange, clock: ManualClock
) -> None:
    host, port = exchange.stream_url.removeprefix("ws://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    await reader.readuntil(b"\r\n\r\n")
    await until(lambda: len(exchange.connections) == 1)
    for _ in range(3):
        await pass_time(exchange, clock, 20)
        head = await asyncio.wait_for(reader.readexactly(2), 5)
        assert head[0] & 0x0F == Opcode.PING
        assert int(await reader.readexactly(head[1])) == clock.now_ms()
    await pass_time(exchange, clock, 19.9)
    await pass_time(exchange, clock, 0.2)
    head = await asyncio.wait_for(reader.readexactly(2), 5)
    payload = await reader.readexactly(head[1])
    assert head[0] & 0x0F == Opcode.CLOSE
    assert (int.from_bytes(payload[:2]), payload[2:]) == (1008, b"Pong timeout")
    writer.close()
    await writer.wait_closed()


async def test_it_keeps_a_connection_that_answers_and_ends_it_after_a_day(
    exchange: SimulatedExchange, clock: ManualClock, connect: Connect
) -> None:
    connection = await connect("/ws")
    [served] = exchange.connections
    for number in range(1, 8):
        await pass_time(exchange, clock, 20)
        await until(partial(has_received, served, number))
    assert connection.close_code is None
    await pass_time(exchange, clock, 24 * 3600)
    await asyncio.wait_for(connection.wait_closed(), 5)
    assert connection.close_code == 1001


async def test_it_resets_all_connections_when_it_is_told_to_cut(exchange: SimulatedExchange, connect: Connect) -> None:
    connections = [await connect("/ws/btcusdt@trade"), await connect("/stream")]
    await exchange.cut()
    for connection in connections:
        with pytest.raises(websockets.ConnectionClosedError):
            await asyncio.wait_for(connection.recv(), 5)
        assert connection.close_code == 1006
    await until(lambda: exchange.connections == ())
    again = await connect("/ws/btcusdt@trade")
    assert await ask(again, method="LIST_SUBSCRIPTIONS", id=1) == {"result": ["btcusdt@trade"], "id": 1}


async def test_it_cuts_off_a_client_that_does_not_read(clock: ManualClock) -> None:
    settings = ExchangeSettings(
        tick_interval=None,
        instruments=INSTRUMENTS[:1],
        limits=ConnectionLimits(unsent_bytes=20_000, ping_interval=10_000.0),
    )
    exchange = SimulatedExchange(clock=clock, settings=settings)
    await exchange.start()
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", exchange.port))
    lazy = await websockets.connect(
        exchange.stream_url + "/ws/btcusdt@depth20@100ms/btcusdt@depth@100ms",
        sock=sock, proxy=None, max_queue=1,
    )  # fmt: skip
    lazy.transport.pause_reading()
    [served] = exchange.connections
    served.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    healthy = await websockets.connect(exchange.stream_url + "/ws/btcusdt@ticker", proxy=None)
    for _ in range(500):
        await pass_time(exchange, clock, 5)
        if len(exchange.connections) == 1:
            break
        await healthy.recv()
    assert [connection.stream_names for connection in exchange.connections] == [["btcusdt@ticker"]]
    lazy.transport.abort()
    await healthy.close()
    await exchange.stop()


async def test_it_remembers_what_clients_sent_and_asked(
    exchange: SimulatedExchange, connect: Connect, get: Get
) -> None:
    connection = await connect("/ws")
    await ask(connection, method="LIST_SUBSCRIPTIONS", id=1)
    await get("time")
    assert list(exchange.messages) == ['{"method": "LIST_SUBSCRIPTIONS", "id": 1}']
    assert list(exchange.requests) == ["/api/v3/time"]


async def test_it_moves_by_itself_with_the_machines_clock() -> None:
    exchange = SimulatedExchange(settings=ExchangeSettings(instruments=INSTRUMENTS[:1], speed=5.0))
    await exchange.start()
    async with websockets.connect(exchange.stream_url + "/ws/btcusdt@trade", proxy=None) as connection:
        trades = [json.loads(await asyncio.wait_for(connection.recv(), 5)) for _ in range(3)]
    assert [trade["t"] - trades[0]["t"] for trade in trades] == [0, 1, 2]
    await exchange.stop()


async def test_it_tells_open_connections_when_it_stops(exchange: SimulatedExchange, connect: Connect) -> None:
    connection = await connect("/ws")
    await exchange.stop()
    await asyncio.wait_for(connection.wait_closed(), 5)
    assert connection.close_code == 1001
