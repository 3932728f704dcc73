"""The hub of another process of a deployment, such as a gateway's."""

# channels_redis has no types.
# mypy: disable-error-code="import-untyped"

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from channels_redis.pubsub import RedisPubSubChannelLayer

from streaming.clock import SystemClock
from streaming.event_history.history import HistoryLimits
from streaming.event_history.redis_history import RedisEventHistory
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from tests.deployments import Deployment


@asynccontextmanager
async def deployed_hub(deployment: Deployment) -> AsyncIterator[Hub]:
    """Be another process, until the end of the `async with`.

    It recovers from the deployment's history, as a gateway does: what a killed process had added to that, and not told.
    """
    url, prefix = (deployment.environment[name] for name in ("REDIS_URL", "REDIS_PREFIX"))
    layer = RedisPubSubChannelLayer(hosts=[url], prefix=prefix)
    limits = HistoryLimits(frames=1000, seconds=300.0)
    history = RedisEventHistory(url, prefix=prefix, limits=limits, clock=SystemClock())
    hub = Hub(layer, topic_registry(), history=history, linger=0.0)
    await hub.start()
    try:
        yield hub
    finally:
        await hub.stop()
        await layer.flush()
        await history.close()
