"""A recording is played byte for byte and in order, under its own stream names, to whoever listens to them."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest
import websockets

from streaming.simulator.faults.faults import Fault, FaultKind
from streaming.simulator.replay.exchange import AS_FAST_AS_POSSIBLE, ReplayExchange
from streaming.simulator.replay.recording import Recording, load_recording
from streaming.simulator.server import ExchangeSettings
from streaming.simulator.streams.connection_life import ConnectionLimits
from tests.manual_clock import ManualClock
from tests.waiting import until

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "market-samples"
SESSIONS = sorted(FOLDER.glob("session_binance*.jsonl"))
SNAPSHOT_URL = "https://api.example/api/v3/depth?symbol=BTCUSDT&limit=1000"

Opened = Callable[..., Any]
Listen = Callable[..., Any]


def trade(number: int, symbol: str = "btcusdt") -> str:
    return f'{{"stream":"{symbol}@trade","data":{{"e":"trade", "t":{number}}}}}'


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    """Frames of two streams, one a second, with a snapshot in the middle."""
    lines: list[dict[str, Any]] = [
        {"meta": True, "url": "wss://stream.example/stream?streams=btcusdt@trade/ethusdt@trade"},
        {"ts": 100.0, "kind": "trade", "raw": trade(1)},
        {"ts": 101.0, "kind": "trade", "raw": trade(2, "ethusdt")},
        {"ts": 101.5, "kind": "restDepth", "url": SNAPSHOT_URL, "raw": '{"lastUpdateId": 5,"bids":[],"asks":[]}'},
        {"ts": 102.0, "kind": "trade", "raw": trade(3)},
    ]
    path = tmp_path / "session.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf8")
    return load_recording(path)


@pytest.fixture
async def opened(clock: ManualClock) -> AsyncIterator[Opened]:
    """Open an exchange that plays a recording as the test moves the clock."""
    async with AsyncExitStack() as stack:

        async def opened(recording: Recording, *, limits: ConnectionLimits | None = None, **options: Any) -> Any:
            settings = ExchangeSettings(tick_interval=None, limits=limits or ConnectionLimits())
            exchange = ReplayExchange(recording, clock=clock, settings=settings, **options)
            await exchange.start()
            stack.push_async_callback(exchange.stop)
            return exchange

        yield opened


@pytest.fixture
async def listen() -> AsyncIterator[Listen]:
    """Connect to a path of an exchange; closed after the test."""
    async with AsyncExitStack() as stack:

        async def listen(exchange: ReplayExchange, path: str, **options: Any) -> websockets.ClientConnection:
            address = exchange.stream_url + path
            options = {"max_queue": None, **options}
            return await stack.enter_async_context(websockets.connect(address, proxy=None, **options))

        yield listen


async def received(socket: websockets.ClientConnection, count: int) -> list[str | bytes]:
    return [await asyncio.wait_for(socket.recv(), 10) for _ in range(count)]


async def has_nothing_more(socket: websockets.ClientConnection) -> bool:
    """Ask something, and return whether the answer is the next that comes."""
    await socket.send('{"method":"LIST_SUBSCRIPTIONS","id":"mark"}')
    return bool(json.loads((await received(socket, 1))[0]).get("id") == "mark")


def recorded_frames(path: Path) -> list[str]:
    lines = [json.loads(line) for line in path.read_text(encoding="utf8").splitlines()[1:]]
    return [line["raw"] for line in lines if "url" not in line]


def recorded_snapshots(path: Path) -> dict[str, str]:
    """Return each snapshot by the query of its address."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf8").splitlines()[1:]]
    return {line["url"].partition("?")[2]: line["raw"] for line in lines if "url" in line}


needs_sessions = pytest.mark.skipif(not SESSIONS, reason="no recorded sessions beside the checkout")


@needs_sessions
@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem)
async def test_a_client_receives_a_recorded_session_byte_for_byte_and_in_order(
    opened: Opened, listen: Listen, path: Path
) -> None:
    recording = load_recording(path)
    frames = recorded_frames(path)
    exchange = await opened(recording, speed=AS_FAST_AS_POSSIBLE, wait=None)
    combined = await listen(exchange, f"/stream?streams={'/'.join(sorted(recording.streams))}")
    raw = await listen(exchange, f"/ws/{'/'.join(sorted(recording.streams))}")
    exchange.play()
    await exchange.tick()
    assert await received(combined, len(frames)) == frames
    for frame, payload in zip(frames, await received(raw, len(frames)), strict=True):
        assert isinstance(payload, str)
        assert frame.endswith(f'"data":{payload}}}')
    assert exchange.is_over
    assert await has_nothing_more(combined)


@needs_sessions
@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem)
async def test_a_client_receives_only_the_streams_that_it_subscribed_to(
    opened: Opened, listen: Listen, path: Path
) -> None:
    recording = load_recording(path)
    stream = next(iter(sorted(recording.streams)))
    exchange = await opened(recording, speed=AS_FAST_AS_POSSIBLE, wait=None)
    socket = await listen(exchange, "/stream")
    await socket.send(json.dumps({"method": "SUBSCRIBE", "params": [stream], "id": 1}))
    assert json.loads((await received(socket, 1))[0]) == {"result": None, "id": 1}
    exchange.play()
    await exchange.tick()
    expected = [frame for frame in recorded_frames(path) if json.loads(frame)["stream"] == stream]
    assert await received(socket, len(expected)) == expected
    assert await has_nothing_more(socket)


@needs_sessions
@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem)
async def test_its_snapshots_are_as_recorded_and_its_updates_follow_them_without_a_gap(
    opened: Opened, listen: Listen, path: Path
) -> None:
    exchange = await opened(load_recording(path), speed=AS_FAST_AS_POSSIBLE, wait=None)
    socket = await listen(exchange, f"/stream?streams={'/'.join(exchange.recording.streams)}")
    recorded = recorded_snapshots(path)
    last_ids: dict[str, int] = {}
    async with httpx2.AsyncClient(base_url=exchange.rest_url, trust_env=False) as http:
        for query, snapshot in recorded.items():
            answer = await http.get(f"/api/v3/depth?{query}")
            assert answer.text == snapshot
            assert int(answer.headers["X-MBX-USED-WEIGHT-1M"]) >= 50
            last_ids[query.partition("symbol=")[2].partition("&")[0]] = answer.json()["lastUpdateId"]
    exchange.play()
    await exchange.tick()
    events = [json.loads(frame)["data"] for frame in await received(socket, len(exchange.recording.frames))]
    updates = [event for event in events if event.get("e") == "depthUpdate" and event["u"] > last_ids[event["s"]]]
    assert len(updates) > 100
    for update in updates:
        assert update["U"] <= last_ids[update["s"]] + 1
        last_ids[update["s"]] = update["u"]


async def test_it_keeps_the_pace_of_the_recording_times_a_factor(
    opened: Opened, listen: Listen, recording: Recording, clock: ManualClock
) -> None:
    exchange = await opened(recording, speed=2.0, wait=None)
    socket = await listen(exchange, "/stream?streams=btcusdt@trade/ethusdt@trade")
    exchange.play()
    positions = []
    for _ in range(5):
        await exchange.tick()
        positions.append(exchange.position)
        clock.advance(0.3)
    assert positions == [1, 1, 2, 2, 3]
    assert await received(socket, 3) == [trade(1), trade(2, "ethusdt"), trade(3)]


async def test_it_begins_for_the_first_who_listens_and_again_for_the_next(
    opened: Opened, listen: Listen, recording: Recording, clock: ManualClock
) -> None:
    exchange = await opened(recording, speed=AS_FAST_AS_POSSIBLE, wait=1.0)
    clock.advance(5)
    await exchange.tick()
    assert exchange.position == 0
    for _ in range(2):
        socket = await listen(exchange, "/ws/btcusdt@trade")
        await until(exchange.subscribed_streams)
        await exchange.tick()
        assert exchange.position == 0
        clock.advance(1)
        await exchange.tick()
        assert await received(socket, 2) == ['{"e":"trade", "t":1}', '{"e":"trade", "t":3}']
        await socket.close()
        await until(lambda: not exchange.subscribed_streams())
        await exchange.tick()


async def test_it_answers_depth_as_recorded_at_that_point(
    opened: Opened, recording: Recording, clock: ManualClock
) -> None:
    exchange = await opened(recording, wait=None)
    async with httpx2.AsyncClient(base_url=exchange.rest_url, trust_env=False) as http:
        answer = await http.get("/api/v3/depth?symbol=BTCUSDT&limit=1000")
        assert answer.content == b'{"lastUpdateId": 5,"bids":[],"asks":[]}'
        refused = await http.get("/api/v3/depth?symbol=BTCUSDT&limit=5")
        assert (refused.status_code, refused.json()["code"]) == (400, -1122)


async def test_it_lists_the_symbols_of_the_recording_as_trading(opened: Opened, recording: Recording) -> None:
    exchange = await opened(recording)
    async with httpx2.AsyncClient(base_url=exchange.rest_url, trust_env=False) as http:
        rows = (await http.get("/api/v3/exchangeInfo")).json()["symbols"]
    assert [(row["symbol"], row["baseAsset"], row["quoteAsset"], row["status"]) for row in rows] == [
        ("BTCUSDT", "BTC", "USDT", "TRADING"),
        ("ETHUSDT", "ETH", "USDT", "TRADING"),
    ]


async def test_it_waits_for_a_slow_reader_and_loses_nothing(
    opened: Opened, listen: Listen, tmp_path: Path, clock: ManualClock
) -> None:
    path = tmp_path / "long.jsonl"
    frames = [f'{{"stream":"a@trade","data":"{number:06d}{"x" * 2000}"}}' for number in range(3000)]
    lines = [{"ts": 1.0, "kind": "x", "raw": frame} for frame in frames]
    path.write_text("\n".join(map(json.dumps, [{"meta": True, "url": "wss://x/ws/a@trade"}, *lines])), encoding="utf8")
    limits = ConnectionLimits(unsent_bytes=200_000)
    exchange = await opened(load_recording(path), speed=AS_FAST_AS_POSSIBLE, wait=None, limits=limits)
    socket = await listen(exchange, "/stream?streams=a@trade", max_queue=4)
    exchange.play()
    await exchange.tick()
    assert not exchange.is_over
    assert len(exchange.connections) == 1
    reading = asyncio.create_task(received(socket, len(frames)))
    while not reading.done():
        await exchange.tick()
        await asyncio.sleep(0)
    assert await reading == frames


async def test_it_tells_everybody_that_the_recorded_server_shut_down(
    opened: Opened, listen: Listen, tmp_path: Path
) -> None:
    path = tmp_path / "end.jsonl"
    shutdown = '{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":7}}'
    lines = [{"meta": True, "url": "wss://x/ws/a@trade"}, *({"ts": 1, "kind": "x", "raw": raw} for raw in (shutdown,))]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf8")
    exchange = await opened(load_recording(path), wait=None)
    combined, raw = await listen(exchange, "/stream"), await listen(exchange, "/ws")
    await until(lambda: len(exchange.connections) == 2)
    exchange.play()
    await exchange.tick()
    assert await received(combined, 1) == [shutdown]
    assert await received(raw, 1) == ['{"e":"serverShutdown","E":7}']


async def test_it_can_fail_like_a_market(
    opened: Opened, listen: Listen, recording: Recording, clock: ManualClock
) -> None:
    exchange = await opened(recording, wait=None)
    socket = await listen(exchange, "/stream?streams=btcusdt@trade/ethusdt@trade")
    await exchange.inject(Fault(kind=FaultKind.SILENCE, streams=("ethusdt@trade",)))
    exchange.play()
    clock.advance(1)
    await exchange.tick()
    exchange.end_fault(FaultKind.SILENCE)
    clock.advance(1)
    await exchange.tick()
    assert await received(socket, 2) == [trade(1), trade(3)]
    await exchange.inject(Fault(kind=FaultKind.CUT))
    with pytest.raises(websockets.ConnectionClosedError):
        await received(socket, 1)


async def test_it_plays_by_itself(recording: Recording) -> None:
    exchange = ReplayExchange(recording, speed=AS_FAST_AS_POSSIBLE, wait=0.0)
    await exchange.start()
    async with websockets.connect(f"{exchange.stream_url}/ws/btcusdt@trade", proxy=None) as socket:
        assert len(await received(socket, 2)) == 2
    await exchange.stop()
