"""Publishing over several hosts of the channel layer: each host's topics by a publisher of their own, side by side.

So what waits for one host, or is slow there, holds up nothing of another.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping

from streaming.clock import Clock
from streaming.events import Event, Source
from streaming.fan_out.hub import Hub
from streaming.market.publishing.checkpoints import Checkpoint
from streaming.market.publishing.publisher import Publisher
from streaming.market.publishing.sender import Sender
from streaming.topics.topic import Topic


class ShardedPublisher:
    """The publishers of the hosts, which `make` makes from a host's name."""

    def __init__(self, hub: Hub, make: Callable[[str], Publisher]) -> None:
        self._hub = hub
        self._publishers = {host: make(host) for host in hub.hosts}

    @property
    def published(self) -> int:
        """How many events were published."""
        return sum(one.published for one in self._publishers.values())

    @property
    def dropped(self) -> int:
        """How many events were lost for want of room."""
        return sum(one.dropped for one in self._publishers.values())

    def want(self, topics: Iterable[Topic]) -> None:
        """Make `topics` those that are published; what waits for others is let go."""
        shares = self._shares(topics)
        for host, publisher in self._publishers.items():
            publisher.want(shares.get(host, ()))

    def assume(self, checkpoints: Mapping[Topic, Checkpoint]) -> None:
        """Begin behind where a predecessor stopped."""
        for host, share in self._shares(checkpoints).items():
            self._publishers[host].assume({topic: checkpoints[topic] for topic in share})

    def begin(self, topics: Iterable[Topic], source: Source, *, time: int) -> None:
        """Begin with these topics at `time` (ms, by the exchange's clock); a successor is to know of it soon."""
        for host, share in self._shares(topics).items():
            self._publishers[host].begin(share, source, time=time)

    async def refresh_checkpoints(self) -> None:
        """Write the checkpoints of topics that haven't moved, before they expire."""
        await asyncio.gather(*(one.refresh_checkpoints() for one in self._publishers.values()))

    def offer(self, topic: Topic, event: Event) -> None:
        """Publish `event` when it may leave, if the topic is wanted; returns at once."""
        self._publishers[self._hub.host_of(topic.group)].offer(topic, event)

    def send_again(self, topics: Iterable[Topic]) -> None:
        """Send what was published last of these topics once more, with its number; returns at once."""
        for host, share in self._shares(topics).items():
            self._publishers[host].send_again(share)

    async def run(self) -> None:
        """Publish what is offered, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for publisher in self._publishers.values():
                tasks.create_task(publisher.run())

    def _shares(self, topics: Iterable[Topic]) -> dict[str, list[Topic]]:
        shares: dict[str, list[Topic]] = {}
        for topic in topics:
            shares.setdefault(self._hub.host_of(topic.group), []).append(topic)
        return shares


def publisher_over_hosts(
    hub: Hub, sender: Sender, clock: Clock, make: Callable[[Sender], Publisher]
) -> Publisher | ShardedPublisher:
    """Return what publishes over all hosts of the layer: where there is one, what `make` makes of `sender`.

    Where there are several, each host's has a sender of its own.
    """
    if len(hub.hosts) == 1:
        return make(sender)
    return ShardedPublisher(hub, lambda host: make(Sender(hub, clock, host=host)))
