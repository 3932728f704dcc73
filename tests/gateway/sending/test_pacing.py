"""The pace of a subscription, on a real outbox whose socket can be full."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.fan_out.frames import Frame, text_frame
from streaming.gateway.sending.gatherer import Gatherer
from streaming.gateway.sending.outbox import Outbox
from streaming.gateway.sending.pacing import Outlet, Pace, parts_of
from streaming.gateway.sending.slow_reader import OutboxLimits
from streaming.gateway.sending.transport import Transport
from tests.manual_clock import ManualClock
from tests.waiting import until

INTERVAL = 0.01
"""Real seconds between two looks of a timer; the clock itself moves only when a test moves it."""


def state(text: str, key: str = "price") -> Frame:
    return text_frame(json.dumps(text).encode(), key)


def sequence(text: str, *, ends: str | None = None) -> Frame:
    return text_frame(json.dumps(text).encode(), ends=ends)


def batch(frames: Sequence[Frame], now_ms: int) -> Frame:
    return text_frame(b"[" + b",".join(frame.payload for frame in frames) + b"]")


class PacingRig:
    """An outbox, what it has sent, and the pace of one message."""

    def __init__(self, *, throttle: float = 0.0, batches: bool = False) -> None:
        self.sent: list[object] = []
        self.reads = asyncio.Event()
        self.reads.set()
        self.clock = ManualClock()
        self.outbox = Outbox(Transport(self._take), Gatherer(0), self.clock, OutboxLimits(), lambda: None)
        self.pace = Pace(self.outbox, batch, throttle=throttle, batch=batches, gather=0.0, clock=self.clock)

    def outlet(self, *, by_key: bool = False) -> Outlet:
        return self.pace.outlet(by_key=by_key)

    async def has_sent(self, *expected: object) -> None:
        await until(lambda: len(self.sent) >= len(expected))
        assert self.sent == list(expected)

    async def sends_nothing_for_several_looks(self) -> None:
        before = list(self.sent)
        for _ in range(3):
            await asyncio.sleep(INTERVAL)
        assert self.sent == before

    async def _take(self, message: Mapping[str, Any]) -> None:
        if not self.reads.is_set():
            await self.reads.wait()
        self.sent.append(json.loads(message["text"]))


async def test_without_a_pace_everything_goes_out_as_it_comes() -> None:
    rig = PacingRig()
    outlet = rig.outlet()
    for text in "abc":
        outlet.push([state(text)])
    await rig.has_sent("a", "b", "c")
    outlet.end()


async def test_a_throttle_sends_the_first_at_once_and_then_only_the_newest() -> None:
    rig = PacingRig(throttle=INTERVAL)
    outlet = rig.outlet()
    for text in "abc":
        outlet.push([state(text)])
    await rig.has_sent("a")
    await rig.sends_nothing_for_several_looks()
    rig.clock.advance(INTERVAL)
    await rig.has_sent("a", "c")
    rig.clock.advance(INTERVAL)
    await rig.sends_nothing_for_several_looks()
    outlet.push([state("d")])
    await rig.has_sent("a", "c", "d")


async def test_a_throttle_never_holds_back_a_sequence() -> None:
    rig = PacingRig(throttle=INTERVAL)
    outlet = rig.outlet()
    outlet.push([state("open")])
    outlet.push([sequence("one"), sequence("two")])
    outlet.push([state("newer"), sequence("three")])
    await rig.has_sent("open", "one", "two", "three")
    rig.clock.advance(INTERVAL)
    await rig.has_sent("open", "one", "two", "three", "newer")


async def test_an_open_candle_never_follows_the_final_one() -> None:
    rig = PacingRig(throttle=INTERVAL)
    outlet = rig.outlet()
    outlet.push([state("open 1", "candle:1")])
    outlet.push([state("open 1, later", "candle:1")])
    outlet.push([sequence("final 1", ends="candle:1")])
    rig.clock.advance(INTERVAL)
    await rig.has_sent("open 1", "final 1")
    await rig.sends_nothing_for_several_looks()


async def test_a_late_final_candle_leaves_the_next_one_alone() -> None:
    rig = PacingRig(throttle=INTERVAL)
    outlet = rig.outlet()
    outlet.push([state("open 1", "candle:1")])
    outlet.push([state("open 2", "candle:2")])
    outlet.push([sequence("final 1", ends="candle:1")])
    rig.clock.advance(INTERVAL)
    await rig.has_sent("open 1", "final 1", "open 2")


async def test_of_a_topic_one_frame_is_held_and_of_a_pattern_one_for_each_channel() -> None:
    for by_key, expected in ((False, ["first", "b2"]), (True, ["first", "a2", "b2"])):
        rig = PacingRig(throttle=INTERVAL)
        outlet = rig.outlet(by_key=by_key)
        outlet.push([state("first", "a")])
        for text, key in (("a1", "a"), ("b1", "b"), ("a2", "a"), ("b2", "b")):
            outlet.push([state(text, key)])
        rig.clock.advance(INTERVAL)
        await rig.has_sent(*expected)


@pytest.mark.parametrize("batches", [False, True])
async def test_nothing_comes_once_it_has_ended(batches: bool) -> None:
    rig = PacingRig(throttle=INTERVAL, batches=batches)
    outlet = rig.outlet()
    outlet.push([state("a")])
    await rig.has_sent("a")
    outlet.push([state("b")])
    outlet.end()
    outlet.end()
    rig.clock.advance(INTERVAL)
    await rig.sends_nothing_for_several_looks()


async def test_what_comes_together_leaves_in_one_batch() -> None:
    rig = PacingRig(batches=True)
    one, two = rig.outlet(), rig.outlet()
    one.push([state("a1", "a")])
    two.push([state("b1", "b")])
    one.push([sequence("trade")])
    one.push([state("a2", "a")])
    await until(lambda: bool(rig.sent))
    assert rig.sent == [["trade", "a2", "b1"]]


async def test_a_single_frame_leaves_as_it_is() -> None:
    rig = PacingRig(batches=True)
    outlet = rig.outlet()
    outlet.push([state("a")])
    await rig.has_sent("a")


async def test_a_throttled_batch_brings_the_newest_of_each_channel_together() -> None:
    rig = PacingRig(throttle=INTERVAL, batches=True)
    one, two = rig.outlet(), rig.outlet()
    one.push([state("a1", "a")])
    two.push([state("b1", "b")])
    await rig.has_sent(["a1", "b1"])
    for text in ("2", "3"):
        one.push([state("a" + text, "a")])
        two.push([state("b" + text, "b")])
    await rig.sends_nothing_for_several_looks()
    rig.clock.advance(INTERVAL)
    await rig.has_sent(["a1", "b1"], ["a3", "b3"])


async def test_a_throttled_batch_does_not_hold_back_a_sequence() -> None:
    rig = PacingRig(throttle=INTERVAL, batches=True)
    one, two = rig.outlet(), rig.outlet()
    one.push([state("a1", "a")])
    await rig.has_sent("a1")
    one.push([state("a2", "a")])
    two.push([sequence("trade 1"), sequence("trade 2")])
    await rig.has_sent("a1", ["trade 1", "trade 2"])
    rig.clock.advance(INTERVAL)
    await rig.has_sent("a1", ["trade 1", "trade 2"], "a2")


async def test_a_slow_reader_of_batches_gets_only_the_newest_state() -> None:
    rig = PacingRig(batches=True)
    one, two = rig.outlet(), rig.outlet()
    rig.reads.clear()
    for round_ in range(5):
        one.push([state(f"a{round_}", "a")])
        two.push([state(f"b{round_}", "b")])
        await asyncio.sleep(INTERVAL)
    assert rig.outbox.conflated > 0
    rig.reads.set()
    await rig.has_sent(["a0", "b0"], "a4", "b4")


@given(st.lists(st.integers(min_value=1, max_value=50)), st.integers(min_value=1, max_value=100))
def test_parts_hold_every_frame_in_order_within_the_bound(sizes: list[int], bound: int) -> None:
    frames = [text_frame(b"x" * size) for size in sizes]
    parts = parts_of(frames, bound)
    assert [frame for part in parts for frame in part] == frames
    for part in parts:
        assert len(part) == 1 or sum(frame.payload_bytes + 1 for frame in part) <= bound
