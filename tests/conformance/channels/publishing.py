"""Events published as their producers will: by a hub, through the deployment's real channel layer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from channels_redis.pubsub import RedisPubSubChannelLayer  # type: ignore[import-untyped]

from streaming.clock import SystemClock
from streaming.event_history.history import HistoryLimits
from streaming.event_history.redis_history import RedisEventHistory
from streaming.events import UserEvent
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from tests.conformance.channels.samples import Sample
from tests.conformance.places import Place


class Publisher:
    """A producer beside the deployment."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def publish(self, sample: Sample, owner: str) -> None:
        """Publish a sample as an event of the user with the id `owner`."""
        event = sample.make(owner)
        await self._hub.publish(event, owner=owner if isinstance(event, UserEvent) else "")


@asynccontextmanager
async def publisher(place: Place) -> AsyncIterator[Publisher]:
    """Join the channel layer of a deployment that has Redis."""
    environment = place.deployment.environment
    layer = RedisPubSubChannelLayer(hosts=[environment["REDIS_URL"]], prefix=environment["REDIS_PREFIX"])
    history = RedisEventHistory(
        environment["REDIS_URL"], prefix=environment["REDIS_PREFIX"], limits=HistoryLimits(), clock=SystemClock()
    )
    hub = Hub(layer, topic_registry(), history=history)
    await hub.start()
    try:
        yield Publisher(hub)
    finally:
        await hub.stop()
        await history.close()
        await layer.flush()
