"""State that is kept in step, over a real socket: the server's side of it is written here."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
import pytest
from websockets.exceptions import ConnectionClosed

from tests.python_client.hostile_server import PONG, WELCOME, HostileServer, Peer, server_that
from tests.waiting import until
from tidewire_client import ClientOptions, ConnectionState, Entity, TidewireClient, create_websocket_system, errors
from tidewire_client.events import Event, Unknown
from tidewire_client.system import WebSocketSystem

Value = dict[str, Any]


class Ledger:
    """A server that holds one value: commands read and change it, and `told` tells the connections of it."""

    def __init__(self) -> None:
        self.value: Value = {"count": 0}
        self.loads = 0
        self.answers = asyncio.Event()
        self.answers.set()
        self.refusals: list[str] = []
        self.peers: list[Peer] = []

    async def talk(self, peer: Peer) -> None:
        """Answer commands until the client leaves."""
        self.peers.append(peer)
        await peer.say(WELCOME)
        with suppress(ConnectionClosed):
            while True:
                message = await peer.next()
                if message["type"] == "ping":
                    await peer.say(PONG)
                elif message["type"] == "command":
                    await self.answers.wait()
                    await peer.say(self._answer(message))

    async def tell(self, **fields: Any) -> None:
        """Publish an event on `ledger:me`."""
        await self.tell_as("ledger", fields)

    async def tell_as(self, kind: str, fields: dict[str, Any]) -> None:
        """Publish a frame of any kind on `ledger:me`."""
        data = {"type": kind, "channel": "ledger:me", "data": fields, "timestamp": 1}
        await self.peers[-1].say(msgspec.json.encode(data).decode())

    def _answer(self, message: dict[str, Any]) -> str:
        answer: dict[str, Any] = {"type": "response", "id": message["id"], "success": True, "data": {}}
        match message["action"]:
            case "ledger.get" if self.refusals:
                answer |= {"success": False, "error": {"code": self.refusals.pop(), "message": "not now"}}
            case "ledger.get":
                self.loads += 1
                answer["data"] = self.value
            case "ledger.set":
                self.value = {**self.value, **message["params"]}
                answer["data"] = self.value
            case _:
                answer |= {"success": False, "error": {"code": "CONFLICT", "message": "no"}}
        return msgspec.json.encode(answer).decode()


@asynccontextmanager
async def _running(ledger: Ledger) -> AsyncIterator[tuple[HostileServer, WebSocketSystem]]:
    options = ClientOptions(uniform=lambda: 1.0, close_timeout=0.2)
    async with server_that(ledger.talk) as server, create_websocket_system(server.url, options=options) as system:
        yield server, system


def _defined(system: WebSocketSystem, **choices: Any) -> Entity[Value]:
    return system.state_sync.define(
        "ledger",
        load=lambda: system.command("ledger.get"),
        channels=["ledger:me"],
        apply=_folded,
        **choices,
    )


def _folded(value: Value, event: Event) -> Value:
    assert isinstance(event, Unknown)
    return {**value, **event.data}


def _with(**fields: Any) -> Any:
    return lambda value: {**value, **fields}


async def test_it_loads_at_first_and_folds_events_in() -> None:
    ledger = Ledger()
    async with _running(ledger) as (_, system):
        entity = _defined(system)
        changes: list[Value] = []
        entity.on("change", changes.append)
        assert entity.value is None
        assert await entity.loaded() == {"count": 0}
        assert system.client.channels == ("ledger:me",)
        await ledger.tell(count=1)
        await until(lambda: entity.value == {"count": 1})
    assert changes == [{"count": 0}, {"count": 1}]
    assert system.state_sync["ledger"] is entity


async def test_it_loads_anew_after_a_reconnect() -> None:
    ledger = Ledger()
    async with _running(ledger) as (_, system):
        entity = _defined(system)
        await entity.loaded()
        ledger.value = {"count": 5}
        ledger.peers[0].connection.transport.abort()
        await until(lambda: entity.value == {"count": 5})
    assert ledger.loads == 2


async def test_it_loads_anew_where_events_were_lost_and_only_then() -> None:
    ledger = Ledger()
    async with _running(ledger) as (_, system):
        entity = _defined(system)
        await entity.loaded()
        ledger.value = {"count": 5}
        await ledger.tell_as("resync", {"from": 1, "to": 2, "complete": True})
        await ledger.tell(other=1)
        await until(lambda: entity.value == {"count": 0, "other": 1})
        await ledger.tell_as("resync", {"from": 1, "to": 2, "complete": False})
        await until(lambda: entity.value == {"count": 5})
    assert ledger.loads == 2


async def test_events_that_come_while_it_loads_are_applied_after_it() -> None:
    ledger = Ledger()
    ledger.answers.clear()
    async with _running(ledger) as (_, system):
        entity = _defined(system)
        await until(lambda: any(message["type"] == "command" for message in ledger.peers[0].messages))
        await ledger.tell(count=7)
        seen: list[Any] = []
        system.on("ledger:me", seen.append)
        await ledger.tell(other=8)
        await until(lambda: seen)
        assert entity.value is None
        ledger.answers.set()
        await until(lambda: entity.value == {"count": 7, "other": 8})


async def test_an_update_is_shown_at_once_and_confirmed_by_the_answer() -> None:
    ledger = Ledger()
    async with _running(ledger) as (_, system):
        entity = _defined(system)
        await entity.loaded()
        ledger.answers.clear()
        update = asyncio.create_task(
            entity.update(_with(count=3, draft=True), lambda: system.command("ledger.set", {"count": 3}))
        )
        await until(lambda: entity.value == {"count": 3, "draft": True})
        ledger.answers.set()
        assert await update == {"count": 3}
        assert entity.value == {"count": 3}


async def test_an_answer_of_none_keeps_the_update() -> None:
    async with _running(Ledger()) as (_, system):
        entity = _defined(system)
        await entity.loaded()

        async def send() -> None:
            await system.command("ledger.set", {"count": 9})

        assert await entity.update(_with(count=4), send) == {"count": 4}


async def test_a_refused_update_is_taken_back_and_raised() -> None:
    ledger = Ledger()
    async with _running(ledger) as (_, system):
        entity = _defined(system)
        await entity.loaded()
        changes: list[Value] = []
        entity.on("change", changes.append)
        with pytest.raises(errors.CommandRefusedError):
            await entity.update(_with(count=3), lambda: system.command("ledger.break"))
    assert changes == [{"count": 3}, {"count": 0}]
    assert ledger.loads == 1


async def test_a_time_out_takes_the_update_back_and_loads_anew() -> None:
    ledger = Ledger()
    async with _running(ledger) as (_, system):
        entity = _defined(system)
        await entity.loaded()
        ledger.answers.clear()
        with pytest.raises(errors.CommandTimeoutError):
            await entity.update(_with(count=3), lambda: system.command("ledger.set", {"count": 3}, timeout=0.05))
        assert entity.value == {"count": 0}
        ledger.answers.set()
        await until(lambda: entity.value == {"count": 3})


async def test_the_hook_decides_where_the_server_says_otherwise_meanwhile() -> None:
    ledger = Ledger()
    asked: list[tuple[Value, Value, Value]] = []

    def resolve(base: Value, local: Value, server: Value) -> Value:
        asked.append((base, local, server))
        return {"count": max(local["count"], server["count"])}

    async with _running(ledger) as (_, system):
        entity = _defined(system, resolve=resolve)
        await entity.loaded()
        ledger.answers.clear()
        update = asyncio.create_task(entity.update(_with(count=3), lambda: system.command("ledger.set", {"count": 3})))
        await until(lambda: entity.value == {"count": 3})
        await ledger.tell(count=8)
        await until(lambda: entity.value == {"count": 8})
        ledger.answers.set()
        assert await update == {"count": 3}
    assert asked == [({"count": 0}, {"count": 3}, {"count": 8})]


async def test_a_snapshot_that_fails_is_told_and_keeps_the_value() -> None:
    async with _running(Ledger()) as (_, system):
        told: list[Any] = []
        system.on("error", told.append)
        entity = system.state_sync.define("broken", load=lambda: system.command("ledger.break"))
        with pytest.raises(errors.StateLoadError) as failed:
            await entity.loaded()
        assert told == [failed.value]
        assert isinstance(failed.value.cause, errors.CommandRefusedError)
        with pytest.raises(errors.StateNotLoadedError):
            await entity.update(_with(count=1), lambda: system.command("ledger.set"))
        with pytest.raises(errors.StateLoadError):
            await entity.reload()


@pytest.mark.parametrize("code", ["UNAVAILABLE", "TIMEOUT", "RATE_LIMITED", "QUEUE_FULL"])
async def test_a_snapshot_that_fails_in_passing_is_told_and_comes_by_itself(code: str) -> None:
    ledger = Ledger()
    ledger.refusals = [code]
    async with _running(ledger) as (_, system):
        told: list[Any] = []
        entity = _defined(system)
        entity.on("error", told.append)
        with pytest.raises(errors.StateLoadError) as failed:
            await entity.loaded()
        async with asyncio.timeout(5):
            assert await entity.loaded() == {"count": 0}
        assert told == [failed.value]
        assert failed.value.cause.code == code  # type: ignore[attr-defined]


@pytest.mark.parametrize("is_removed", [True, False], ids=["removed", "disconnected"])
async def test_no_timer_is_left_where_nobody_wants_the_snapshot_any_more(is_removed: bool) -> None:
    ledger = Ledger()
    ledger.refusals = ["UNAVAILABLE"]
    async with _running(ledger) as (_, system):
        with pytest.raises(errors.StateLoadError):
            await _defined(system).loaded()
        assert len(_timers_of_entities()) == 1
        if is_removed:
            system.state_sync.remove("ledger")
        else:
            await system.disconnect()
        assert _timers_of_entities() == []
    assert ledger.loads == 0


def _timers_of_entities() -> list[asyncio.TimerHandle]:
    timers = asyncio.get_running_loop()._scheduled  # type: ignore[attr-defined]
    return [timer for timer in timers if not timer.cancelled() and "Entity" in repr(timer)]


async def test_a_function_of_the_programs_that_raises_surfaces_and_changes_nothing() -> None:
    surfaced: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: surfaced.append(context))
    ledger = Ledger()

    def apply(value: Value, event: Unknown) -> Value:
        return {**value, "half": 1 // event.data["count"]}

    async with _running(ledger) as (_, system):
        entity = system.state_sync.define(
            "ledger", load=lambda: system.command("ledger.get"), channels=["ledger:me"], apply=apply
        )
        await entity.loaded()
        await ledger.tell(count=0)
        await ledger.tell(count=1)
        await until(lambda: entity.value == {"count": 0, "half": 1})
    assert [type(context["exception"]) for context in surfaced] == [ZeroDivisionError]


async def test_no_task_is_left_after_a_disconnect_while_it_loads() -> None:
    tasks = asyncio.all_tasks()
    ledger = Ledger()
    ledger.answers.clear()
    async with _running(ledger) as (_, system):
        entity = _defined(system)
        loading = asyncio.create_task(entity.loaded())
        await until(lambda: any(message["type"] == "command" for message in ledger.peers[0].messages))
        await system.disconnect()
        with pytest.raises(errors.StateLoadError):
            await loading
        ledger.answers.set()
    await until(lambda: asyncio.all_tasks() == tasks)


async def test_two_of_one_name_are_refused_and_a_removed_one_hears_nothing() -> None:
    ledger = Ledger()
    async with _running(ledger) as (_, system):
        entity = _defined(system)
        await entity.loaded()
        with pytest.raises(ValueError, match="ledger already"):
            _defined(system)
        system.state_sync.remove("ledger")
        system.state_sync.remove("ledger")
        seen: list[Any] = []
        system.on("ledger:me", seen.append)
        await ledger.tell(count=1)
        await until(lambda: seen)
        assert entity.value == {"count": 0}


async def test_the_system_has_the_clients_calls() -> None:
    async with _running(Ledger()) as (_, system):
        assert isinstance(system.client, TidewireClient)
        assert system.client.state is ConnectionState.CONNECTED
        for name in (
            "connect", "disconnect", "reconnect", "on", "off", "on_message", "off_message", "events", "subscribe",
            "unsubscribe", "resubscribe", "command",
        ):  # fmt: skip
            assert getattr(system, name) == getattr(system.client, name)
