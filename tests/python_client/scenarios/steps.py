"""The steps of a scenario: each is a type of its own, checked when the file is read, that knows how to be played."""

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from tests.python_client.scenarios.scene import WAIT_SECONDS, Scene, as_told, contains, is_among
from tests.waiting import until, until_answer
from tidewire_client import ConnectionState, Entity
from tidewire_client.errors import TidewireError
from tidewire_client.events import Resync
from tidewire_client.wallets import follow_blocks, follow_transactions, follow_wallets

Fields = Mapping[str, Any]
_AFTER_THE_TOKEN = 2.0


def _name(struct: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", struct).lower()


class _Step(msgspec.Struct, frozen=True, tag_field="do", tag=_name, forbid_unknown_fields=True, kw_only=True):
    pass


class _Waiting(_Step, frozen=True, kw_only=True):
    within: float = WAIT_SECONDS


class Connect(_Step, frozen=True, kw_only=True):
    code: str | None = None

    async def play(self, scene: Scene) -> None:
        if self.code is None:
            await scene.client.connect()
            scene.states.skip_to(ConnectionState.CONNECTED)
            return
        try:
            await scene.client.connect()
        except TidewireError as error:
            assert error.code == self.code, repr(error)
        else:
            raise AssertionError(f"it connected, and should not have: {self.code}")


class Disconnect(_Step, frozen=True, kw_only=True):
    async def play(self, scene: Scene) -> None:
        await scene.client.disconnect()


class Reconnect(_Step, frozen=True, kw_only=True):
    async def play(self, scene: Scene) -> None:
        await scene.client.reconnect()


class ExpectState(_Waiting, frozen=True, kw_only=True):
    state: ConnectionState

    async def play(self, scene: Scene) -> None:
        await scene.states.next(lambda state: state == self.state, self.within)


class ExpectError(_Waiting, frozen=True, kw_only=True):
    code: str
    channel: str | None = None

    async def play(self, scene: Scene) -> None:
        await scene.errors.next(self._is_it, self.within)

    def _is_it(self, error: TidewireError) -> bool:
        return error.code == self.code and self.channel in (None, getattr(error, "channel", None))


class Subscribe(_Step, frozen=True, kw_only=True):
    channels: list[str]
    throttle_ms: int | None = None
    batch: bool = False

    async def play(self, scene: Scene) -> None:
        scene.client.subscribe(self.channels, throttle_ms=self.throttle_ms, batch=self.batch)


class Unsubscribe(_Step, frozen=True, kw_only=True):
    channels: list[str]

    async def play(self, scene: Scene) -> None:
        scene.client.unsubscribe(self.channels)


class Resubscribe(_Step, frozen=True, kw_only=True):
    async def play(self, scene: Scene) -> None:
        scene.client.resubscribe()


class ExpectChannels(_Step, frozen=True, kw_only=True):
    channels: list[str]

    async def play(self, scene: Scene) -> None:
        assert sorted(scene.client.channels) == sorted(self.channels)


class ExpectSubscriptions(_Step, frozen=True, kw_only=True):
    channels: list[str]

    async def play(self, scene: Scene) -> None:
        async def held() -> list[str]:
            return sorted((await scene.client.command("session.subscriptions"))["channels"])

        await until_answer(held, sorted(self.channels))


class ExpectEvent(_Waiting, frozen=True, kw_only=True):
    channel: str
    type: str | None = None
    stale: bool | None = None

    async def play(self, scene: Scene) -> None:
        scene.events.skip()
        await scene.events.next(self._is_it, self.within)

    def _is_it(self, event: Any) -> bool:
        return (
            event.channel == self.channel
            and self.type in (None, event.kind)
            and self.stale in (None, getattr(event, "stale", None))
        )


class ExpectUnbroken(_Waiting, frozen=True, kw_only=True):
    channel: str
    trades: int

    async def play(self, scene: Scene) -> None:
        def ids() -> list[int]:
            told = [event for event in scene.events.entries if event.channel == self.channel]
            assert not any(isinstance(event, Resync) for event in told), told
            return [event.trade_id for event in told]

        seen = len(ids())
        await until(lambda: len(ids()) >= seen + self.trades, seconds=self.within)
        found = ids()
        assert found == list(range(found[0], found[0] + len(found)))


class ExpectResync(_Waiting, frozen=True, kw_only=True):
    channel: str

    async def play(self, scene: Scene) -> None:
        await until(lambda: any(map(self._is_it, scene.events.entries)), seconds=self.within)

    def _is_it(self, event: Any) -> bool:
        return event.channel == self.channel and isinstance(event, Resync)


class AnotherReads(_Step, frozen=True, kw_only=True):
    channel: str

    async def play(self, scene: Scene) -> None:
        await scene.ask("/read", channel=self.channel)


class ExpectMessage(_Waiting, frozen=True, kw_only=True):
    type: str

    async def play(self, scene: Scene) -> None:
        await until(lambda: self.type in scene.message_types, seconds=self.within)


class Command(_Step, frozen=True, kw_only=True):
    action: str
    params: Fields = {}
    timeout: float | None = None
    id: str | None = None
    name: str = msgspec.field(name="as")

    async def play(self, scene: Scene) -> None:
        given = scene.client.command(self.action, dict(self.params), timeout=self.timeout, id=self.id)
        scene.begin(self.name, given)
        await asyncio.sleep(0)  # it begins now, as in a program that goes on


class ExpectWaiting(_Step, frozen=True, kw_only=True):
    of: list[str]

    async def play(self, scene: Scene) -> None:
        assert not [name for name in self.of if scene.outcomes[name].done()]


class ExpectAnswer(_Waiting, frozen=True, kw_only=True):
    to: str
    code: str | None = None
    data: Fields | None = None

    async def play(self, scene: Scene) -> None:
        outcome = scene.outcomes[self.to]
        await asyncio.wait([outcome], timeout=self.within)
        assert outcome.done(), f"{self.to} has no outcome"
        error = outcome.exception()
        assert getattr(error, "code", None) == self.code, repr(error)
        if self.data is not None:
            assert contains(outcome.result(), self.data), outcome.result()


class ExpectSent(_Waiting, frozen=True, kw_only=True):
    frames: list[Fields]

    async def play(self, scene: Scene) -> None:
        await scene.until_seen(
            lambda seen: is_among(self.frames, [frame for sent in seen.connections[-1:] for frame in sent]), self.within
        )


class ExpectResent(_Waiting, frozen=True, kw_only=True):
    action: str

    async def play(self, scene: Scene) -> None:
        await scene.until_seen(
            lambda seen: self._ids(seen.connections[-1:]) & self._ids(seen.connections[:-1]), self.within
        )

    def _ids(self, connections: Sequence[Sequence[Any]]) -> set[str]:
        frames = [frame for frames in connections for frame in frames if isinstance(frame, dict)]
        return {frame["id"] for frame in frames if frame.get("action") == self.action}


class ExpectConnections(_Step, frozen=True, kw_only=True):
    count: int

    async def play(self, scene: Scene) -> None:
        connections = (await scene.seen()).connections
        assert len(connections) == self.count, (scene.states.entries, scene.errors.entries, connections)


class ExpectRefused(_Waiting, frozen=True, kw_only=True):
    at_least: int

    async def play(self, scene: Scene) -> None:
        await scene.until_seen(lambda seen: seen.refused >= self.at_least, self.within)


class Define(_Step, frozen=True, kw_only=True):
    name: str
    load: str
    params: Fields = {}
    channels: list[str] = []

    async def play(self, scene: Scene) -> None:
        async def load() -> Fields:
            return await scene.client.command(self.load, dict(self.params))

        def apply(value: Fields, _: object) -> Fields:
            return {**value, "events": value.get("events", 0) + 1}

        scene.entities[self.name] = scene.state_sync.define(
            self.name, load=load, channels=tuple(self.channels), apply=apply
        )


class Follow(_Step, frozen=True, kw_only=True):
    name: str
    what: Literal["wallets", "transactions", "blocks"]
    of: list[Any]

    async def play(self, scene: Scene) -> None:
        scene.entities[self.name] = self._followed(scene)

    def _followed(self, scene: Scene) -> Entity[Any]:
        match self.what:
            case "wallets":
                return follow_wallets(scene, self.of, name=self.name)
            case "transactions":
                named = [(one["chain"], one["hash"]) for one in self.of]
                return follow_transactions(scene, named, name=self.name)
            case "blocks":
                return follow_blocks(scene, self.of, name=self.name)


class Update(_Step, frozen=True, kw_only=True):
    name: str
    fields: Fields = msgspec.field(name="with")
    send: str
    params: Fields = {}
    timeout: float | None = None
    outcome: str = msgspec.field(name="as")

    async def play(self, scene: Scene) -> None:
        async def send() -> None:
            await scene.client.command(self.send, dict(self.params), timeout=self.timeout)

        entity = scene.entities[self.name]
        scene.begin(self.outcome, entity.update(lambda value: {**value, **self.fields}, send))
        await asyncio.sleep(0)


class ExpectValue(_Waiting, frozen=True, kw_only=True):
    name: str
    value: Fields

    async def play(self, scene: Scene) -> None:
        entity = scene.entities[self.name]
        try:
            await until(lambda: contains(as_told(entity.value), self.value), seconds=self.within)
        except AssertionError as error:
            raise AssertionError(f"{error}; it is {entity.value}") from None


class ExpectNow(_Step, frozen=True, kw_only=True):
    name: str
    value: Fields

    async def play(self, scene: Scene) -> None:
        value = as_told(scene.entities[self.name].value)
        assert contains(value, self.value), value


class Proxy(_Step, frozen=True, kw_only=True):
    act: Literal["cut", "refuse", "accept", "stall", "swallow", "release", "inject"]
    times: int | None = None
    status: int | None = None
    text: str | None = None
    binary: bool = False

    async def play(self, scene: Scene) -> None:
        given = {"times": self.times, "status": self.status, "text": self.text, "binary": 1 if self.binary else None}
        await scene.ask(f"/proxy/{self.act}", **{name: value for name, value in given.items() if value is not None})


class Gateway(_Step, frozen=True, kw_only=True):
    act: Literal["stop", "start", "restart"]

    async def play(self, scene: Scene) -> None:
        await scene.ask(f"/gateway/{self.act}")


class Exchange(_Step, frozen=True, kw_only=True):
    fault: str
    parameters: Mapping[str, str | float] = {}
    end: bool = False

    async def play(self, scene: Scene) -> None:
        await scene.ask(f"/exchange/{self.fault}" + ("/end" if self.end else ""), **self.parameters)


class LogOut(_Step, frozen=True, kw_only=True):
    async def play(self, scene: Scene) -> None:
        await scene.ask("/log-out", user="demo")


class OutliveToken(_Step, frozen=True, kw_only=True):
    async def play(self, scene: Scene) -> None:
        assert scene.tokens.first_end_ms is not None
        end = scene.tokens.first_end_ms / 1000 + _AFTER_THE_TOKEN
        await until(lambda: time.time() > end, seconds=end - time.time() + 1)


Step = (
    Connect | Disconnect | Reconnect | ExpectState | ExpectError | Subscribe | Unsubscribe | Resubscribe
    | ExpectChannels | ExpectSubscriptions | ExpectEvent | ExpectUnbroken | ExpectResync | ExpectMessage | Command
    | ExpectWaiting | ExpectAnswer | ExpectSent | ExpectResent | ExpectConnections | ExpectRefused | Define | Follow
    | Update | ExpectValue | ExpectNow | AnotherReads | Proxy | Gateway | Exchange | LogOut | OutliveToken
)  # fmt: skip
