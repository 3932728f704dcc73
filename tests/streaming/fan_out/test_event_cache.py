from streaming import events
from streaming.events import Envelope
from streaming.fan_out.event_cache import EventCache
from streaming.installed import topic_registry
from streaming.market.publishing.last_values import MemoryLastValues
from tests.manual_clock import ManualClock
from tests.streaming.fan_out.dotted_events import system_health


async def test_it_holds_what_it_is_given() -> None:
    values = MemoryLastValues(maximum_age=5, clock=ManualClock())
    cache = EventCache(values, topic_registry())
    await cache.hold({"health": events.encode(Envelope(epoch=1, sequence=1, event=system_health()))})
    assert await cache.read("health") == system_health()
    assert await cache.read("order") is None


async def test_it_holds_nothing_without_a_cache() -> None:
    cache = EventCache(None, topic_registry())
    await cache.hold({"health": b""})
    assert await cache.read("health") is None
