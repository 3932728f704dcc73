"""The history of events over several Redis hosts, of which one is away."""

import secrets

import pytest

from streaming.event_history.adding import HistoryWriter
from streaming.event_history.history import Append, HistoryUnavailableError
from tests import services
from tests.manual_clock import ManualClock
from tests.streaming.event_history.histories import sharded_history

pytestmark = pytest.mark.redis
AWAY = "127.0.0.1:1/0"
KEYS = [f"m.trade.S{number}" for number in range(8)]


async def test_what_is_told_is_numbered_at_the_hosts_that_answer(clock: ManualClock) -> None:
    history = sharded_history([services.need_redis(), f"redis://{AWAY}"], f"test-{secrets.token_hex(8)}", clock)
    writer = HistoryWriter(history, clock)
    living = [key for key in KEYS if history.host_of(key) != AWAY]
    assert 0 < len(living) < len(KEYS)
    for seq in (1, 2):
        added = dict(zip(KEYS, await writer.add([Append(key=key, body=b"x") for key in KEYS]), strict=True))
        assert {key: place.seq for key, place in added.items() if place is not None} == dict.fromkeys(living, seq)
    (away, *_) = [key for key in KEYS if key not in living]
    with pytest.raises(HistoryUnavailableError):
        await history.read(away)
    with pytest.raises(HistoryUnavailableError):
        await history.end_epochs(KEYS, 1)
    assert await history.read(living[0]) is not None
    await history.close()
