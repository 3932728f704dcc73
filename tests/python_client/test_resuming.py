"""Channels that are resumed, over real sockets: what was missed comes once and in order, or the program is told."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.python_client.hostile_server import WELCOME, Peer, server_that
from tests.python_client.numbered_server import CHANNEL, NumberedServer
from tests.waiting import until
from tidewire_client import ClientOptions, create_websocket_system
from tidewire_client.events import NotRecovered, Trade
from tidewire_client.system import WebSocketSystem


class Program:
    """A program that hears trades, by a wildcard, by frames and by an iterator."""

    def __init__(self, system: WebSocketSystem) -> None:
        self.ids: list[int] = []
        self.frames: list[int] = []
        self.told: list[str] = []
        self.system = system
        self.stream = system.events(CHANNEL)
        system.on("trades:*", self._hear)
        system.on("resync", lambda lost: self.told.append(lost.reason))
        system.on_message("trade", lambda frame: self.frames.append(frame.get("seq", 0)))

    async def has(self, count: int) -> None:
        """Wait for so many trades."""
        await until(lambda: len(self.ids) >= count)

    def _hear(self, event: object) -> None:
        if isinstance(event, Trade):
            self.ids.append(event.trade_id)


@asynccontextmanager
async def _quiet_program(server: NumberedServer, **choices: Any) -> AsyncIterator[Program]:
    """Yield a program whose channel is acknowledged, and on which nothing was told yet."""
    options = ClientOptions(close_timeout=0.2, uniform=lambda: 1.0)
    async with server_that(server.talk) as listening:
        system = create_websocket_system(listening.url, options=options)
        program = Program(system)
        acknowledged: list[object] = []
        system.on_message("subscribed", acknowledged.append)
        system.subscribe(CHANNEL, **choices)
        async with system:
            await until(lambda: acknowledged and server.readers)
            yield program


@asynccontextmanager
async def _program(server: NumberedServer, **choices: Any) -> AsyncIterator[Program]:
    async with _quiet_program(server, **choices) as program:
        await server.tell(3)
        await program.has(3)
        yield program


@pytest.mark.parametrize("choices", [{}, {"throttle_ms": 500, "batch": True}])
async def test_what_was_missed_comes_once_and_in_order_to_everybody(choices: dict[str, Any]) -> None:
    server = NumberedServer()
    async with _program(server, **choices) as program:
        await server.cut()
        await server.tell(5)
        await program.has(8)
        await server.tell(1)
        await program.has(9)
        assert program.ids == program.frames == list(range(1, 10))
        assert [event.trade_id async for event in _first(program, 9)] == list(range(1, 10))
        assert program.told == []
        assert server.asked == [{}, {CHANNEL: {"epoch": "a", "seq": 3}}]
        assert await program.system.client.resumed(CHANNEL)


async def test_the_first_event_of_a_quiet_channel_comes_though_it_was_told_without_a_connection() -> None:
    server = NumberedServer()
    async with _quiet_program(server) as program:
        await server.cut()
        await server.tell(1)
        await program.has(1)
        await server.tell(1)
        await program.has(2)
        assert (program.ids, program.told) == ([1, 2], [])
        assert server.asked == [{}, {}, {CHANNEL: {"epoch": "a", "seq": 0}}]
        assert await program.system.client.resumed(CHANNEL)


async def test_the_first_events_of_a_quiet_channel_that_nobody_can_bring_are_told_as_lost() -> None:
    server = NumberedServer(keeps=2)
    async with _quiet_program(server) as program:
        await server.cut()
        await server.tell(3)
        await until(lambda: program.told)
        await server.tell(1)
        await program.has(1)
        assert (program.ids, program.told) == ([4], ["too_old"])


async def test_a_connection_that_dies_while_it_resumes_costs_nothing() -> None:
    server = NumberedServer()
    async with _program(server) as program:
        server.left_after = 2
        await server.cut()
        await server.tell(5)
        await program.has(8)
        assert program.ids == list(range(1, 9))
        assert [asked[CHANNEL]["seq"] for asked in server.asked[1:]] == [3, 5]


async def test_who_was_away_for_too_long_is_told_of_it_and_goes_on() -> None:
    server = NumberedServer(keeps=3)
    async with _program(server) as program:
        lost: list[NotRecovered] = []
        program.system.on(CHANNEL, lambda event: lost.append(event) if isinstance(event, NotRecovered) else None)
        await server.cut()
        await server.tell(5)
        await until(lambda: program.told)
        await server.tell(1)
        await program.has(4)
        assert (program.told, program.ids) == (["too_old"], [1, 2, 3, 9])
        [told] = lost
        assert (told.channel, told.complete, told.start <= told.end) == (CHANNEL, False, True)
        assert not await program.system.client.resumed(CHANNEL)


async def test_a_server_without_the_feature_is_read_as_before() -> None:
    server = NumberedServer(resumes=False)
    async with _program(server) as program:
        await server.cut()
        await until(lambda: len(server.asked) == 2)
        await server.tell(1)
        await program.has(4)
        assert (program.ids, program.told) == ([1, 2, 3, 4], [])


async def test_a_number_that_is_missing_on_a_live_connection_is_brought_before_what_follows_it() -> None:
    server = NumberedServer()
    async with _program(server) as program:
        server.loses = {4, 5}
        await server.tell(4)
        await program.has(7)
        await server.tell(1)
        await program.has(8)
        assert (program.ids, program.told) == (list(range(1, 9)), [])
        assert server.asked[1:] == [{CHANNEL: {"epoch": "a", "seq": 3}}]


@pytest.mark.parametrize("is_named", [True, False])
async def test_a_channel_below_two_patterns_is_recovered_by_both_or_told_as_lost_and_heard_on(is_named: bool) -> None:
    order = "grid.a.order"

    def told(seq: int) -> str:
        event = {"type": "event", "channel": order, "event": "filled", "timestamp": seq, "data": {"grid_id": "a"}}
        return json.dumps({**event, "epoch": "g", "seq": seq})

    async def talk(peer: Peer) -> None:
        patterns = ["grid.*", "grid.*.order"]
        acknowledged = [json.dumps({"type": "subscribed", "channel": pattern}) for pattern in patterns]
        await peer.say(WELCOME)
        await peer.expect("subscribe")
        await peer.say(*acknowledged, told(1), told(5))
        assert (await peer.expect("unsubscribe"))["channels"] == patterns
        assert (await peer.expect("subscribe"))["since"] == {order: {"epoch": "g", "seq": 1}}
        resumed = {"resumed": {order: {"recovered": True, "epoch": "g", "seq": 5}}} if is_named else {}
        await peer.say(json.dumps({"type": "subscribed", "channel": patterns[0], **resumed}), acknowledged[1])
        await peer.say(*(told(seq) for seq in range(2, 6)))
        await peer.answer_pings()

    async with server_that(talk) as listening:
        system = create_websocket_system(listening.url, options=ClientOptions(close_timeout=0.2))
        heard: list[int] = []
        lost: list[NotRecovered] = []
        system.on_message("event", lambda frame: heard.append(frame["seq"]))
        system.on("resync", lost.append)
        system.subscribe(["grid.*", "grid.*.order"])
        async with system:
            await until(lambda: heard == [1, 2, 3, 4, 5])
    assert [(each.channel, each.reason) for each in lost] == ([] if is_named else [(order, "jumped")])


async def test_a_loss_that_nobody_can_recover_is_told_and_does_not_go_on_for_ever() -> None:
    server = NumberedServer()
    async with _program(server) as program:
        for told in range(4):
            server.loses = {server.end + 1}
            await server.tell(2)
            await program.has(5 + 2 * told if told < 3 else 10)
        assert program.told == ["jumped"], "after three attempts in a minute"
        assert program.ids == [*range(1, 10), 11]
        assert len(server.asked) == 4


async def test_who_unsubscribes_while_it_is_resumed_hears_no_more_and_begins_anew_later() -> None:
    server = NumberedServer()
    async with _program(server) as program:
        program.system.on(CHANNEL, lambda trade: trade.trade_id == 5 and program.system.unsubscribe(CHANNEL))
        await server.cut()
        await server.tell(2)
        await program.has(5)
        await until(lambda: server.readers == 0)
        await server.tell(4)
        program.system.subscribe(CHANNEL)
        await until(lambda: len(server.asked) == 3)
        await server.tell(1)
        await program.has(6)
        assert (program.ids, program.told, server.asked[2]) == ([1, 2, 3, 4, 5, 10], [], {})


async def test_state_that_is_kept_in_step_takes_what_was_missed_and_needs_no_other_snapshot() -> None:
    server = NumberedServer(keeps=4)
    loads: list[int] = []

    async def load() -> int:
        loads.append(server.end)
        return server.end

    async with _program(server) as program:
        counted = program.system.state_sync.define(
            "trades", load=load, channels=[CHANNEL], apply=lambda count, event: count + isinstance(event, Trade)
        )
        assert await counted.loaded() == 3
        await server.cut()
        await server.tell(4)
        await until(lambda: counted.value == 7)
        await server.cut()
        await server.tell(5)
        await until(lambda: counted.value == 12)
        assert (loads, program.told) == ([3, 12], ["too_old"])


async def test_another_user_is_not_told_what_the_former_missed() -> None:
    server = NumberedServer()
    async with _program(server) as program:
        await server.tell(1)
        await program.has(4)
        await program.system.client.logout()
        await until(lambda: len(server.asked) == 2)
        assert server.asked == [{}, {}]


async def _first(program: Program, count: int) -> AsyncIterator[Any]:
    for _ in range(count):
        async with asyncio.timeout(5):
            yield await anext(program.stream)
