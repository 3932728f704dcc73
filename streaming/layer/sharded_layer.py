"""The channel layer over several Redis hosts, of which one that is away harms only the topics that live there.

A topic's group is at one host. The groups by which processes tell each other of the deployment are at every host: a
message to one of them is sent over all, and the first that arrives counts.
"""

import asyncio
import uuid
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from streaming.layer.availability import Availability, HostAwayError
from streaming.layer.cancelling import heeding_cancellation
from streaming.layer.channel_layer import ANY_HOST, RECONNECTED_MESSAGE, Listener, Message
from streaming.layer.groups import is_control_group
from streaming.layer.numbered_messages import MessageNumbers, SeenMessages
from streaming.layer.redis_hosts import RedisHosts
from streaming.layer.redis_layer import RedisLayer

_OPTIONS = {"socket_timeout": 5.0, "socket_connect_timeout": 5.0}
_JOIN_SECONDS = 2.0
_JOIN_PAUSE_SECONDS = 0.5
_LEAVE_SECONDS = 1.0
_OTHERS_SECONDS = 0.1
"""How long the other hosts may take once the first has a message: who has sent it may end its event loop then."""
_PROBED = "nobody"
"""A group that nobody joins."""


class ShardedRedisLayer:
    """The layer over the Redis at each of `urls`, whose order says nothing.

    It carries groups; a channel by itself can't be sent to. What a host doesn't take in time raises `HostAwayError`.
    """

    extensions = ("groups", "flush")

    def __init__(self, urls: Sequence[str], prefix: str) -> None:
        self._hosts = RedisHosts(urls)
        self._prefix = prefix
        self._layers = {
            name: RedisLayer(hosts=[{"address": url, **_OPTIONS}], prefix=prefix)
            for name, url in self._hosts.urls.items()
        }
        self._by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, _OfLoop] = WeakKeyDictionary()

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names of the hosts."""
        return self._hosts.names

    def host_of(self, group: str) -> str:
        """Return the host of a group; `ANY_HOST` for one that is on every host."""
        return ANY_HOST if is_control_group(group) else self._hosts.of(group)

    async def new_channel(self, prefix: str = "specific.") -> str:
        """Return a channel name of this process; no host is asked."""
        channel = f"{self._prefix}{prefix}{uuid.uuid4().hex}"
        queue: asyncio.Queue[Message] = asyncio.Queue()
        self._of_loop().queues[channel] = queue
        await self.hand_over(channel, queue.put_nowait)
        return channel

    async def receive(self, channel: str) -> dict[str, Any]:
        """Wait for the next message on `channel`, one of this process."""
        return dict(await self._of_loop().queues[channel].get())

    async def hand_over(self, channel: str, handle: Listener) -> None:
        """Call `handle` with each message that comes to `channel`, one of this process; nobody may `receive` on it.

        `handle` must neither wait nor raise.
        """
        seen = self._of_loop().seen[channel] = SeenMessages()
        for host, layer in self._layers.items():
            await layer.hand_over(channel, partial(_take, host, seen, handle))

    async def take_back(self, channel: str) -> None:
        """Call nobody any more with what comes to `channel`."""
        of_loop = self._of_loop()
        of_loop.seen.pop(channel, None)
        of_loop.queues.pop(channel, None)
        await self._at_each_host(lambda layer: layer.take_back(channel), seconds=_LEAVE_SECONDS)

    async def group_add(self, group: str, channel: str) -> None:
        """Add `channel` to `group`; raise `HostAwayError` where its host doesn't answer, or no host does."""
        if is_control_group(group):
            await self._join_everywhere(group, channel)
        else:
            host = self._hosts.of(group)
            await self._ask(host, lambda: self._layers[host].group_add(group, channel))

    async def group_discard(self, group: str, channel: str) -> None:
        """Take `channel` out of `group`; a host that doesn't answer is told later."""
        if is_control_group(group):
            for joining in self._of_loop().joining.pop((group, channel), ()):
                joining.cancel()
            await self._at_each_host(lambda layer: layer.group_discard(group, channel), seconds=_LEAVE_SECONDS)
        else:
            layer = self._layers[self._hosts.of(group)]
            await self._in_background([layer.group_discard(group, channel)], seconds=_LEAVE_SECONDS)

    async def group_send(self, group: str, message: Message) -> None:
        """Send `message` to every member of `group`."""
        if is_control_group(group):
            await self._send_everywhere(group, message)
        else:
            await self.group_send_at(self._hosts.of(group), group, message)

    async def group_send_at(self, host: str, group: str, message: Message) -> None:
        """Send to those members of a group that hear it at one host."""
        await self._ask(host, lambda: self._layers[host].group_send(group, message))

    async def group_send_all(self, sends: Sequence[tuple[str, Message]]) -> None:
        """Send each message to its group: those of a host in one call and in this order, the hosts side by side.

        Raise where a host doesn't take its share; the others have theirs.
        """
        of_loop = self._of_loop()
        shares: dict[str, list[tuple[str, Message]]] = {}
        for group, message in sends:
            hosts = self.hosts if is_control_group(group) else (self._hosts.of(group),)
            sent = of_loop.numbers.numbered(group, message) if is_control_group(group) else message
            for host in hosts:
                shares.setdefault(host, []).append((group, sent))
        outcomes = await asyncio.gather(
            *(self._ask(host, partial(self._layers[host].group_send_all, share)) for host, share in shares.items()),
            return_exceptions=True,
        )
        failed = {host: one for host, one in zip(shares, outcomes, strict=True) if isinstance(one, BaseException)}
        for group, _ in sends:
            taken = self.hosts if is_control_group(group) else (self._hosts.of(group),)
            if all(host in failed for host in taken):
                raise failed[taken[0]]

    async def flush(self) -> None:
        """End all connections; they are made anew when the layer is used again."""
        of_loop = self._by_loop.pop(asyncio.get_running_loop(), None)
        if of_loop is not None:
            await of_loop.close()
        for layer in self._layers.values():
            await layer.flush()

    # -- all hosts ----------------------------------------------------------------------------------------------

    async def _send_everywhere(self, group: str, message: Message) -> None:
        """Send over all hosts side by side; return when one has taken it and the others had a moment for it."""
        numbered = self._of_loop().numbers.numbered(group, message)
        sending = [self._spawn(self.group_send_at(host, group, numbered)) for host in self.hosts]
        await _first_of(sending)
        await asyncio.wait(sending, timeout=_OTHERS_SECONDS)

    async def _join_everywhere(self, group: str, channel: str) -> None:
        """Join at each host; return when that has worked at one, and go on at the others."""
        of_loop = self._of_loop()
        for former in of_loop.joining.pop((group, channel), ()):
            former.cancel()
        joining = [self._spawn(self._join_until_it_works(host, group, channel)) for host in self.hosts]
        of_loop.joining[(group, channel)] = joining
        done, _ = await asyncio.wait(joining, timeout=_JOIN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            for one in joining:
                one.cancel()
            raise HostAwayError("no Redis host answers")
        await asyncio.wait(joining, timeout=_OTHERS_SECONDS)

    async def _join_until_it_works(self, host: str, group: str, channel: str) -> None:
        while True:
            try:
                await self._ask(host, lambda: self._layers[host].group_add(group, channel))
            except HostAwayError:
                await asyncio.sleep(_JOIN_PAUSE_SECONDS)
            else:
                return

    async def _at_each_host(self, call: Callable[[RedisLayer], Coroutine[Any, Any, None]], *, seconds: float) -> None:
        await self._in_background([call(layer) for layer in self._layers.values()], seconds=seconds)

    async def _in_background(self, calls: Sequence[Coroutine[Any, Any, None]], *, seconds: float) -> None:
        """Begin calls in this order, and wait for them, but not for long: they go on, and keep their order."""
        await asyncio.wait([self._spawn(call) for call in calls], timeout=seconds)

    def _spawn(self, call: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        return self._of_loop().spawn(call)

    # -- one host -----------------------------------------------------------------------------------------------

    async def _ask(self, host: str, question: Callable[[], Coroutine[Any, Any, None]]) -> None:
        await self._of_loop().availability[host].ask(question)

    def _of_loop(self) -> "_OfLoop":
        loop = asyncio.get_running_loop()
        of_loop = self._by_loop.get(loop)
        if of_loop is None:
            of_loop = self._by_loop[loop] = _OfLoop(
                {
                    host: Availability(host, partial(layer.group_send, _PROBED, {}), what="channel layer at Redis host")
                    for host, layer in self._layers.items()
                }
            )
        return of_loop


class _OfLoop:
    """What belongs to one event loop."""

    def __init__(self, availability: dict[str, Availability]) -> None:
        self.availability = availability
        self.numbers = MessageNumbers()
        self.seen: dict[str, SeenMessages] = {}
        self.queues: dict[str, asyncio.Queue[Message]] = {}
        self.joining: dict[tuple[str, str], list[asyncio.Task[None]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, call: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(heeding_cancellation(call))
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for one in self.availability.values():
            await one.close()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # whoever waits for it is told; that a host is away was logged


async def _first_of(sending: Sequence[asyncio.Task[None]]) -> None:
    """Wait until one has worked; raise the last one's error where none has."""
    waiting = set(sending)
    while waiting:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if any(one.exception() is None for one in done):
            return
    await sending[-1]


def _take(host: str, seen: SeenMessages, handle: Listener, message: Message) -> None:
    if message.get("type") == RECONNECTED_MESSAGE:
        handle({**message, "host": host})
    elif seen.take(message):
        handle(message)
