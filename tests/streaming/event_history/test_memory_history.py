"""What the history of events in memory lets go of."""

from streaming.event_history.history import Append, HistoryLimits
from streaming.event_history.memory_history import MemoryEventHistory
from tests.manual_clock import ManualClock


async def test_a_channel_that_goes_on_keeps_no_silent_one(clock: ManualClock) -> None:
    history = MemoryEventHistory(HistoryLimits(seconds=5, position_seconds=10), clock)
    await history.append([Append(key="a", body=b"1"), Append(key="b", body=b"1")])
    clock.advance(6)
    await history.append([Append(key="a", body=b"2")])
    clock.advance(5)
    assert await history.read("b") is None
    assert await history.read("a") is not None
