"""Trainings as the worker sees them: which is due by the clock, which is next, and what came of one."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from streaming.events import Interval
from streaming.market.own_source import own_source
from trading.learning.kinds import ModelKind
from trading.models import ModelTraining, ModelVersion
from trading.price_models.selectors import ModelName
from trading.price_models.states import CURRENT, TrainingState

_LOST = "The worker ended while it ran, or could not store its end"
_LONGEST_REASON = 500
NIGHT_ATTEMPTS = 4
"""So often a night's training is tried."""
FIRST_PAUSE = timedelta(minutes=10)
"""So long after the first attempt the second is made; each later pause is three times as long as the one before."""
_PAUSE_FACTOR = 3


@transaction.atomic
def nightly_trainings_request(names: Collection[ModelName], *, hour: int, now: datetime) -> int:
    """Ask for the night's trainings once `hour` (UTC) has come, each once a night; return how many were new."""
    if now.hour < hour or not names:
        return 0
    night = now.date()
    known = set(ModelTraining.objects.filter(night=night).values_list("symbol", "interval", "algorithm"))
    due = [name for name in names if (name.symbol, name.interval.value, name.algorithm.value) not in known]
    return sum(_night_request(name, now) for name in due)


def _night_request(name: ModelName, now: datetime) -> bool:
    """Ask for one; one that waits already is the night's then, and one that staff ask for now, at the next look."""
    of_model = {"symbol": name.symbol, "interval": name.interval.value, "algorithm": name.algorithm.value}
    waiting = ModelTraining.objects.filter(**of_model, state=TrainingState.WAITING.value)
    if waiting.update(night=now.date(), attempts=0, due_at=None, reason=""):
        return False
    try:
        with transaction.atomic():
            ModelTraining.objects.create(**of_model, night=now.date(), requested_at=now)
    except IntegrityError:
        return False
    return True


def trainings_take_over(*, claim: int, held: Collection[int] = (), now: datetime) -> int:
    """End what a worker before us left running, and what of ours isn't `held` (ids): its end could not be stored.

    Return how many there were. The night's are asked for anew.
    """
    left = ModelTraining.objects.filter(state=TrainingState.RUNNING.value).exclude(claim=claim, pk__in=held)
    return left.update(state=TrainingState.FAILED.value, reason=_LOST, night=None, ended_at=now)


def training_claim(*, claim: int, now: datetime) -> ModelTraining | None:
    """Claim the training that has waited longest of those that are due; None where none is."""
    is_due = Q(due_at__isnull=True) | Q(due_at__lte=now)
    waiting = ModelTraining.objects.filter(is_due, state=TrainingState.WAITING.value).order_by("id")
    training = waiting.first()
    if training is None:
        return None
    changed = waiting.filter(pk=training.pk).update(state=TrainingState.RUNNING.value, claim=claim)
    return _ours(training.pk, claim).first() if changed else None


def training_completed(*, training_id: int, claim: int, version: ModelVersion, now: datetime) -> None:
    """Note which version came of a training."""
    completed = {"state": TrainingState.COMPLETED.value, "reason": "", "due_at": None}
    _ours(training_id, claim).update(**completed, version=version, ended_at=now)


def training_failed(
    *, training_id: int, claim: int, reason: str, is_final: bool = False, now: datetime
) -> datetime | None:
    """Note why nothing came of a training; the version that is asked stays the one.

    One of a night is tried again, unless that `is_final`: return when, or None where it isn't.
    """
    training = _ours(training_id, claim).first()
    if training is None:
        return None
    attempts = training.attempts + 1
    due_at = None if is_final else _next_attempt(training, attempts, now)
    state = TrainingState.FAILED if due_at is None else TrainingState.WAITING
    ended = {"claim": claim, "ended_at": now} if due_at is None else {"claim": None, "due_at": due_at}
    _ours(training_id, claim).update(state=state.value, attempts=attempts, reason=reason[:_LONGEST_REASON], **ended)
    return due_at


def _next_attempt(training: ModelTraining, attempts: int, now: datetime) -> datetime | None:
    """Return when a night's training is tried again; None where it has been often enough, or another waits."""
    if training.night is None or attempts >= NIGHT_ATTEMPTS or _waiting_for_same(training).exists():
        return None
    pause: timedelta = FIRST_PAUSE * _PAUSE_FACTOR ** (attempts - 1)
    return now + pause


def training_put_back(*, training_id: int, claim: int, now: datetime) -> None:
    """Let a training wait again that was interrupted; another that waits meanwhile is as good."""
    training = _ours(training_id, claim).first()
    if training is None:
        return
    if _waiting_for_same(training).exists():
        _ours(training_id, claim).update(state=TrainingState.FAILED.value, reason=_LOST, ended_at=now)
    else:
        _ours(training_id, claim).update(state=TrainingState.WAITING.value, claim=None)


def name_of_training(training: ModelTraining) -> ModelName:
    """Return which model is trained: that of the market that there is now, from which its candles come."""
    return ModelName(training.symbol, Interval(training.interval), ModelKind(training.algorithm), own_source())


def current_version_text(name: ModelName) -> str:
    """Return what stays in use where a training fails, in words."""
    current = ModelVersion.objects.filter(**name.columns, state__in=CURRENT)
    number = current.values_list("number", flat=True).first()
    return "there is no version of it yet" if number is None else f"version {number} stays in its place"


def _waiting_for_same(training: ModelTraining) -> QuerySet[ModelTraining]:
    of_model = {"symbol": training.symbol, "interval": training.interval, "algorithm": training.algorithm}
    return ModelTraining.objects.filter(**of_model, state=TrainingState.WAITING.value)


def _ours(training_id: int, claim: int) -> QuerySet[ModelTraining]:
    return ModelTraining.objects.filter(pk=training_id, claim=claim, state=TrainingState.RUNNING.value)
