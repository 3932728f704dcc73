"""Versions of models: one is asked at a time, an earlier one may be gone back to, and one may be silenced."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from streaming.commands.errors import CommandRefusedError
from streaming.events import Interval, Source
from streaming.times import milliseconds
from tests.databases.before_statement import just_before
from tests.trading.price_models.versions import STAFF, TRAINED_AT, published
from trading.learning.kinds import ModelKind
from trading.learning.stored_model import decode
from trading.models import AuditEntry, ModelTraining, ModelVersion
from trading.price_models import services
from trading.price_models.errors import ModelConflictError
from trading.price_models.services import model_training_request, model_version_roll_back, model_version_silence
from trading.price_models.states import SilencedFor
from trading.retention import old_models_forget

pytestmark = pytest.mark.django_db
_HOUR = timedelta(hours=1)
_LATER = TRAINED_AT + _HOUR


def _states() -> list[tuple[int, str]]:
    return list(ModelVersion.objects.order_by("number").values_list("number", "state"))


def _silence(version: ModelVersion) -> ModelVersion:
    return model_version_silence(
        actor=STAFF, version=version, silenced_for=SilencedFor.STAFF, reason="silenced by Staff", now=_LATER
    )


@pytest.mark.long
def test_a_new_version_takes_the_place_of_the_one_before_and_says_when_it_was_made() -> None:
    published()
    second = published(at=_LATER)
    assert _states() == [(1, "retired"), (2, "active")]
    card = decode(second.stored.encode()).card
    assert (card.version, card.trained_at) == (2, milliseconds(_LATER))
    assert second.valid_until - _LATER == timedelta(days=2)
    assert (second.trained_to, second.features_hash) == (TRAINED_AT, card.feature_digest)


def test_models_of_another_algorithm_are_counted_by_themselves() -> None:
    published()
    assert published(ModelKind.ONLINE).number == 1
    assert set(ModelVersion.objects.values_list("algorithm", "state")) == {("boosting", "active"), ("online", "active")}


def test_a_version_of_one_exchange_leaves_that_of_another_as_it_is_and_is_not_gone_back_to_under_it(
    settings: Settings,
) -> None:
    published(source=Source.SIMULATOR)
    first, second = published(), published(source=Source.SIMULATOR)
    assert _states() == [(1, "retired"), (2, "active"), (3, "active")]
    ModelVersion.objects.filter(number=1).update(source="")
    unknown = ModelVersion.objects.get(number=1)
    with pytest.raises(CommandRefusedError, match="candles of an exchange that isn't known, and the market is that of"):
        model_version_roll_back(actor=STAFF, version=unknown, now=_LATER)
    _silence(first)
    settings.EXCHANGE_SOURCE = "simulator"
    with pytest.raises(CommandRefusedError, match="v2 on BTCUSDT 1m learnt from candles of binance, and the market is"):
        model_version_roll_back(actor=STAFF, version=first, now=_LATER)
    published(source=Source.SIMULATOR)
    model_version_roll_back(actor=STAFF, version=second, now=_LATER)
    assert _states() == [(1, "retired"), (2, "silenced"), (3, "active"), (4, "retired")]


def test_an_earlier_version_is_asked_again_with_an_audit_until_the_next_is_trained() -> None:
    first = published()
    published(at=_LATER)
    model_version_roll_back(actor=STAFF, version=first, now=_LATER)
    assert _states() == [(1, "active"), (2, "retired")]
    assert ModelVersion.objects.get(number=2).reason == "rolled back to version 1 by Staff"
    audited = AuditEntry.objects.get(action="model.roll_back")
    assert (audited.actor, audited.target, audited.before) == ("Staff", first.pk, '{"version":2}')
    published(at=_LATER + _HOUR)
    assert _states() == [(1, "retired"), (2, "retired"), (3, "active")]


@pytest.mark.long
def test_a_silenced_version_stays_the_one_until_another_comes_and_speaks_again_when_gone_back_to() -> None:
    version = published()
    _silence(version)
    row = ModelVersion.objects.get()
    assert (row.state, row.silenced_for, row.reason) == ("silenced", "staff", "silenced by Staff")
    assert AuditEntry.objects.get(action="model.silence").reason == "silenced by Staff"
    model_version_roll_back(actor=STAFF, version=version, now=_LATER)
    row = ModelVersion.objects.get()
    assert (row.state, row.silenced_for, row.reason) == ("active", "", "")
    _silence(version)
    published(at=_LATER)
    assert _states() == [(1, "retired"), (2, "active")]


def test_what_makes_no_sense_is_refused_and_changes_nothing() -> None:
    first = published()
    with pytest.raises(CommandRefusedError, match="boosting v1 on BTCUSDT 1m is active already"):
        model_version_roll_back(actor=STAFF, version=first, now=_LATER)
    published(at=_LATER)
    with pytest.raises(CommandRefusedError, match="is retired: it says nothing"):
        _silence(first)
    too_late = TRAINED_AT + timedelta(days=2)
    with pytest.raises(CommandRefusedError, match=r"has expired: it was good until 20.*; train it anew"):
        model_version_roll_back(actor=STAFF, version=first, now=too_late)
    first.delete()
    with pytest.raises(CommandRefusedError, match="Not found"):
        model_version_roll_back(actor=STAFF, version=first, now=_LATER)
    assert _states() == [(2, "active")]
    assert not AuditEntry.objects.exists()


def _request() -> ModelTraining:
    return model_training_request(
        actor=STAFF, symbol="BTCUSDT", interval=Interval.MINUTE_1, algorithm=ModelKind.ONLINE, now=_LATER
    )


def test_a_training_is_asked_for_once() -> None:
    assert str(_request()) == "training of online on BTCUSDT 1m"
    with pytest.raises(CommandRefusedError, match="online on BTCUSDT 1m is about to be trained already"):
        _request()
    assert AuditEntry.objects.get().action == "model.train"


def test_of_two_who_ask_for_a_training_at_once_the_second_is_refused() -> None:
    with just_before('INSERT INTO "trading_modeltraining"', _request), pytest.raises(ModelConflictError):
        _request()


def test_without_the_extra_nothing_is_trained_and_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "learning_is_installed", lambda: False)
    with pytest.raises(CommandRefusedError, match=r"pip install 'tidewire\[learning\]'"):
        _request()
    assert not ModelTraining.objects.exists()


def test_versions_that_are_asked_no_more_are_kept_for_a_time(settings: Settings) -> None:
    settings.MODEL_VERSIONS_KEPT_DAYS = 10
    for hours in range(3):
        published(at=TRAINED_AT + hours * _HOUR)
    after = milliseconds(TRAINED_AT + timedelta(days=10, hours=1, minutes=1))
    assert sum(old_models_forget(now_ms=after)) == 2
    assert _states() == [(3, "active")]
