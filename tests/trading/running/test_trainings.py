"""The worker trains models at their hour and on request; the training is a real process."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer
from django.core.management import CommandError, call_command
from django.db import connections
from pytest_django import Settings

from streaming.events import Event, Interval, LogLine, Source
from streaming.fan_out.dotted_feed import DottedGroup
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.times import milliseconds
from streaming.workers.declared_figures import FigureSource
from streaming.workers.worker import WorkerContext
from tests.databases.before_statement import just_before
from tests.manual_clock import ManualClock
from tests.trading.market import symbol_listed
from tests.trading.price_models.stored_market import market_stored
from tests.trading.price_models.versions import STAFF, TRAINED_AT, market
from trading.learning.kinds import ModelKind
from trading.learning.stored_model import decode
from trading.models import ModelTraining, ModelVersion
from trading.price_models.selectors import ModelName
from trading.price_models.services import model_training_request
from trading.price_models.trainings import (
    nightly_trainings_request,
    training_claim,
    training_failed,
    trainings_take_over,
)
from trading.running.trainings import ModelTrainings

_NAME = ModelName("BTCUSDT", Interval.MINUTE_1, ModelKind.BOOSTING, Source.BINANCE)
_NIGHT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_the_night_s_trainings_are_asked_for_from_their_hour_on_and_once_a_night() -> None:
    early, late = _NIGHT - timedelta(minutes=1), _NIGHT + timedelta(hours=9)
    asked = [nightly_trainings_request([_NAME], hour=2, now=now) for now in (early, _NIGHT, late)]
    assert asked == [0, 1, 0]
    ModelTraining.objects.update(state="completed")
    assert nightly_trainings_request([_NAME], hour=2, now=_NIGHT + timedelta(days=1)) == 1


@pytest.mark.django_db
def test_what_a_killed_worker_left_of_the_night_is_asked_for_anew() -> None:
    nightly_trainings_request([_NAME], hour=2, now=_NIGHT)
    ModelTraining.objects.update(state="running", claim=1)
    assert trainings_take_over(claim=2, now=_NIGHT) == 1
    assert nightly_trainings_request([_NAME], hour=2, now=_NIGHT) == 1
    assert list(ModelTraining.objects.order_by("id").values_list("state", flat=True)) == ["failed", "waiting"]


@pytest.mark.django_db
def test_what_runs_is_left_alone_and_what_could_not_be_ended_is_asked_for_anew() -> None:
    nightly_trainings_request([_NAME], hour=2, now=_NIGHT)
    ModelTraining.objects.update(state="running", claim=1)
    running = [training.pk for training in ModelTraining.objects.all()]
    assert trainings_take_over(claim=1, held=running, now=_NIGHT) == 0
    assert trainings_take_over(claim=1, now=_NIGHT) == 1
    assert nightly_trainings_request([_NAME], hour=2, now=_NIGHT) == 1


def _claimed_and_failed(now: datetime, *, is_final: bool = False) -> datetime | None:
    training = training_claim(claim=1, now=now)
    assert training is not None
    return training_failed(training_id=training.pk, claim=1, reason="no exchange", is_final=is_final, now=now)


@pytest.mark.django_db
def test_what_failed_in_the_night_is_tried_again_ever_later_and_not_for_ever() -> None:
    nightly_trainings_request([_NAME], hour=2, now=_NIGHT)
    now, pauses = _NIGHT, []
    while (due_at := _claimed_and_failed(now)) is not None:
        pauses.append(due_at - now)
        assert training_claim(claim=1, now=due_at - timedelta(seconds=1)) is None
        assert nightly_trainings_request([_NAME], hour=2, now=now) == 0
        now = due_at
    assert [pause // timedelta(minutes=1) for pause in pauses] == [10, 30, 90]
    training = ModelTraining.objects.get()
    assert (training.state, training.attempts, training.reason) == ("failed", 4, "no exchange")
    assert training.ended_at == now
    assert nightly_trainings_request([_NAME], hour=2, now=_NIGHT + timedelta(days=1)) == 1


@pytest.mark.django_db
def test_what_can_not_succeed_or_was_asked_for_by_staff_is_not_tried_again() -> None:
    nightly_trainings_request([_NAME], hour=2, now=_NIGHT)
    assert _claimed_and_failed(_NIGHT, is_final=True) is None
    _asked_by_staff()
    assert _claimed_and_failed(_NIGHT) is None
    assert set(ModelTraining.objects.values_list("state", flat=True)) == {"failed"}


@pytest.mark.django_db
def test_staff_need_not_wait_for_the_next_attempt() -> None:
    nightly_trainings_request([_NAME], hour=2, now=_NIGHT)
    assert _claimed_and_failed(_NIGHT) is not None
    assert _asked_by_staff() == ModelTraining.objects.get()
    assert training_claim(claim=1, now=_NIGHT) is not None


@pytest.mark.django_db
def test_the_night_leaves_a_training_that_staff_ask_for_at_the_same_moment_to_its_next_look() -> None:
    with just_before('INSERT INTO "trading_modeltraining"', _asked_by_staff):
        assert nightly_trainings_request([_NAME], hour=2, now=_NIGHT) == 0


def _asked_by_staff() -> ModelTraining:
    name = {"symbol": _NAME.symbol, "interval": _NAME.interval, "algorithm": _NAME.algorithm}
    return model_training_request(actor=STAFF, **name, now=_NIGHT)  # type: ignore[arg-type]  # of several types


@pytest.mark.usefixtures("transactional_db")
async def test_a_symbol_that_there_is_not_is_told_and_the_others_are_trained(
    heard: tuple[Hub, list[Event]], settings: Settings
) -> None:
    settings.LEARNING_SYMBOLS, settings.LEARNING_ALGORITHMS = ["BTCUSDTT", "BTCUSDT"], ["boosting"]
    settings.LEARNING_DAYS, settings.LEARNING_HORIZON, settings.LEARNING_HOUR = 2, 1, TRAINED_AT.hour
    hub, lines = heard
    await sync_to_async(symbol_listed)()
    await sync_to_async(market_stored)(market().until(3000))
    clock = ManualClock(milliseconds(TRAINED_AT))
    context = WorkerContext(hub=hub, clock=clock, holder="one", epoch=1, figures=FigureSource())
    trainings = ModelTrainings(context, slots=asyncio.Semaphore(1))
    while not await ModelTraining.objects.filter(state="completed").aexists():
        await trainings.look(1)
        await trainings.settled()
    await trainings.leave(1)
    wrong = await ModelTraining.objects.aget(symbol="BTCUSDTT")
    said = "Unknown symbol: BTCUSDTT; LEARNING_SYMBOLS names it"
    assert (wrong.state, wrong.reason, wrong.due_at) == ("failed", said, None)
    told = [line.message for line in lines if isinstance(line, LogLine)]
    assert f"The training of boosting on BTCUSDTT 1m has failed; there is no version of it yet. {said}" in told


@pytest.mark.usefixtures("transactional_db")
async def test_an_interval_that_the_exchange_has_no_candles_of_is_told(
    heard: tuple[Hub, list[Event]], settings: Settings
) -> None:
    settings.LEARNING_SYMBOLS, settings.LEARNING_ALGORITHMS = ["BTCUSDT"], ["boosting"]
    settings.LEARNING_INTERVAL, settings.LEARNING_HOUR, settings.EXCHANGE_SOURCE = "3m", TRAINED_AT.hour, "kraken"
    await sync_to_async(symbol_listed)()
    clock = ManualClock(milliseconds(TRAINED_AT))
    context = WorkerContext(hub=heard[0], clock=clock, holder="one", epoch=1, figures=FigureSource())
    trainings = ModelTrainings(context, slots=asyncio.Semaphore(1))
    await trainings.look(1)
    await trainings.settled()
    await trainings.leave(1)
    wrong = await ModelTraining.objects.aget()
    said = "the exchange has no candles of 3m; LEARNING_INTERVAL names it"
    assert (wrong.state, wrong.reason, wrong.due_at) == ("failed", said, None)


@pytest.mark.usefixtures("transactional_db")
async def test_a_training_waits_for_the_symbols_of_an_exchange_that_was_never_read(
    heard: tuple[Hub, list[Event]], settings: Settings
) -> None:
    """As on a first start, where the worker is there before the exchange has answered."""
    settings.LEARNING_SYMBOLS, settings.LEARNING_ALGORITHMS = ["BTCUSDT"], ["boosting"]
    settings.LEARNING_HOUR = TRAINED_AT.hour
    hub, lines = heard
    clock = ManualClock(milliseconds(TRAINED_AT))
    context = WorkerContext(hub=hub, clock=clock, holder="one", epoch=1, figures=FigureSource())
    trainings = ModelTrainings(context, slots=asyncio.Semaphore(1))
    await trainings.look(1)
    await trainings.settled()
    training = await ModelTraining.objects.aget()
    assert (training.state, training.attempts, training.due_at) == ("waiting", 0, None)
    assert not [line for line in lines if isinstance(line, LogLine)]


@pytest.fixture
async def heard() -> AsyncIterator[tuple[Hub, list[Event]]]:
    """Return a hub, and what staff hears on it."""
    hub, lines = Hub(InMemoryChannelLayer(capacity=1000), topic_registry(), linger=0), list[Event]()
    await hub.start()
    (await hub.acquire(DottedGroup("s.log.all"))).add_callback(lines.append)
    yield hub, lines
    await hub.stop()
    await sync_to_async(connections.close_all)()


@pytest.mark.usefixtures("transactional_db")
async def test_it_trains_by_its_clock_and_a_training_that_fails_changes_nothing(
    heard: tuple[Hub, list[Event]], settings: Settings
) -> None:
    settings.LEARNING_SYMBOLS, settings.LEARNING_ALGORITHMS = ["BTCUSDT"], ["boosting"]
    settings.LEARNING_DAYS, settings.LEARNING_HORIZON, settings.LEARNING_HOUR = 2, 1, TRAINED_AT.hour
    hub, lines = heard
    await sync_to_async(symbol_listed)()
    await sync_to_async(market_stored)(market().until(3000))
    clock = ManualClock(milliseconds(TRAINED_AT))
    context = WorkerContext(hub=hub, clock=clock, holder="one", epoch=1, figures=FigureSource())
    trainings = ModelTrainings(context, slots=asyncio.Semaphore(1))
    await trainings.look(1)
    await trainings.settled()
    version = await ModelVersion.objects.aget()
    assert (version.state, version.number, version.horizon, version.source) == ("active", 1, 1, "binance")
    assert (version.trained_to, version.trained_at) == (TRAINED_AT, TRAINED_AT)
    assert (await ModelTraining.objects.aget()).version_id == version.pk
    card = decode(version.stored.encode()).card
    assert card.calibration is not None
    assert card.calibration.has_skill

    settings.LEARNING_DAYS, settings.LEARNING_SYMBOLS = 1, []
    settings.LEARNING_HORIZON = 700  # of a day too little is left to learn from
    request = sync_to_async(model_training_request)
    await request(actor=STAFF, symbol="BTCUSDT", interval=_NAME.interval, algorithm=_NAME.algorithm, now=TRAINED_AT)
    await trainings.look(1)
    await trainings.settled()
    await trainings.leave(1)
    failed = await ModelTraining.objects.aget(state="failed")
    assert "500 of both kinds are needed" in failed.reason
    assert (await ModelVersion.objects.aget()).state == "active"
    assert [line.message for line in lines if isinstance(line, LogLine)] == [
        "boosting v1 on BTCUSDT 1m was trained, and is asked from now on",
        f"The training of boosting on BTCUSDT 1m has failed; version 1 stays in its place. {failed.reason}",
    ]


@pytest.fixture
def closing(transactional_db: None) -> Iterator[None]:
    """Close the connections of the threads that a command has used."""
    yield
    connections.close_all()


@pytest.mark.usefixtures("closing")
def test_the_command_says_what_cannot_be_trained() -> None:
    symbol_listed()
    with pytest.raises(CommandError, match="Unknown symbol: ETHUSDT"):
        call_command("train_model", "ETHUSDT", stdout=StringIO())
    with pytest.raises(CommandError, match="--days must be at least 1"):
        call_command("train_model", "BTCUSDT", "--days", "0")
    assert not ModelVersion.objects.exists()
