"""Reading a topic of a hub: what comes is kept."""

from streaming.events import Event
from streaming.fan_out.hub import Hub
from streaming.topics.topic import Topic


async def reading(hub: Hub, topic: Topic) -> list[Event]:
    """Return the list that the topic's events are added to."""
    received: list[Event] = []
    (await hub.acquire(topic)).add_callback(received.append)
    return received
