"""Resuming dotted names, by themselves and below patterns, each where its reader may read it."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from streaming.clock import SystemClock
from streaming.event_history.history import HistoryLimits, Place, Position
from streaming.event_history.memory_history import MemoryEventHistory
from streaming.events import LogLevel, Resync
from streaming.fan_out.dotted_feed import DottedGroup
from streaming.fan_out.frames import Frame
from streaming.fan_out.topic_feed import IndividualSubscriber
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.dialects.control import ControlDialect
from streaming.gateway.dialects.market import MarketDialect
from streaming.gateway.dialects.trading import TradingDialect
from streaming.gateway.errors import InvalidSinceError
from streaming.gateway.subscriptions.dotted_resuming import ResumedChannels
from streaming.system_log import log_publish
from tests.conformance.rows import row
from tests.gateway.subscribing import OTHER, STAFF, USER, Sent, Site, site
from tests.manual_clock import ManualClock
from tests.streaming.fan_out.dotted_events import grid_order, grid_status

A, B = "grid.a.order", "grid.b.order"
in_every_dialect = pytest.mark.parametrize("dialect", [MarketDialect, TradingDialect, ControlDialect])
MakeDialect = Callable[[ManualClock], Dialect]


@pytest.fixture
async def here() -> AsyncIterator[Site]:
    async with site(history=MemoryEventHistory(HistoryLimits(), SystemClock())) as running:
        yield running


async def told(here: Site, grid: str, *levels: int) -> None:
    """Tell that a grid has placed orders."""
    for level in levels:
        await here.hub.publish(grid_order(grid, owner={"a": "7", "b": "8"}[grid], level=level))


async def position(here: Site, channel: str) -> Position:
    """Return where a channel stands."""
    end = await here.hub.missed_events.end(f"n.{channel}")
    assert end is not None
    return end


def resumed(answer: Sent, channel: str) -> dict[str, Any]:
    """Return what an answer says by channel, as it would of a pattern."""
    said: dict[str, Any] = (
        answer["data"].get("resumed", {}) if "data" in answer else answer.get("resumed", {channel: answer})
    )
    return {name: {key: one[key] for key in ("recovered", "reason", "seq") if key in one} for name, one in said.items()}


def flat(frame: Sent) -> Sent:
    """Return a refusal's fields, wherever its dialect has them."""
    return {**frame, **frame.get("error", {}), **frame.get("data", {})}


def told_changes(frames: list[Sent]) -> list[tuple[str, int, int]]:
    """Return of each frame its channel, the order's level, and its number, 0 without one."""
    levels = [frame["data"].get("data", frame["data"])["level"] for frame in frames]
    return [(frame["channel"], level, frame.get("seq", 0)) for frame, level in zip(frames, levels, strict=True)]


@row("GW-46")
@in_every_dialect
async def test_a_name_is_resumed_like_a_topic(here: Site, dialect: MakeDialect) -> None:
    await told(here, "a", 1)
    since = await position(here, A)
    await told(here, "a", 2, 3)
    client = here.client(USER, dialect(here.clock))
    await client.subscribe(A, since={A: since})
    (answer,) = await client.took(1)
    assert resumed(answer, A) == {A: {"recovered": True, "seq": 3}}
    await told(here, "a", 4)
    assert told_changes(await client.took(3)) == [(A, 2, 2), (A, 3, 3), (A, 4, 4)]


@row("GW-49")
@in_every_dialect
async def test_channels_below_a_pattern_are_resumed_by_their_own_names(here: Site, dialect: MakeDialect) -> None:
    await told(here, "a", 1)
    await told(here, "b", 1)
    since = {A: await position(here, A), B: await position(here, B)}
    await told(here, "a", 2)
    await told(here, "b", 2)
    staff = here.client(STAFF, dialect(here.clock))
    await staff.subscribe("grid.*", since=since | {B: Position("another", 1)})
    (answer,) = await staff.took(1)
    assert resumed(answer, "grid.*") == {
        A: {"recovered": True, "seq": 2},
        B: {"recovered": False, "reason": "other_epoch", "seq": 2},
    }
    await told(here, "b", 3)
    await told(here, "a", 3)
    assert told_changes(await staff.took(3)) == [(A, 2, 2), (B, 3, 3), (A, 3, 3)]


@row("GW-49")
@in_every_dialect
async def test_what_overlaps_is_resumed_once_and_told_once(here: Site, dialect: MakeDialect) -> None:
    await told(here, "a", 1)
    since = {A: await position(here, A)}
    await told(here, "a", 2)
    client = here.client(USER, dialect(here.clock))
    await client.subscribe("grid.*", "grid.a.*", A, since=since)
    await told(here, "a", 3)
    frames = [frame for frame in await client.took(3 if dialect is ControlDialect else 5) if "seq" in frame]
    events = [frame for frame in frames if frame["type"] != "subscribed"]
    assert told_changes(events) == [(A, 2, 2), (A, 3, 3)]
    await client.subscribe("grid.*.order", since=since)
    await told(here, "a", 4)
    answer, event = await client.took(2)
    assert answer["type"] == "subscribed"
    assert told_changes([event]) == [(A, 4, 4)], "what the client hears is not told again"


@row("GW-49")
@in_every_dialect
@pytest.mark.parametrize("identity", [USER, OTHER])
async def test_of_anothers_instance_nothing_is_told_and_it_is_refused_as_one_that_does_not_exist(
    here: Site, dialect: MakeDialect, identity: Any
) -> None:
    await told(here, "a", 1, 2)
    since = {name: Position((await position(here, A)).epoch, 1) for name in (A, "grid.nowhere.order")}
    client = here.client(identity, dialect(here.clock))
    await client.subscribe("grid.*", since=since)
    refusals = [frame for frame in await client.took(1 if identity is USER else 2) if frame["type"] == "error"]
    said = {frame["channel"]: frame["code"] for frame in map(flat, refusals)}
    expected = dict.fromkeys(since, "forbidden")
    if identity is USER:
        del expected[A]
    assert said == expected
    (answer,) = await client.took(1)
    assert A not in resumed(answer, "grid.*") or identity is USER
    await here.hub.publish(grid_order("c", owner=identity.user_id, level=9))
    frames = await client.took(2 if identity is USER else 1)
    assert [level for _, level, _ in told_changes(frames)] == ([2, 9] if identity is USER else [9])


@row("GW-49")
async def test_lines_of_the_log_are_numbered_for_each_reader_by_themselves(here: Site) -> None:
    user, staff = here.client(USER), here.client(STAFF)
    for client in (user, staff):
        await client.subscribe("system.log", since={})
        await client.took(1)
    for owner in ("8", "7", "", "7"):
        await log_publish(here.hub, level=LogLevel.INFO, source="grid.a", message="m", owner=owner)
    assert [frame["seq"] for frame in await user.took(2)] == [1, 2]
    assert [frame["seq"] for frame in await staff.took(4)] == [1, 2, 3, 4]


@row("GW-47")
@pytest.mark.parametrize("name", ["grid.a.status", "grid.*"])
async def test_states_and_patterns_are_no_channels_to_be_resumed(here: Site, name: str) -> None:
    client = here.client(USER)
    with pytest.raises(InvalidSinceError):
        await client.subscribe("grid.*", since={name: Position("a", 1)})
    assert client.sent == []


async def test_states_come_as_ever_and_what_comes_while_the_history_is_read_comes_once(here: Site) -> None:
    await told(here, "a", 1)
    since = {A: await position(here, A)}
    client = here.client(USER)
    await client.subscribe("grid.*", since=since)
    await here.hub.publish(grid_status("a", owner="7"))
    await told(here, "a", 2)
    _, status, order = await client.took(3)
    assert (status["channel"], "seq" in status, order["seq"]) == ("grid.a.status", False, 2)


async def test_a_loss_that_is_told_while_the_history_is_read_makes_no_double(here: Site) -> None:
    feed, spoken, frames = await here.hub.acquire(DottedGroup("c.grid.7")), MarketDialect(here.clock), list[Frame]()

    class Inbox(IndividualSubscriber):
        def push(self, told: Any) -> None:
            frames.extend(told)

        def forget(self, key: str | None) -> None:
            raise NotImplementedError

        def end(self) -> None:
            raise NotImplementedError

    resumed_channels = ResumedChannels(here.hub, spoken, {A: None})
    await resumed_channels.read([feed])
    event, place = grid_order("a"), Place("e", 1, 1)
    resumed_channels.push(spoken.encode(Resync(time=1, start=1, end=1, complete=False), A), event, None)
    resumed_channels.push(spoken.encode_numbered(event, A, place), event, place)
    assert resumed_channels.answers() == {A: {}}
    assert resumed_channels.tell(Inbox()) == {A: place.position}
    told_frames = [json.loads(frame.payload) for frame in frames]
    assert [(frame["channel"], frame.get("seq"), frame["type"]) for frame in told_frames] == [
        (A, 1, "event"),
        (A, None, "resync"),
    ]
    resumed_channels.end()
    here.hub.release(feed.key)
