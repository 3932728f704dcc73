import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, Self

import pytest

from streaming.fan_out.frames import Frame, text_frame
from streaming.gateway.sending.gatherer import Gatherer
from streaming.gateway.sending.outbox import Outbox, OutboxState
from streaming.gateway.sending.slow_reader import BURST_CHECK_SECONDS, BURST_FACTOR, OutboxLimits
from streaming.gateway.sending.transport import FRAMES_MESSAGE, ReadyMadeTransport, Transport, Write
from tests.manual_clock import ManualClock
from tests.skipping_loop import run_skipping
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

    @property
    def writer(self) -> Self:
        return self

    def follow(self, follower: Callable[[Write], None]) -> None:
        follower(self.write)

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
    def data(self) -> bytes:
        return b"".join(message["data"] for message in self.messages)

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.messages]


class TricklingSocket(Socket):
    """Takes one write each time that it is let, and is full again."""

    def write(self, data: bytes) -> bool:
        takes = super().write(data)
        self.takes.clear()
        return takes


class OutboxRig:
    """An outbox on a socket, with all that it needs."""

    def __init__(
        self,
        limits: OutboxLimits | None = None,
        *,
        ready_made: bool = False,
        gatherer: Gatherer | None = None,
        socket: Socket | None = None,
        clock: ManualClock | None = None,
    ) -> None:
        self.socket = socket or Socket()
        self.clock = clock or ManualClock()
        self.slow = 0
        transport = Transport(self.socket.send)
        if ready_made:
            transport = ReadyMadeTransport(self.socket.send, self.socket)
        gatherer = gatherer or Gatherer(WINDOW)
        self.outbox = Outbox(transport, gatherer, self.clock, limits or OutboxLimits(), self.on_slow)

    def on_slow(self) -> None:
        self.slow += 1

    def push(self, *frames: Frame) -> None:
        self.outbox.push(frames)

    @property
    def written(self) -> bytes:
        """All that was written, whatever went together."""
        return b"".join(message.get("data") or message["text"].encode() for message in self.socket.messages)

    async def take_one_write(self) -> None:
        self.socket.takes.set()
        await until(lambda: not self.socket.takes.is_set())

    async def reach(self, state: OutboxState) -> None:
        await until(lambda: self.outbox.state is state)


class LookedAtFrame(Frame, frozen=True, eq=False):
    """Counts how often anything of it is read."""

    looks: list[None] = []

    def __getattribute__(self, name: str) -> Any:
        looks = super().__getattribute__("looks")
        looks.append(None)
        return super().__getattribute__(name)


def sequence(text: str) -> Frame:
    return text_frame(text.encode())


def state(key: str, text: str) -> Frame:
    return text_frame(text.encode(), key)


async def test_it_sends_at_once_when_idle() -> None:
    rig = OutboxRig()
    rig.push(sequence("a"))
    assert rig.socket.texts == ["a"]


async def test_it_makes_no_task_for_a_send_that_does_not_wait() -> None:
    rig = OutboxRig()
    before = asyncio.all_tasks()
    rig.push(sequence("a"))
    assert asyncio.all_tasks() == before


async def test_it_gathers_what_follows_within_the_window_into_one_write() -> None:
    rig = OutboxRig(ready_made=True)
    for text in "abcd":
        rig.push(sequence(text))
    assert len(rig.socket.messages) == 1
    await rig.reach(OutboxState.IDLE)
    assert [message["type"] for message in rig.socket.messages] == [FRAMES_MESSAGE] * 2
    assert rig.socket.messages[1]["data"] == b"".join(sequence(text).wire for text in "bcd")


async def test_it_joins_once_what_several_clients_have_gathered() -> None:
    gatherer = Gatherer(WINDOW)
    rigs = [OutboxRig(ready_made=True, gatherer=gatherer) for _ in range(3)]
    frames = [sequence(text) for text in "abcd"]
    for frame in frames[:3]:
        for rig in rigs:
            rig.push(frame)
    rigs[2].push(frames[3])  # and nobody else
    await rigs[2].reach(OutboxState.IDLE)
    first, second, third = (rig.socket.messages[1]["data"] for rig in rigs)
    assert first == b"".join(frame.wire for frame in frames[1:3])
    assert second is first
    assert third == b"".join(frame.wire for frame in frames[1:4])


async def test_it_sends_at_once_what_comes_half_a_window_after_the_last_write() -> None:
    rig = OutboxRig()
    rig.push(sequence("a"))
    rig.clock.advance(WINDOW * 0.6)
    rig.push(sequence("b"))
    assert rig.socket.texts == ["a", "b"]
    rig.push(sequence("c"))
    assert rig.socket.texts == ["a", "b"]
    assert rig.outbox.waiting_bytes == len(sequence("c").wire)
    rig.clock.advance(WINDOW * 0.6)
    rig.push(sequence("d"))
    assert rig.socket.texts == ["a", "b"], "what waits already waits on, or frames would overtake each other"
    await rig.reach(OutboxState.IDLE)
    assert rig.socket.texts == ["a", "b", "c", "d"]


@pytest.mark.parametrize("ready_made", [False, True])
@pytest.mark.parametrize("seed", range(5))
async def test_many_are_sent_together_what_each_is_sent_alone(seed: int, ready_made: bool) -> None:
    draw, clock, hour = Random(seed), ManualClock(), 3600.0
    gatherers, limits = (Gatherer(hour), Gatherer(hour)), OutboxLimits(maximum_bytes=10**9, maximum_age=1e9)
    alone, together = (
        [OutboxRig(limits, ready_made=ready_made, gatherer=gatherer, clock=clock) for _ in range(4)]
        for gatherer in gatherers
    )
    for number in range(200):
        large = "x" * draw.choice((0, 0, 9000))
        texts = [f"{number}.{place}{large}" for place in range(draw.choice((1, 1, 1, 2, 3)))]
        frames = [state("price", text) if draw.random() < 0.3 else sequence(text) for text in texts]
        for rig in alone:
            rig.push(*frames)
        Outbox.push_to_all([rig.outbox for rig in together], frames)
        await _go_on(draw, clock, alone, together, gatherers, are_all_to_take=number == 199)
    for one, other in zip(alone, together, strict=True):
        assert one.socket.messages == other.socket.messages
        assert (one.outbox.sent, one.outbox.conflated) == (other.outbox.sent, other.outbox.conflated)
        assert one.outbox.sent >= 100
    assert gatherers[0].sent_bytes == gatherers[1].sent_bytes > 0


async def _go_on(
    draw: Random,
    clock: ManualClock,
    alone: Sequence["OutboxRig"],
    together: Sequence["OutboxRig"],
    gatherers: Sequence[Gatherer],
    *,
    are_all_to_take: bool,
) -> None:
    """Let time go by, windows end, and sockets be full or not, for both alike."""
    clock.advance(3600 * draw.choice((0, 0.3, 0.7, 2)))
    for rigs in zip(alone, together, strict=True):
        takes = are_all_to_take or draw.random() < 0.7
        for rig in rigs:
            (rig.socket.takes.set if takes else rig.socket.takes.clear)()
    if are_all_to_take or draw.random() < 0.3:
        for gatherer in gatherers:
            gatherer._end_window()
    for _ in range(10):
        await asyncio.sleep(0)


async def test_one_whose_peer_has_gone_keeps_nothing_from_the_others() -> None:
    rigs = [OutboxRig(ready_made=True) for _ in range(3)]
    rigs[1].socket.gone = True
    Outbox.push_to_all([rig.outbox for rig in rigs], [sequence("a")])
    assert [len(rig.socket.messages) for rig in rigs] == [1, 0, 1]
    assert rigs[1].outbox.state is OutboxState.CLOSED


async def test_it_keeps_the_newest_of_what_it_had_gathered_when_the_socket_is_full() -> None:
    rig = OutboxRig(ready_made=True)
    rig.push(sequence("first"))
    rig.socket.takes.clear()
    large = "x" * 30_000
    rig.push(*(state("a", f"{number}{large}") for number in range(5)))
    assert rig.outbox.state is OutboxState.BLOCKED
    assert rig.outbox.waiting_bytes == len(state("a", f"0{large}").wire)
    rig.socket.takes.set()
    await rig.reach(OutboxState.IDLE)
    written = b"".join(message["data"] for message in rig.socket.messages)
    assert [number for number in range(5) if f"{number}x".encode() in written] == [4]


async def test_it_keeps_the_newest_of_what_it_had_gathered_when_a_send_waits() -> None:
    rig = OutboxRig()
    rig.push(sequence("first"))
    rig.socket.takes.clear()
    large = "x" * 30_000
    rig.push(*(state("a", f"{number}{large}") for number in range(5)))
    assert (rig.outbox.state, rig.outbox.conflated) == (OutboxState.BLOCKED, 3)
    rig.socket.takes.set()
    await rig.reach(OutboxState.IDLE)
    assert [text[0] for text in rig.socket.texts] == ["f", "0", "4"]


async def test_it_gathers_only_where_something_waits() -> None:
    rig = OutboxRig(gatherer=Gatherer(WINDOW))
    for text in "abc":
        rig.push(sequence(text))
        assert rig.outbox.state is OutboxState.IDLE
        rig.clock.advance(WINDOW)
    assert rig.socket.texts == ["a", "b", "c"]
    rig.push(sequence("d"))
    rig.push(sequence("e"))
    assert rig.outbox.state is OutboxState.GATHERING
    await rig.reach(OutboxState.IDLE)
    assert rig.socket.texts == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize("ready_made", [False, True])
async def test_it_makes_up_for_a_full_socket_without_losing_or_turning_round(ready_made: bool) -> None:
    rig = OutboxRig(ready_made=ready_made)
    for number in range(40):
        (rig.socket.takes.clear if number % 4 == 1 else rig.socket.takes.set)()
        rig.push(sequence(f"{number:02}"))
        rig.clock.advance(WINDOW * (number % 3) / 3)
        await asyncio.sleep(0)
    await rig.reach(OutboxState.IDLE)
    assert re.findall(rb"\d\d", rig.written) == [b"%02d" % number for number in range(40)]


async def test_it_drops_nothing_while_its_reader_keeps_up() -> None:
    rig = OutboxRig()
    for number in range(5):
        rig.push(state("price", str(number)))
    await rig.reach(OutboxState.IDLE)
    assert rig.socket.texts == ["0", "1", "2", "3", "4"]


async def test_it_keeps_only_the_newest_of_a_state_topic_for_a_blocked_reader() -> None:
    rig = OutboxRig()
    rig.socket.takes.clear()
    rig.push(sequence("first"))
    assert rig.outbox.state is OutboxState.BLOCKED
    for number in range(100):
        rig.push(state("price", str(number)), sequence(f"trade {number}") if number < 2 else state("depth", "d"))
    rig.socket.takes.set()
    await until(lambda: "99" in rig.socket.texts)
    assert rig.socket.texts == ["first", "trade 0", "trade 1", "99", "d"]
    assert rig.outbox.conflated == 99 + 97


async def test_it_never_displaces_a_final_candle_by_the_next_one() -> None:
    rig = OutboxRig()
    rig.socket.takes.clear()
    rig.push(sequence("first"))
    rig.push(state("klines:BTCUSDT:1m:60", "open 60"), sequence("final 60"))
    rig.push(state("klines:BTCUSDT:1m:120", "open 120 early"))
    rig.push(state("klines:BTCUSDT:1m:120", "open 120"))
    rig.socket.takes.set()
    await until(lambda: "open 120" in rig.socket.texts)
    assert rig.socket.texts == ["first", "open 60", "final 60", "open 120"]


def test_it_gives_up_on_a_reader_that_leaves_too_many_bytes_of_a_sequence() -> None:
    async def leave_too_many() -> None:
        rig = OutboxRig(OutboxLimits(maximum_bytes=1000))
        rig.socket.takes.clear()
        rig.push(sequence("first"))
        for _ in range(4):
            rig.push(sequence("x" * 246))
        await rig.reach(OutboxState.BLOCKED)
        rig.push(sequence("y"))
        await asyncio.sleep(3 * BURST_CHECK_SECONDS)
        assert (rig.slow, rig.outbox.state) == (1, OutboxState.CLOSED)

    run_skipping(leave_too_many)


def test_it_gives_up_on_a_reader_that_takes_nothing_of_what_is_over_the_bound() -> None:
    async def take_nothing() -> None:
        rig = OutboxRig(OutboxLimits(maximum_bytes=100_000), ready_made=True)
        rig.socket.takes.clear()
        rig.push(*[sequence("x" * 10_000)] * 11)  # at once, and nothing after it
        await asyncio.sleep(3 * BURST_CHECK_SECONDS)
        assert (rig.slow, rig.outbox.state) == (1, OutboxState.CLOSED)

    run_skipping(take_nothing)


def test_it_keeps_a_reader_that_takes_a_burst_bit_by_bit() -> None:
    async def catch_up() -> None:
        rig = OutboxRig(OutboxLimits(maximum_bytes=100_000), ready_made=True, socket=TricklingSocket())
        frames = [sequence(f"{number:03}{'x' * 9_000}") for number in range(33)]
        rig.push(*frames)
        while rig.outbox.state is OutboxState.BLOCKED:
            await asyncio.sleep(BURST_CHECK_SECONDS / 2)
            rig.socket.takes.set()
        assert rig.socket.data == b"".join(frame.wire for frame in frames)
        assert (rig.slow, rig.outbox.state) == (0, OutboxState.IDLE)

    run_skipping(catch_up)


def test_it_keeps_a_reader_whose_server_has_taken_what_is_over_the_bound() -> None:
    async def wait_for_a_large_frame() -> None:
        rig = OutboxRig(OutboxLimits(maximum_bytes=1_000))
        rig.socket.takes.clear()
        rig.push(sequence("x" * 100_000), sequence("small"))
        await asyncio.sleep(5 * BURST_CHECK_SECONDS)
        rig.socket.takes.set()
        await rig.reach(OutboxState.IDLE)
        assert rig.slow == 0

    run_skipping(wait_for_a_large_frame)


def test_a_burst_that_is_read_says_nothing_about_the_next() -> None:
    async def read_twice() -> None:
        rig = OutboxRig(OutboxLimits(maximum_bytes=100_000), ready_made=True)
        for size in (10_000, 20_000):  # the second is larger, and comes a moment before the first would be looked at
            rig.socket.takes.clear()
            rig.push(*[sequence("x" * size)] * 11)
            await asyncio.sleep(BURST_CHECK_SECONDS * 1.4)
            rig.socket.takes.set()
            await rig.reach(OutboxState.IDLE)
        assert rig.slow == 0

    run_skipping(read_twice)


async def test_it_gives_up_at_once_on_a_reader_for_whom_many_times_the_bound_waits() -> None:
    rig = OutboxRig(OutboxLimits(maximum_bytes=1000))
    rig.socket.takes.clear()
    rig.push(sequence("first"))
    await rig.reach(OutboxState.BLOCKED)
    for _ in range(BURST_FACTOR):
        rig.push(sequence("x" * 1000))
    assert rig.outbox.state is OutboxState.CLOSED


async def test_it_keeps_a_reader_that_takes_a_burst_soon() -> None:
    rig = OutboxRig(OutboxLimits(maximum_bytes=1000))
    rig.socket.takes.clear()
    rig.push(sequence("first"))
    await rig.reach(OutboxState.BLOCKED)
    burst = [f"{number} {'x' * 200}" for number in range(20)]
    for text in burst:
        rig.push(sequence(text))
    rig.socket.takes.set()
    await until(lambda: rig.socket.texts == ["first", *burst])
    await asyncio.sleep(0)
    assert (rig.slow, rig.outbox.state) == (0, OutboxState.IDLE)


async def test_it_gives_up_on_a_reader_that_leaves_a_sequence_too_long() -> None:
    rig = OutboxRig(OutboxLimits(maximum_age=30))
    rig.socket.takes.clear()
    rig.push(sequence("first"))
    rig.push(sequence("second"))
    rig.clock.advance(30)
    rig.push(state("price", "1"))
    assert rig.outbox.state is OutboxState.BLOCKED
    rig.clock.advance(0.1)
    rig.push(state("price", "2"))
    await until(lambda: rig.slow)


async def test_it_gives_up_on_a_reader_that_takes_a_sequence_ever_later() -> None:
    rig = OutboxRig(OutboxLimits(maximum_age=30), ready_made=True, socket=TricklingSocket())
    came: dict[bytes, float] = {}
    while not rig.slow and rig.clock.monotonic() < 600:
        rig.clock.advance(1)
        if rig.clock.monotonic() % 9 == 0:
            await rig.take_one_write()
        frames = [sequence(f"{rig.clock.monotonic():03}{number}{'x' * 1_500}") for number in range(2)]
        came |= {frame.wire: rig.clock.monotonic() for frame in frames}
        rig.push(*frames)
        await asyncio.sleep(0)
    oldest = min(at for wire, at in came.items() if wire not in rig.socket.data)
    assert 30 < rig.clock.monotonic() - oldest <= 31


async def test_it_sends_in_order_and_once_what_a_socket_takes_bit_by_bit() -> None:
    rig = OutboxRig(ready_made=True, socket=TricklingSocket())
    frames = [sequence(f"{number:03}{'x' * 6_000}") for number in range(10)]
    rig.push(*frames[:5])
    rig.push(*frames[5:])
    for _ in range(4):
        assert rig.outbox.state is OutboxState.BLOCKED
        await rig.take_one_write()
    assert rig.socket.data == b"".join(frame.wire for frame in frames)
    assert (rig.outbox.sent, rig.outbox.state) == (10, OutboxState.IDLE)


@pytest.mark.parametrize("is_state", [False, True])
async def test_it_looks_at_no_more_frames_the_more_wait(is_state: bool) -> None:
    few, many = [await looks_of_a_slow_reader(waiting, is_state=is_state) for waiting in (100, 800)]
    assert 0 < many == few


async def looks_of_a_slow_reader(waiting: int, *, is_state: bool) -> int:
    """Return how often frames are looked at while one more comes and the socket takes what is written at a time."""
    looks: list[None] = []
    rig = OutboxRig(OutboxLimits(maximum_bytes=1_000_000), ready_made=True, socket=TricklingSocket())
    for number in range(waiting):
        key = f"state {number}" if is_state else None
        rig.push(LookedAtFrame(b"x" * 500, 4, key, looks=looks))
    await rig.reach(OutboxState.BLOCKED)
    looks.clear()
    rig.push(sequence("new"))
    await rig.take_one_write()
    await rig.reach(OutboxState.BLOCKED)
    return len(looks)


async def test_it_gives_up_on_a_reader_whose_socket_takes_nothing_for_too_long() -> None:
    rig = OutboxRig(OutboxLimits(maximum_age=0.01), ready_made=True)
    rig.socket.takes.clear()
    rig.push(state("price", "1"))
    await until(lambda: rig.slow)
    assert rig.outbox.state is OutboxState.CLOSED


async def test_it_is_patient_again_each_time_that_the_socket_took_something() -> None:
    rig = OutboxRig(OutboxLimits(maximum_age=0.05), ready_made=True)
    begun = asyncio.get_running_loop().time()
    while asyncio.get_running_loop().time() < begun + 0.1:
        rig.socket.takes.clear()
        rig.push(state("price", "1"))
        rig.socket.takes.set()
        await rig.reach(OutboxState.IDLE)
    assert rig.slow == 0


async def test_it_never_gives_up_for_how_much_comes_of_state_topics() -> None:
    rig = OutboxRig(OutboxLimits(maximum_bytes=1000, maximum_age=30))
    rig.socket.takes.clear()
    rig.push(state("price", "first"))
    for number in range(10_000):
        rig.clock.advance(1)
        rig.push(state("price", f"{number}" * 50))
    assert rig.outbox.state is OutboxState.BLOCKED
    rig.socket.takes.set()
    await until(lambda: len(rig.socket.messages) == 2)
    assert rig.socket.texts[1] == "9999" * 50


async def test_it_does_not_close_a_reader_for_a_burst_that_the_socket_takes() -> None:
    rig = OutboxRig(OutboxLimits(maximum_bytes=100_000))
    for _ in range(50):
        rig.push(sequence("x" * 10_000))
    await rig.reach(OutboxState.IDLE)
    assert len(rig.socket.messages) == 50
    assert rig.slow == 0


async def test_it_is_drained_once_the_socket_takes_frames_again() -> None:
    rig = OutboxRig()
    await rig.outbox.drain()
    rig.socket.takes.clear()
    rig.push(sequence("a"))
    drained = asyncio.create_task(rig.outbox.drain())
    await asyncio.sleep(0)
    assert not drained.done()
    rig.socket.takes.set()
    await drained


async def test_it_ends_quietly_when_the_peer_has_gone() -> None:
    rig = OutboxRig()
    rig.socket.gone = True
    rig.push(sequence("a"))
    assert rig.outbox.state is OutboxState.CLOSED
    rig.push(sequence("b"))
    assert rig.socket.messages == []


async def test_it_lets_no_fault_of_its_server_reach_whoever_pushes() -> None:
    rig = OutboxRig()
    rig.socket.fault = RuntimeError("Unexpected ASGI message 'websocket.send'")
    rig.push(sequence("a"))
    assert rig.outbox.state is OutboxState.CLOSED


@pytest.mark.parametrize("block", [False, True])
async def test_it_drops_a_connection_on_which_nothing_can_be_sent_any_more(block: bool) -> None:
    rig = OutboxRig(ready_made=True)
    if block:
        rig.socket.takes.clear()
        rig.push(sequence("a"))
    rig.socket.fault = RuntimeError("Unexpected ASGI message 'websocket.send'")
    rig.socket.takes.set()
    rig.push(sequence("b"))
    await rig.reach(OutboxState.CLOSED)
    assert rig.socket.gone


async def test_it_ends_the_windows_of_others_when_one_fails() -> None:
    gatherer = Gatherer(WINDOW)
    rigs = [OutboxRig(gatherer=gatherer) for _ in range(2)]
    for rig in rigs:
        rig.push(sequence("first"))
        rig.push(sequence("second"))
    rigs[0].socket.fault = RuntimeError("Unexpected ASGI message")
    await rigs[1].reach(OutboxState.IDLE)
    assert rigs[1].socket.texts == ["first", "second"]
    assert rigs[0].outbox.state is OutboxState.CLOSED


async def test_it_ends_quietly_when_the_peer_goes_while_it_waits() -> None:
    rig = OutboxRig()
    rig.socket.takes.clear()
    rig.push(sequence("a"))
    rig.push(sequence("b"))
    rig.socket.gone = True
    rig.socket.takes.set()
    await rig.reach(OutboxState.CLOSED)
    assert rig.socket.messages == []
    assert rig.slow == 0


@pytest.mark.parametrize("block", [False, True])
async def test_it_writes_what_waits_before_it_finishes(block: bool) -> None:
    rig = OutboxRig()
    if block:
        rig.socket.takes.clear()
    rig.push(sequence("a"))
    rig.push(sequence("b"))
    finishing = asyncio.create_task(rig.outbox.finish())
    await asyncio.sleep(0)
    rig.push(sequence("too late"))
    rig.socket.takes.set()
    await finishing
    assert rig.socket.texts == ["a", "b"]


async def test_it_forgets_everything_when_it_is_discarded() -> None:
    rig = OutboxRig()
    rig.socket.takes.clear()
    rig.push(sequence("a"))
    rig.push(sequence("b"))
    rig.outbox.discard()
    rig.outbox.discard()
    rig.socket.takes.set()
    await asyncio.sleep(0)
    assert rig.socket.messages == []


def test_it_begins_nothing_new_when_its_event_loop_ends() -> None:
    async def be_blocked() -> OutboxRig:
        rig = OutboxRig(ready_made=True)
        rig.socket.takes.clear()
        rig.push(sequence("a"), sequence("b"))
        await rig.reach(OutboxState.BLOCKED)
        return rig

    rig = asyncio.run(be_blocked())
    assert (rig.outbox.state, rig.outbox.waiting_bytes) == (OutboxState.CLOSED, 0)


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
    assert Transport(socket.send).round_trip() is None


async def test_it_tells_what_the_server_tells_of_its_pings() -> None:
    socket = Socket()
    told: list[float | None] = []
    Transport(socket.send).observe_round_trips(told.append, lambda: told.append(None))
    assert told == []
    ReadyMadeTransport(socket.send, socket).observe_round_trips(told.append, lambda: told.append(None))
    assert told == [0.012, None]
