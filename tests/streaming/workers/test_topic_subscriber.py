"""The topics that a worker reads, where the channel layer, or one of its hosts, is away."""

import pytest
from channels.layers import InMemoryChannelLayer

from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.layer.channel_layer import Layer
from streaming.layer.redis_hosts import host_name
from streaming.layer.sharded_layer import ShardedRedisLayer
from streaming.topics.topic import MarketKind, Topic
from streaming.workers.topic_subscriber import TopicSubscriber
from tests.services import need_redis

_NOBODYS_URL = "redis://127.0.0.1:1/0"
_TOPICS = frozenset(Topic(MarketKind.PRICE, f"S{number}USDT") for number in range(40))


def _subscriber(layer: Layer) -> tuple[Hub, TopicSubscriber]:
    hub = Hub(layer, topic_registry(), linger=0)
    return hub, TopicSubscriber(hub, lambda *_: None, name="test")


@pytest.mark.redis
async def test_it_reads_the_topics_of_the_other_hosts_where_one_is_away() -> None:
    layer = ShardedRedisLayer([need_redis(), _NOBODYS_URL], "test-topic-subscriber")
    hub, subscriber = _subscriber(layer)
    await hub.start()
    await subscriber.want(_TOPICS)
    there = {topic for topic in _TOPICS if layer.host_of(topic.group) == host_name(need_redis())}
    assert {topic for topic in _TOPICS if subscriber.has(frozenset({topic}))} == there
    subscriber.stop()
    await hub.stop()
    await layer.flush()


class _AwayLayer(InMemoryChannelLayer):
    """Lets nobody join while `is_away`; `tried` counts the attempts."""

    is_away = True
    tried = 0

    async def group_add(self, group: str, channel: str) -> None:
        self.tried += 1
        if self.is_away:
            raise ConnectionError
        await super().group_add(group, channel)


async def test_it_asks_a_layer_that_is_away_for_one_topic_alone_until_it_is_asked_again() -> None:
    layer = _AwayLayer()
    hub, subscriber = _subscriber(layer)
    await hub.start()
    await subscriber.want(_TOPICS)
    assert layer.tried == 1
    layer.is_away = False
    await subscriber.want(_TOPICS)
    assert subscriber.has(_TOPICS)
    subscriber.stop()
    await hub.stop()
