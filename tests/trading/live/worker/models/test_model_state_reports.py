"""A model that says nothing tells so, for whatever reason: staff, owners of strategies that ask it, and its card."""

from collections import deque
from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

import msgspec
import pytest
from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer
from django.db import connections

from streaming.events import Event, LogLine
from streaming.fan_out.dotted_feed import DottedGroup
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.workers.database_thread import DatabaseThread
from tests.manual_clock import ManualClock
from tests.trading.learning.markets import bars
from tests.trading.live.rows import account_of, load
from tests.trading.live.worker.strategy_market import strategy_started
from tests.trading.market import symbol_listed
from tests.trading.price_models.versions import LEARNT, STAFF, TRAINED_AT, market, published, trained_to_ms
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.worker.models.asked_models import AskedModels
from trading.live.worker.models.book_imbalance_collector import BookImbalanceCollector
from trading.models import ModelVersion
from trading.price_models.services import model_version_silence
from trading.price_models.states import READY_MS, SilencedFor

_BARS = list(bars(market()))
_MODEL = "boosting on BTCUSDT 1m"
_VERSION = "boosting v1 on BTCUSDT 1m"
_NO_SKILL = "what it said lately was no better than chance"
_NO_FEATURES = "too few candles since the start or a gap, or no order book"
_NO_CANDLES = "candles since its training are still missing"


class _Asking(NamedTuple):
    """Models of a worker, a strategy that asks one, what is told of it to whom, and the clock."""

    models: AskedModels
    loaded: LoadedSubAccount
    events: list[Event]
    clock: ManualClock

    async def look(self) -> list[tuple[str, str]]:
        """Look as the worker does each second; return what lines this told, and to which owner, empty for staff."""
        before = len(self.events)
        await self.models.look([self.loaded])
        return [(line.owner, line.message) for line in self.events[before:] if isinstance(line, LogLine)]

    def told_all(self, until: int) -> None:
        """Tell its model all candles up to an index."""
        assert self.loaded.model is not None
        deque(self.loaded.model.warming_up(_BARS[:until], ()), maxlen=0)

    def lines(self, staff: str, owner: str) -> list[tuple[str, str]]:
        """Return the lines by which staff and the owner are told."""
        return [("", f"{_VERSION} {staff}"), (str(self.loaded.owner_id), f"[MODEL] {_MODEL} {owner}")]

    def nothing(self, reason: str) -> list[tuple[str, str]]:
        """Return the lines by which both are told that it says nothing."""
        return self.lines(f"says nothing for now: {reason}", f"says nothing: {reason}")


@sync_to_async
def _loaded() -> LoadedSubAccount:
    symbol_listed()
    return load(strategy_started(account_of("Ada"), "learned_direction", parameters={"algorithm": "boosting"}))


@sync_to_async
def _live_states() -> Sequence[str]:
    return list(ModelVersion.objects.order_by("number").values_list("live_state", flat=True))


@pytest.fixture
async def asking(transactional_db: None) -> AsyncIterator[_Asking]:
    hub, events = Hub(InMemoryChannelLayer(capacity=1000), topic_registry(), linger=0), list[Event]()
    database, clock = DatabaseThread("test-models"), ManualClock(trained_to_ms())
    await hub.start()
    (await hub.acquire(DottedGroup("s.log.all"))).add_callback(events.append)
    models = AskedModels(hub, database, clock, BookImbalanceCollector(database))
    models.attach(loaded := await _loaded())
    yield _Asking(models, loaded, events, clock)
    await database.stop()
    await hub.stop()
    await sync_to_async(connections.close_all)()


@sync_to_async
def _published(*, has_skill: bool) -> None:
    version = published()
    if not has_skill:
        stored = msgspec.json.decode(version.stored)
        stored["card"]["calibration"]["auc_error"] = 1.0
        ModelVersion.objects.filter(pk=version.pk).update(stored=msgspec.json.encode(stored).decode())


async def test_a_model_without_skill_tells_so_once(asking: _Asking) -> None:
    await _published(has_skill=False)
    assert await asking.look() == []
    asking.told_all(LEARNT + 5)
    assert await asking.look() == asking.nothing(_NO_SKILL)
    assert await asking.look() == []
    assert await _live_states() == ["no_skill"]


async def test_a_model_without_features_after_a_gap_tells_so_and_that_it_speaks_again(asking: _Asking) -> None:
    await _published(has_skill=True)
    await asking.look()
    asking.told_all(LEARNT + 5)
    assert await asking.look() == []
    assert await _live_states() == ["speaking"]
    assert asking.loaded.model is not None
    deque(asking.loaded.model.warming_up(_BARS[LEARNT + 10 : LEARNT + 15], ()), maxlen=0)
    assert await asking.look() == asking.nothing(_NO_FEATURES)
    assert await _live_states() == ["no_features"]
    deque(asking.loaded.model.warming_up(_BARS[LEARNT + 15 : LEARNT + 100], ()), maxlen=0)
    assert await asking.look() == asking.lines("speaks again", "speaks again")


async def test_a_model_whose_candles_can_t_be_had_tells_so_after_a_while(asking: _Asking) -> None:
    await _published(has_skill=True)
    assert await asking.look() == []
    asking.clock.advance(READY_MS / 1000)
    assert await asking.look() == asking.nothing(_NO_CANDLES)


async def test_owners_are_told_of_a_version_that_is_silenced_and_where_there_is_none(asking: _Asking) -> None:
    owner = str(asking.loaded.owner_id)
    assert await asking.look() == [(owner, f"[MODEL] {_MODEL} says nothing: no version of it is in use")]
    await _published(has_skill=True)
    await asking.look()
    asking.told_all(LEARNT + 5)
    assert await asking.look() == [(owner, f"[MODEL] {_MODEL} speaks again")]
    await sync_to_async(model_version_silence)(
        actor=STAFF,
        version=await ModelVersion.objects.aget(),
        silenced_for=SilencedFor.STAFF,
        reason="silenced by Staff",
        now=TRAINED_AT,
    )
    assert await asking.look() == [(owner, f"[MODEL] {_MODEL} says nothing: silenced by Staff")]
    assert await _live_states() == [""]


async def test_of_a_model_that_nobody_asks_any_more_it_is_not_known(asking: _Asking) -> None:
    await _published(has_skill=True)
    await asking.look()
    asking.told_all(LEARNT + 5)
    await asking.look()
    assert await _live_states() == ["speaking"]
    await asking.models.look([])
    assert await _live_states() == [""]
