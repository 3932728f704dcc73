import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from streaming.fan_out.frames import Frame, text_frame
from streaming.gateway.sending.outbox import BURST_FACTOR, Gatherer, Outbox, OutboxLimits, OutboxState
from streaming.gateway.sending.transport import FRAMES_MESSAGE, PlainTransport, ReadyMadeTransport
from tests.manual_clock import ManualClock
from tests.waiting import until

WINDOW = 0.02


class Socket:
    """An ASGI server's end of a connection, whose socket can be full."""

    def __init__(self) -> None:
        self.messages: list[Mapping[str, Any]] = []
        self.takes = asyncio.Event()
        self.takes.set()
        self.gone = False
        self.unwritten = 0
        self.fault: Exception | None = None

    async def send(self, message: Mapping[str, Any]) -> None:
        if not self.takes.is_set():
            await self.takes.wait()
        self._take(message)

    def write(self, data: bytes) -> bool:
        if self.takes.is_set():
            self._take({"type": FRAMES_MESSAGE, "data": data})
        return self.takes.is_set()

    async def wait_writable(self) -> None:
        await self.takes.wait()

    def unwritten_bytes(self) -> int:
        return self.unwritten

    def _take(self, message: Mapping[str, Any]) -> None:
        if self.fault is not None:
            raise self.fault
        if self.gone:
            raise ConnectionResetError
        self.messages.append(message)

    def abort(self) -> None:
        self.gone = True

    def round_trip(self) -> float | None:
        return 0.012

    def observe_round_trips(self, on_measured: Callable[[float], None], on_missed: Callable[[], None]) -> None:
        on_measured(0.012)
        on_missed()

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.messages]


class Desk:
    """An outbox on a socket, with all that it needs."""

    def __init__(
        self, limits: OutboxLimits | None = None, *, ready_made: bool = False, gatherer: Gatherer | None = None
    ) -> None:
        self.socket = Socket()
        self.clock = ManualClock()
        self.slow = 0
        transport = PlainTransport(self.socket.send)
        if ready_made:
            transport = ReadyMadeTransport(self.socket.send, self.socket)
        gatherer = gatherer or Gatherer(WINDOW)
        self.outbox = Outbox(transport, gatherer, self.clock, limits or OutboxLimits(), self.on_slow)

    def on_slow(self) -> None:
        self.slow += 1

    def push(self, *frames: Frame) -> None:
        self.outbox.push(frames)

    async def reach(self, state: OutboxState) -> None:
        await until(lambda: self.outbox.state is state)


def sequence(text: str) -> Frame:
    return text_frame(text.encode())


def state(key: str, text: str) -> Frame:
    return text_frame(text.encode(), key)


async def test_it_sends_at_once_when_idle() -> None:
    desk = Desk()
    desk.push(sequence("a"))
    assert desk.socket.texts == ["a"]


async def test_it_makes_no_task_for_a_send_that_does_not_wait() -> None:
    desk = Desk()
    before = asyncio.all_tasks()
    desk.push(sequence("a"))
    assert asyncio.all_tasks() == before


async def test_it_gathers_what_follows_within_the_window_into_one_write() -> None:
    desk = Desk(ready_made=True)
    for text in "abcd":
        desk.push(sequence(text))
    assert len(desk.socket.messages) == 1
    await desk.reach(OutboxState.IDLE)
    assert [message["type"] for message in desk.socket.messages] == [FRAMES_MESSAGE] * 2
    assert desk.socket.messages[1]["data"] == b"".join(sequence(text).wire for text in "bcd")


async def test_it_joins_once_what_several_clients_have_gathered() -> None:
    gatherer = Gatherer(WINDOW)
    desks = [Desk(ready_made=True, gatherer=gatherer) for _ in range(3)]
    frames = [sequence(text) for text in "abcd"]
    for frame in frames[:3]:
        for desk in desks:
            desk.push(frame)
    desks[2].push(frames[3])  # and nobody else
    await desks[2].reach(OutboxState.IDLE)
    first, second, third = (desk.socket.messages[1]["data"] for desk in desks)
    assert first == b"".join(frame.wire for frame in frames[1:3])
    assert second is first
    assert third == b"".join(frame.wire for frame in frames[1:4])


async def test_it_sends_at_once_what_comes_half_a_window_after_the_last_write() -> None:
    desk = Desk()
    desk.push(sequence("a"))
    desk.clock.advance(WINDOW * 0.6)
    desk.push(sequence("b"))
    assert desk.socket.texts == ["a", "b"]
    desk.push(sequence("c"))
    assert desk.socket.texts == ["a", "b"]
    assert desk.outbox.waiting_bytes == len(sequence("c").wire)
    desk.clock.advance(WINDOW * 0.6)
    desk.push(sequence("d"))
    assert desk.socket.texts == ["a", "b"], "what waits already waits on, or frames would overtake each other"
    await desk.reach(OutboxState.IDLE)
    assert desk.socket.texts == ["a", "b", "c", "d"]


async def test_it_keeps_the_newest_of_what_it_had_gathered_when_the_socket_is_full() -> None:
    desk = Desk(ready_made=True)
    desk.push(sequence("first"))
    desk.socket.takes.clear()
    large = "x" * 30_000
    desk.push(*(state("a", f"{number}{large}") for number in range(5)))
    assert desk.outbox.state is OutboxState.BLOCKED
    assert desk.outbox.waiting_bytes == len(state("a", f"0{large}").wire)
    desk.socket.takes.set()
    await desk.reach(OutboxState.IDLE)
    written = b"".join(message["data"] for message in desk.socket.messages)
    assert [number for number in range(5) if f"{number}x".encode() in written] == [4]


async def test_it_gathers_only_where_something_waits() -> None:
    desk = Desk(gatherer=Gatherer(WINDOW))
    for text in "abc":
        desk.push(sequence(text))
        assert desk.outbox.state is OutboxState.IDLE
        desk.clock.advance(WINDOW)
    assert desk.socket.texts == ["a", "b", "c"]
    desk.push(sequence("d"))
    desk.push(sequence("e"))
    assert desk.outbox.state is OutboxState.GATHERING
    await desk.reach(OutboxState.IDLE)
    assert desk.socket.texts == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize("ready_made", [False, True])
async def test_it_makes_up_for_a_full_socket_without_losing_or_turning_round(ready_made: bool) -> None:
    desk = Desk(ready_made=ready_made)
    for number in range(40):
        (desk.socket.takes.clear if number % 4 == 1 else desk.socket.takes.set)()
        desk.push(sequence(f"{number:02}"))
        desk.clock.advance(WINDOW * (number % 3) / 3)
        await asyncio.sleep(0)
    await desk.reach(OutboxState.IDLE)
    written = b"".join(message.get("data") or message["text"].encode() for message in desk.socket.messages)
    assert re.findall(rb"\d\d", written) == [b"%02d" % number for number in range(40)]


async def test_it_drops_nothing_while_its_reader_keeps_up() -> None:
    desk = Desk()
    for number in range(5):
        desk.push(state("price", str(number)))
    await desk.reach(OutboxState.IDLE)
    assert desk.socket.texts == ["0", "1", "2", "3", "4"]


async def test_it_keeps_only_the_newest_of_a_state_topic_for_a_blocked_reader() -> None:
    desk = Desk()
    desk.socket.takes.clear()
    desk.push(sequence("first"))
    assert desk.outbox.state is OutboxState.BLOCKED
    for number in range(100):
        desk.push(state("price", str(number)), sequence(f"trade {number}") if number < 2 else state("depth", "d"))
    desk.socket.takes.set()
    await until(lambda: "99" in desk.socket.texts)
    assert desk.socket.texts == ["first", "trade 0", "trade 1", "99", "d"]
    assert desk.outbox.conflated == 99 + 97


async def test_it_never_displaces_a_final_candle_by_the_next_one() -> None:
    desk = Desk()
    desk.socket.takes.clear()
    desk.push(sequence("first"))
    desk.push(state("klines:BTCUSDT:1m:60", "open 60"), sequence("final 60"))
    desk.push(state("klines:BTCUSDT:1m:120", "open 120 early"))
    desk.push(state("klines:BTCUSDT:1m:120", "open 120"))
    desk.socket.takes.set()
    await until(lambda: "open 120" in desk.socket.texts)
    assert desk.socket.texts == ["first", "open 60", "final 60", "open 120"]


async def test_it_gives_up_on_a_reader_that_leaves_too_many_bytes_of_a_sequence() -> None:
    desk = Desk(OutboxLimits(maximum_bytes=1000))
    desk.socket.takes.clear()
    desk.push(sequence("first"))
    for _ in range(4):
        desk.push(sequence("x" * 246))
    await desk.reach(OutboxState.BLOCKED)
    desk.push(sequence("y"))
    await until(lambda: desk.slow)
    assert (desk.slow, desk.outbox.state) == (1, OutboxState.CLOSED)


async def test_it_gives_up_at_once_on_a_reader_for_whom_many_times_the_bound_waits() -> None:
    desk = Desk(OutboxLimits(maximum_bytes=1000))
    desk.socket.takes.clear()
    desk.push(sequence("first"))
    await desk.reach(OutboxState.BLOCKED)
    for _ in range(BURST_FACTOR):
        desk.push(sequence("x" * 1000))
    assert desk.outbox.state is OutboxState.CLOSED


async def test_it_keeps_a_reader_that_takes_a_burst_soon() -> None:
    desk = Desk(OutboxLimits(maximum_bytes=1000))
    desk.socket.takes.clear()
    desk.push(sequence("first"))
    await desk.reach(OutboxState.BLOCKED)
    burst = [f"{number} {'x' * 200}" for number in range(20)]
    for text in burst:
        desk.push(sequence(text))
    desk.socket.takes.set()
    await until(lambda: desk.socket.texts == ["first", *burst])
    await asyncio.sleep(0)
    assert (desk.slow, desk.outbox.state) == (0, OutboxState.IDLE)


async def test_it_gives_up_on_a_reader_that_leaves_a_sequence_too_long() -> None:
    desk = Desk(OutboxLimits(maximum_age=30))
    desk.socket.takes.clear()
    desk.push(sequence("first"))
    desk.push(sequence("second"))
    desk.clock.advance(30)
    desk.push(state("price", "1"))
    assert desk.outbox.state is OutboxState.BLOCKED
    desk.clock.advance(0.1)
    desk.push(state("price", "2"))
    await until(lambda: desk.slow)


async def test_it_gives_up_on_a_reader_whose_socket_takes_nothing_for_too_long() -> None:
    desk = Desk(OutboxLimits(maximum_age=0.01), ready_made=True)
    desk.socket.takes.clear()
    desk.push(state("price", "1"))
    await until(lambda: desk.slow)
    assert desk.outbox.state is OutboxState.CLOSED


async def test_it_is_patient_again_each_time_that_the_socket_took_something() -> None:
    desk = Desk(OutboxLimits(maximum_age=0.05), ready_made=True)
    begun = asyncio.get_running_loop().time()
    while asyncio.get_running_loop().time() < begun + 0.1:
        desk.socket.takes.clear()
        desk.push(state("price", "1"))
        desk.socket.takes.set()
        await desk.reach(OutboxState.IDLE)
    assert desk.slow == 0


async def test_it_never_gives_up_for_how_much_comes_of_state_topics() -> None:
    desk = Desk(OutboxLimits(maximum_bytes=1000, maximum_age=30))
    desk.socket.takes.clear()
    desk.push(state("price", "first"))
    for number in range(10_000):
        desk.clock.advance(1)
        desk.push(state("price", f"{number}" * 50))
    assert desk.outbox.state is OutboxState.BLOCKED
    desk.socket.takes.set()
    await until(lambda: len(desk.socket.messages) == 2)
    assert desk.socket.texts[1] == "9999" * 50


async def test_it_does_not_close_a_reader_for_a_burst_that_the_socket_takes() -> None:
    desk = Desk(OutboxLimits(maximum_bytes=100_000))
    for _ in range(50):
        desk.push(sequence("x" * 10_000))
    await desk.reach(OutboxState.IDLE)
    assert len(desk.socket.messages) == 50
    assert desk.slow == 0


async def test_it_is_drained_once_the_socket_takes_frames_again() -> None:
    desk = Desk()
    await desk.outbox.drain()
    desk.socket.takes.clear()
    desk.push(sequence("a"))
    drained = asyncio.create_task(desk.outbox.drain())
    await asyncio.sleep(0)
    assert not drained.done()
    desk.socket.takes.set()
    await drained


async def test_it_ends_quietly_when_the_peer_has_gone() -> None:
    desk = Desk()
    desk.socket.gone = True
    desk.push(sequence("a"))
    assert desk.outbox.state is OutboxState.CLOSED
    desk.push(sequence("b"))
    assert desk.socket.messages == []


async def test_it_lets_no_fault_of_its_server_reach_whoever_pushes() -> None:
    desk = Desk()
    desk.socket.fault = RuntimeError("Unexpected ASGI message 'websocket.send'")
    desk.push(sequence("a"))
    assert desk.outbox.state is OutboxState.CLOSED


@pytest.mark.parametrize("block", [False, True])
async def test_it_drops_a_connection_on_which_nothing_can_be_sent_any_more(block: bool) -> None:
    desk = Desk(ready_made=True)
    if block:
        desk.socket.takes.clear()
        desk.push(sequence("a"))
    desk.socket.fault = RuntimeError("Unexpected ASGI message 'websocket.send'")
    desk.socket.takes.set()
    desk.push(sequence("b"))
    await desk.reach(OutboxState.CLOSED)
    assert desk.socket.gone


async def test_it_ends_the_windows_of_others_when_one_fails() -> None:
    gatherer = Gatherer(WINDOW)
    desks = [Desk(gatherer=gatherer) for _ in range(2)]
    for desk in desks:
        desk.push(sequence("first"))
        desk.push(sequence("second"))
    desks[0].socket.fault = RuntimeError("Unexpected ASGI message")
    await desks[1].reach(OutboxState.IDLE)
    assert desks[1].socket.texts == ["first", "second"]
    assert desks[0].outbox.state is OutboxState.CLOSED


async def test_it_ends_quietly_when_the_peer_goes_while_it_waits() -> None:
    desk = Desk()
    desk.socket.takes.clear()
    desk.push(sequence("a"))
    desk.push(sequence("b"))
    desk.socket.gone = True
    desk.socket.takes.set()
    await desk.reach(OutboxState.CLOSED)
    assert desk.socket.messages == []
    assert desk.slow == 0


@pytest.mark.parametrize("block", [False, True])
async def test_it_writes_what_waits_before_it_finishes(block: bool) -> None:
    desk = Desk()
    if block:
        desk.socket.takes.clear()
    desk.push(sequence("a"))
    desk.push(sequence("b"))
    finishing = asyncio.create_task(desk.outbox.finish())
    await asyncio.sleep(0)
    desk.push(sequence("too late"))
    desk.socket.takes.set()
    await finishing
    assert desk.socket.texts == ["a", "b"]


async def test_it_forgets_everything_when_it_is_discarded() -> None:
    desk = Desk()
    desk.socket.takes.clear()
    desk.push(sequence("a"))
    desk.push(sequence("b"))
    desk.outbox.discard()
    desk.outbox.discard()
    desk.socket.takes.set()
    await asyncio.sleep(0)
    assert desk.socket.messages == []


async def test_it_ends_all_windows_with_one_timer() -> None:
    gatherer = Gatherer(WINDOW)
    called: list[int] = []

    def note(number: int) -> Callable[[], None]:
        return lambda: called.append(number)

    for number in range(3):
        gatherer.call_later(note(number), gone=0)
    await until(lambda: called)
    assert called == [0, 1, 2]


async def test_it_tells_the_servers_round_trip() -> None:
    socket = Socket()
    assert ReadyMadeTransport(socket.send, socket).round_trip() == 0.012
    assert PlainTransport(socket.send).round_trip() is None


async def test_it_tells_what_the_server_tells_of_its_pings() -> None:
    socket = Socket()
    told: list[float | None] = []
    PlainTransport(socket.send).observe_round_trips(told.append, lambda: told.append(None))
    assert told == []
    ReadyMadeTransport(socket.send, socket).observe_round_trips(told.append, lambda: told.append(None))
    assert told == [0.012, None]
