"""State that is kept in step with the server: a snapshot, then the events; and anew where events were missed."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol, TypeVar

from tidewire_client.channels.emitter import Emitter
from tidewire_client.channels.handlers import Handler
from tidewire_client.state import ConnectionState
from tidewire_client.synced_state.entity import Entity
from tidewire_client.synced_state.optimistic import Resolve

T = TypeVar("T")


class Connection(Protocol):
    """What state sync needs of a client."""

    @property
    def state(self) -> ConnectionState:
        """Whether there is a connection."""
        ...

    @property
    def hearing(self) -> Emitter:
        """Where errors are told."""
        ...

    def on(self, name: str, handler: Handler) -> None:
        """Call `handler` with what happens."""
        ...

    def off(self, name: str, handler: Handler) -> None:
        """Call it no more."""
        ...

    def subscribe(self, channels: str | Iterable[str]) -> None:
        """Subscribe to channels."""
        ...

    async def resumed(self, channels: str | Iterable[str]) -> bool:
        """Return whether all that was missed on channels has been told."""
        ...


class StateSync:
    """The entities of one client, by name. It leaves no task behind when the client is disconnected."""

    def __init__(self, client: Connection) -> None:
        self._client = client
        self._entities: dict[str, Entity[Any]] = {}
        self._channels: dict[str, tuple[str, ...]] = {}
        client.on("connected", self._go_on)
        client.on("disconnected", self._stop_all)

    def __getitem__(self, name: str) -> Entity[Any]:
        """Return the entity of that name; raise `KeyError`."""
        return self._entities[name]

    def define(
        self,
        name: str,
        *,
        load: Callable[[], Awaitable[T]],
        channels: Iterable[str] = (),
        apply: Callable[[T, Any], T] | None = None,
        resolve: Resolve[T] | None = None,
    ) -> Entity[T]:
        """Keep a piece of state in step, from now on; raise `ValueError` where there is one of that name.

        `load` makes its snapshot. `channels` are subscribed, and `apply(value, event)` returns the value after an event
        of theirs. `resolve(base, local, server)` decides what is shown when the server's value changes while updates
        are pending: `base` was the server's value before, `local` what is shown now, `server` its new value; without it
        the updates are applied to `server` anew. No function may change what it is given.
        """
        if name in self._entities:
            raise ValueError(f"there is an entity {name} already")
        channels = tuple(channels)
        entity = Entity(
            name,
            load=load,
            apply=apply,
            resolve=resolve,
            resumed=lambda: self._client.resumed(channels),
            is_connected=self._is_connected,
            tell=self._client.hearing.error,
        )
        self._entities[name] = entity
        self._channels[name] = channels
        for channel in self._channels[name]:
            self._client.on(channel, entity.take)
        self._client.subscribe(self._channels[name])
        if self._is_connected():
            entity.begin_loading()
        return entity

    def remove(self, name: str) -> None:
        """Keep an entity in step no more; its channels stay subscribed. One that isn't there is no error."""
        entity = self._entities.pop(name, None)
        if entity is None:
            return
        for channel in self._channels.pop(name):
            self._client.off(channel, entity.take)
        entity.disconnected()

    def _is_connected(self) -> bool:
        return self._client.state is ConnectionState.CONNECTED

    def _go_on(self, _: object) -> None:
        for entity in self._entities.values():
            entity.connected()

    def _stop_all(self, _: object) -> None:
        for entity in self._entities.values():
            entity.disconnected()
