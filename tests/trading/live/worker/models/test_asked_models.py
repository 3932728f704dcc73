"""Strategies that ask a model live: by its predictions, as if nothing had happened after a kill, silent with it."""

import builtins
import sys
from collections import deque
from collections.abc import AsyncIterator, Iterable
from typing import Any

import msgspec
import pytest
from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer
from django.db import IntegrityError, connections, transaction
from pytest_django import Settings

from streaming.events import Event, Interval, LogLine, Source
from streaming.fan_out.dotted_feed import DottedGroup
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.workers.database_thread import DatabaseThread
from tests.manual_clock import HurriedClock, ManualClock
from tests.trading.learning.markets import bars
from tests.trading.live.rows import account_of, load
from tests.trading.live.worker.strategy_market import MinuteMarket, requests_of, strategy_started
from tests.trading.market import MINUTE, symbol_listed
from tests.trading.price_models.stored_market import rows_of, table_of
from tests.trading.price_models.versions import LEARNT, STAFF, TRAINED_AT, market, published, trained, trained_to_ms
from trading.audit.services import audit_append
from trading.engine.strategies.predictions import Prediction
from trading.learning.kinds import ModelKind
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.worker.models.asked_models import AskedModels
from trading.live.worker.models.book_imbalance_collector import BookImbalanceCollector
from trading.live.worker.models.model_feed import ModelFeed
from trading.live.worker.models.model_state_reports import LOG_SOURCE
from trading.models import AuditEntry, AuditHead, ModelVersion, Strategy, StrategyDelivery, StrategySignal, SubAccount
from trading.price_models.inference import AskedModel, predictions_over
from trading.price_models.selectors import ModelName
from trading.price_models.states import READY_MS, LiveState

_ROWS = rows_of(market())
_BEGIN = LEARNT + 100
_IMPORT = builtins.__import__


def _started(name: str = "Ada", *, kind: ModelKind = ModelKind.BOOSTING) -> SubAccount:
    return strategy_started(account_of(name), "learned_direction", parameters={"algorithm": kind.value})


def _name(kind: ModelKind = ModelKind.BOOSTING) -> ModelName:
    return ModelName("BTCUSDT", Interval.MINUTE_1, kind, Source.BINANCE)


def _market(*rows: SubAccount, kind: ModelKind = ModelKind.BOOSTING, clock: ManualClock | None = None) -> MinuteMarket:
    """Follow strategies on the planted market, with their model as it is built anew by each worker."""

    def attach(loaded: LoadedSubAccount) -> None:
        assert loaded.strategy_row is not None
        assert loaded.strategy is not None
        if loaded.strategy_row.strategy != "learned_direction":
            return
        feed = ModelFeed(_name(kind))
        feed.use("model_1", AskedModel(trained(kind)), now=trained_to_ms())
        loaded.model = feed
        loaded.strategy.take_predictions(feed)

    return MinuteMarket(*rows, index=_BEGIN, row_of=lambda index: _ROWS[index], attach=attach, clock=clock)


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "killed_after"),
    [(ModelKind.BOOSTING, 1), (ModelKind.BOOSTING, 7), (ModelKind.BOOSTING, 20), (ModelKind.ONLINE, 20)],
)
def test_it_decides_by_what_its_model_says_and_after_a_kill_as_if_nothing_had_happened(
    kind: ModelKind, killed_after: int
) -> None:
    symbol_listed()
    rows = [_started(kind=kind), _started("Bob", kind=kind)]
    markets = [_market(row, kind=kind) for row in rows]
    for one in markets:
        one.history()
        one.close(killed_after)
    markets[0].begin()
    markets[0].history()
    for one in markets:
        one.close(40 - killed_after)
    columns = ("number", "action", "price", "confidence", "version", "horizon", "reason")
    signals = [list(StrategySignal.objects.filter(strategy=row.strategy).values_list(*columns)) for row in rows]
    assert signals[0] == signals[1]
    assert len(signals[0]) > 20
    assert {(version, horizon) for *_, version, horizon, _ in signals[0]} == {(f"{kind.value} 1", 1)}
    assert {action for _, action, *_ in signals[0]} == {"buy", "sell"}
    assert all(0.53 < confidence < 1 for _, _, _, confidence, *_ in signals[0])
    assert f"{kind.value} v1: " in signals[0][0][-1]
    assert requests_of(rows[0]) == requests_of(rows[1])
    assert len(requests_of(rows[0])) > 5
    assert Strategy.objects.get(pk=rows[0].strategy_id).state == "running"
    assert StrategyDelivery.objects.filter(delivery__contains='"predicted"').count() == 2 * len(signals[0])


@pytest.mark.django_db
def test_a_model_s_long_past_is_told_by_turns_in_which_others_have_theirs() -> None:
    symbol_listed()
    asking, other = _started(), strategy_started(account_of("Bob"), "dca", parameters={"every": 2})
    both = _market(asking, other, clock=HurriedClock())
    [model] = [one.model for one in both.following.sub_accounts.values() if one.model is not None]
    before = model.needed_from
    both.add_history()
    both.following.candles.go_on()
    assert before is not None
    assert model.needed_from == before + 100 * MINUTE
    assert both.following.candles.go_on() == {other.pk}
    while both.following.candles.are_waiting:
        both.following.candles.go_on()
    assert model.needed_from is None


@pytest.fixture
async def models(transactional_db: None) -> AsyncIterator[tuple[AskedModels, list[Event]]]:
    """Return the models of a worker, and what staff hears of them."""
    hub, lines = Hub(InMemoryChannelLayer(capacity=1000), topic_registry(), linger=0), list[Event]()
    database, clock = DatabaseThread("test-models"), ManualClock(trained_to_ms())
    await hub.start()
    (await hub.acquire(DottedGroup("s.log.all"))).add_callback(lines.append)
    yield AskedModels(hub, database, clock, BookImbalanceCollector(database)), lines
    await database.stop()
    await hub.stop()
    await sync_to_async(connections.close_all)()


@sync_to_async
def _loaded() -> LoadedSubAccount:
    symbol_listed()
    return load(_started())


def _told_to_staff(lines: Iterable[Event]) -> list[LogLine]:
    return [line for line in lines if isinstance(line, LogLine) and line.source == LOG_SOURCE]


@sync_to_async
def _states() -> list[tuple[int, str, str]]:
    return list(ModelVersion.objects.order_by("number").values_list("number", "state", "silenced_for"))


async def test_drift_silences_a_version_with_its_row_and_an_event_until_another_is_published(
    models: tuple[AskedModels, list[Event]],
) -> None:
    asked, lines = models
    loaded = await _loaded()
    asked.attach(loaded)
    assert loaded.model is not None
    await sync_to_async(published)()
    await asked.look([loaded])
    turned = list(bars(market(reversed_from=LEARNT + 1000)))
    deque(loaded.model.warming_up(turned[: LEARNT + 990], ()), maxlen=0)
    assert [loaded.model.at(bar) for bar in turned[LEARNT + 990 : LEARNT + 1000]] != [None] * 10
    for bar in turned[LEARNT + 1000 : LEARNT + 1400]:
        loaded.model.at(bar)
    await asked.look([loaded])
    assert await _states() == [(1, "silenced", "drift")]
    assert (await AuditEntry.objects.aget()).actor == "trading worker"
    await asked.look([loaded])
    assert loaded.model.at(turned[LEARNT + 1400]) is None
    await sync_to_async(published)()
    await asked.look([loaded])
    deque(loaded.model.warming_up(turned[: LEARNT + 50], ()), maxlen=0)
    assert await _states() == [(1, "retired", ""), (2, "active", "")]
    assert loaded.model.at(turned[LEARNT + 50]) is not None
    (line,) = _told_to_staff(lines)
    assert "boosting v1 on BTCUSDT 1m is silent until another version is trained: its directions were" in line.message


async def test_a_version_that_expires_while_it_is_asked_is_silenced_and_told_of_once(
    models: tuple[AskedModels, list[Event]],
) -> None:
    asked, lines = models
    loaded = await _loaded()
    asked.attach(loaded)
    assert loaded.model is not None
    await sync_to_async(published)()
    candles, end = list(bars(market())), LEARNT + 100
    await ModelVersion.objects.aupdate(stored=_good_until(candles[end].open_time))
    await asked.look([loaded])
    deque(loaded.model.warming_up(candles[: end - 20], ()), maxlen=0)
    before = [loaded.model.at(bar) for bar in candles[end - 20 : end]]
    await asked.look([loaded])
    assert await _states() == [(1, "active", "")]
    after = [loaded.model.at(bar) for bar in candles[end : end + 5]]
    for _ in range(3):
        await asked.look([loaded])
        after.append(loaded.model.at(candles[end + 5]))
    assert (any(before), any(after)) == (True, False)
    assert await _states() == [(1, "silenced", "expired")]
    (line,) = _told_to_staff(lines)
    assert "is silent until another version is trained: it is too old" in line.message
    assert await AuditEntry.objects.acount() == 1


async def test_what_could_not_be_stored_of_a_silence_is_stored_and_told_by_the_next_look(
    models: tuple[AskedModels, list[Event]],
) -> None:
    asked, lines = models
    loaded = await _loaded()
    asked.attach(loaded)
    assert loaded.model is not None
    version = await sync_to_async(published)()
    await asked.look([loaded])
    turned = list(bars(market(reversed_from=LEARNT + 1000)))
    deque(loaded.model.warming_up(turned[: LEARNT + 1400], ()), maxlen=0)
    await sync_to_async(_audited)(version)
    await AuditHead.objects.aupdate(number=0)  # so that no row fits into the audit
    with pytest.raises(IntegrityError):
        await asked.look([loaded])
    await AuditHead.objects.aupdate(number=1)
    assert await _states() == [(1, "active", "")]
    await asked.look([loaded])
    assert await _states() == [(1, "silenced", "drift")]
    assert len(_told_to_staff(lines)) == 1


def _good_until(time: int) -> str:
    stored = msgspec.json.decode(trained())
    stored["card"]["valid_until"] = time
    return msgspec.json.encode(stored).decode()


@transaction.atomic
def _audited(version: ModelVersion) -> None:
    audit_append(actor=STAFF, action="model.train", target=version.pk, now=TRAINED_AT)


@pytest.mark.parametrize("demo", [True, False])
async def test_what_learnt_from_the_simulator_drives_demo_accounts_alone(
    models: tuple[AskedModels, list[Event]], settings: Settings, demo: bool
) -> None:
    asked, _ = models
    loaded = await _loaded()
    loaded.account.is_demo, settings.EXCHANGE_SOURCE = demo, "simulator"
    asked.attach(loaded)
    assert (loaded.model is not None) is demo


async def test_a_version_of_other_features_is_not_asked_and_says_why(models: tuple[AskedModels, list[Event]]) -> None:
    asked, _ = models
    loaded = await _loaded()
    asked.attach(loaded)
    version = await sync_to_async(published)()
    stored = msgspec.json.decode(version.stored)
    stored["card"]["feature_digest"] = "0" * 64
    await ModelVersion.objects.aupdate(stored=msgspec.json.encode(stored).decode())
    await asked.look([loaded])
    assert await _states() == [(1, "silenced", "unusable")]
    assert "these are" in (await ModelVersion.objects.aget()).reason
    assert loaded.model is not None
    assert loaded.model.needed_from is None


def _second(trained_at: int) -> bytes:
    stored = msgspec.json.decode(trained())
    stored["card"] |= {"version": 2, "trained_at": trained_at}
    return msgspec.json.encode(stored)


def _versions(said: Iterable[Prediction | None]) -> set[int]:
    return {one.version for one in said if one is not None}


@pytest.mark.parametrize("before_close_ms", [1_000, 40_000])
def test_a_version_that_comes_is_asked_from_the_candle_on_from_which_a_backtest_asks_it(before_close_ms: int) -> None:
    """No candle is left out: the one before it goes on until then."""
    first, switch, last = LEARNT + 50, LEARNT + 100, LEARNT + 150
    first_asked = switch + (before_close_ms < READY_MS)
    second = _second(_ROWS[switch].close_time - before_close_ms)
    feed = ModelFeed(_name())
    feed.use("model_1", AskedModel(trained()), now=trained_to_ms())
    deque(feed.warming_up(_ROWS[:first], ()), maxlen=0)
    live = [feed.at(row) for row in _ROWS[first:switch]]
    feed.use("model_2", AskedModel(second), now=_ROWS[switch].close_time - before_close_ms)
    deque(feed.warming_up(_ROWS[:switch], ()), maxlen=0)
    live += [feed.at(row) for row in _ROWS[switch:last]]
    over = predictions_over(table_of(_ROWS[:last]), [trained(), second], start=_ROWS[first].open_time)
    assert live == [over.get(row.open_time) for row in _ROWS[first:last]]
    assert _versions(live[: first_asked - first]) == {1}
    assert _versions(live[first_asked - first :]) == {2}
    late = feed.at(_ROWS[first_asked - 1])
    assert late == live[first_asked - 1 - first], "who takes a candle late is told of it what the others were"


def test_until_a_version_s_time_the_one_before_goes_on_and_then_nothing_is_said_until_it_is_ready() -> None:
    begin, feed = LEARNT + 50, ModelFeed(_name())
    feed.use("model_1", AskedModel(trained()), now=trained_to_ms())
    deque(feed.warming_up(_ROWS[:begin], ()), maxlen=0)
    trained_at = _ROWS[begin].close_time - READY_MS + 1
    feed.use("model_2", AskedModel(_second(trained_at)), now=trained_at)
    waits_from = feed.needed_from
    assert waits_from is not None
    assert _versions([feed.at(_ROWS[begin])]) == {1}
    assert [feed.at(row) for row in _ROWS[begin + 1 : begin + 20]] == [None] * 19
    deque(feed.warming_up(_ROWS[: begin + 20], ()), maxlen=0)
    assert feed.needed_from is None
    assert _versions(feed.at(row) for row in _ROWS[begin + 20 : begin + 40]) == {2}
    feed.use("", None, now=_ROWS[begin + 40].open_time)
    assert feed.at(_ROWS[begin + 40]) is None


def test_after_going_back_to_a_version_the_one_before_is_silent_soon_though_candles_are_missing() -> None:
    begin, feed = LEARNT + 50, ModelFeed(_name())
    feed.use("model_2", AskedModel(_second(trained_to_ms())), now=trained_to_ms())
    deque(feed.warming_up(_ROWS[:begin], ()), maxlen=0)
    now = _ROWS[begin].close_time
    feed.use("model_1", AskedModel(trained()), now=now)
    assert _versions([feed.at(_ROWS[begin])]) == {2}
    assert (feed.live_state(now), feed.silence(now)) == (None, None)
    assert feed.at(_ROWS[begin + 1]) is None
    assert feed.live_state(now + READY_MS) is LiveState.NO_CANDLES
    assert feed.silence(now + READY_MS) == "candles since its training are still missing"
    deque(feed.warming_up(_ROWS[: begin + 2], ()), maxlen=0)
    assert feed.live_state(now + READY_MS) is LiveState.SPEAKING
    assert _versions([feed.at(_ROWS[begin + 2])]) == {1}


def _is_asked(loaded: LoadedSubAccount) -> bool:
    """Return whether its model has a version, which then waits for candles."""
    return loaded.model is not None and loaded.model.needed_from is not None


async def test_a_version_that_can_t_be_loaded_by_a_fault_is_silenced_and_the_next_is_asked(
    models: tuple[AskedModels, list[Event]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, lines = models
    loaded = await _loaded()
    asked.attach(loaded)
    await sync_to_async(published)()
    with monkeypatch.context() as broken:
        broken.setitem(sys.modules, "river.drift", None)  # it is there, and can't be imported
        await asked.look([loaded])
        await asked.look([loaded])
    assert await _states() == [(1, "silenced", "unusable")]
    assert not _is_asked(loaded)
    await sync_to_async(published)()
    await asked.look([loaded])
    assert _is_asked(loaded)
    (line,) = _told_to_staff(lines)
    assert "v1 on BTCUSDT 1m is silent until another version is trained: it can't be loaded: Mod" in line.message


@pytest.mark.parametrize("told", [LEARNT, LEARNT + 50])
async def test_a_version_that_fails_when_it_is_asked_is_silenced_and_the_next_is_asked(
    models: tuple[AskedModels, list[Event]], monkeypatch: pytest.MonkeyPatch, told: int
) -> None:
    """By its past, or by a candle of now: those who ask it are told nothing, and of no fault."""
    asked, lines = models
    loaded = await _loaded()
    asked.attach(loaded)
    feed = loaded.model
    assert feed is not None
    await sync_to_async(published)()
    await asked.look([loaded])
    with monkeypatch.context() as broken:
        broken.setitem(sys.modules, "river.drift", None)  # once a direction has come true it is needed
        deque(feed.warming_up(_ROWS[:told], ()), maxlen=0)
        said = [feed.at(row) for row in _ROWS[told : LEARNT + 51] for _ in range(2)]
    assert said[-2:] == [None, None]
    await asked.look([loaded])
    assert await _states() == [(1, "silenced", "unusable")]
    await sync_to_async(published)()
    await asked.look([loaded])
    assert _is_asked(loaded)
    (line,) = _told_to_staff(lines)
    assert "is silent until another version is trained: it fails when it is asked: ModuleNotFoundError" in line.message


def _without_memory(name: str, *rest: Any, **more: Any) -> Any:
    if name == "river.drift":
        raise MemoryError
    return _IMPORT(name, *rest, **more)


async def test_memory_that_another_has_taken_for_a_moment_silences_nothing(
    models: tuple[AskedModels, list[Event]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, _ = models
    loaded = await _loaded()
    asked.attach(loaded)
    await sync_to_async(published)()
    with monkeypatch.context() as full:
        full.setattr("builtins.__import__", _without_memory)
        await asked.look([loaded])
    assert not _is_asked(loaded)
    await asked.look([loaded])
    assert await _states() == [(1, "active", "")]
    assert _is_asked(loaded)
