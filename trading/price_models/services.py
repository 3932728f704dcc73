"""What changes versions of models: one function a use case, each in one transaction, for worker, admin and commands.

A stored model is read here as plain JSON: publishing, rolling back and silencing load nothing that learns.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Q

from streaming.database.caused_rows import caused_now
from streaming.events import Interval, Source
from streaming.events.intervals import interval_of_length
from streaming.market.own_source import own_source
from streaming.times import iso_time, milliseconds, moment
from trading.audit.services import Actor, audit_append
from trading.learning.kinds import ModelKind, learning_is_installed
from trading.learning.labels import LearntLabels
from trading.models import ModelTraining, ModelVersion
from trading.price_models.errors import LearningMissingError, ModelConflictError, ModelNotFoundError
from trading.price_models.states import CURRENT, LiveState, ModelState, SilencedFor, TrainingState

_LONGEST_REASON = 500
_HELD = tuple(state.value for state in (TrainingState.WAITING, TrainingState.RUNNING))


class LiveStateChange(NamedTuple):
    """A version that is asked speaks, or says nothing, as it did not `before`; None where nobody asked it."""

    version: ModelVersion
    before: LiveState | None
    after: LiveState


@transaction.atomic
def model_version_publish(*, trained: bytes, source: Source, now: datetime) -> ModelVersion:
    """Store a trained model (`trading.learning.stored_model.encode`) as the next version, which is asked from now on.

    The one before it that learnt from the candles of the same `source` is retired. Whatever number and time it was
    trained with, it gets the next one and this.
    """
    stored: dict[str, Any] = msgspec.json.decode(trained)
    card = stored["card"]
    card["valid_until"] += milliseconds(now) - card["trained_at"]
    card["trained_at"] = milliseconds(now)
    interval = interval_of_length(card["interval"])
    versions = _versions_locked(card["symbol"], interval, card["kind"])
    number = card["version"] = 1 + max((version.number for version in versions), default=0)
    _retire(_of_source(versions, source.value), f"version {number} has come in its place")
    return ModelVersion.objects.create(
        source=source.value,
        symbol=card["symbol"],
        interval=interval.value,
        algorithm=card["kind"],
        number=number,
        horizon=card["horizon"],
        seed=card["seed"],
        features_hash=card["feature_digest"],
        data_hash=card["data_digest"],
        trained_from=moment(card["data_start"]),
        trained_to=moment(card["data_end"]),
        trained_at=moment(card["trained_at"]),
        valid_until=moment(card["valid_until"]),
        card=card,
        stored=msgspec.json.encode(stored).decode(),
    )


@transaction.atomic
def model_version_roll_back(*, actor: Actor, version: ModelVersion, now: datetime) -> ModelVersion:
    """Let an earlier version be asked again, until another is trained.

    Raise `ModelConflictError` where it is asked already, is too old to say anything, or learnt from another market.
    """
    versions = _of_source(
        _versions_locked(version.symbol, Interval(version.interval), version.algorithm), version.source
    )
    row = _found(versions, version)
    if row.source != (source := own_source().value):
        learnt = row.source or "an exchange that isn't known"
        raise ModelConflictError(f"{row} learnt from candles of {learnt}, and the market is that of {source}")
    if row.state == ModelState.ACTIVE.value:
        raise ModelConflictError(f"{row} is active already")
    if row.valid_until <= now:
        until = iso_time(milliseconds(row.valid_until))
        raise ModelConflictError(f"{row} has expired: it was good until {until}; train it anew")
    before = next((one for one in versions if one.state in CURRENT), None)
    _retire([one for one in versions if one.pk != row.pk], f"rolled back to version {row.number} by {actor.name}")
    _change(row, state=ModelState.ACTIVE, silenced_for="", reason="")
    audit_append(
        actor=actor,
        action="model.roll_back",
        target=row.pk,
        before={"version": None if before is None else before.number},
        after={"model": str(row), "version": row.number},
        now=now,
    )
    return row


def model_version_locked(version: ModelVersion) -> ModelVersion:
    """Return a version as it is now, with all of its model locked until the transaction ends.

    Raise `ModelNotFoundError` where it is gone.
    """
    return _found(_versions_locked(version.symbol, Interval(version.interval), version.algorithm), version)


@transaction.atomic
def model_version_silence(
    *, actor: Actor, version: ModelVersion, silenced_for: SilencedFor, reason: str, now: datetime
) -> ModelVersion:
    """Let a version say nothing any more, until another is trained or it is rolled back to.

    Raise `ModelConflictError` for one that isn't asked, or is silenced already.
    """
    row = model_version_locked(version)
    if row.state != ModelState.ACTIVE.value:
        raise ModelConflictError(f"{row} is {row.state}: it says nothing")
    _change(row, state=ModelState.SILENCED, silenced_for=silenced_for.value, reason=reason)
    audit_append(
        actor=actor,
        action="model.silence",
        target=row.pk,
        reason=reason,
        before={"state": ModelState.ACTIVE.value},
        after={"model": str(row), "state": row.state, "silenced_for": row.silenced_for},
        now=now,
    )
    return row


@transaction.atomic
def model_labels_note(learnt: Mapping[str, LearntLabels]) -> None:
    """Note what versions, by their ids, have learnt since their training; those that are gone are passed over."""
    _lock_in_order(Q(pk__in=list(learnt)))
    ModelVersion.objects.bulk_update(
        [
            ModelVersion(
                pk=version_id,
                labels_since_training=labels.count,
                newest_label_at=None if labels.newest is None else moment(labels.newest),
            )
            for version_id, labels in learnt.items()
        ],
        ["labels_since_training", "newest_label_at"],
    )


@transaction.atomic
def model_live_states_note(states: Mapping[str, LiveState | None]) -> list[LiveStateChange]:
    """Note of the versions that are asked live, by their ids, whether they speak; return of which that has changed.

    Where that isn't known yet (None) it stays as it is noted; of all others it isn't known any more.
    """
    _lock_in_order(Q(pk__in=list(states)) | ~Q(live_state=""))
    ModelVersion.objects.exclude(pk__in=list(states)).exclude(live_state="").update(live_state="")
    changes: list[LiveStateChange] = []
    for version in ModelVersion.objects.defer("stored", "card").filter(pk__in=list(states)):
        after, before = states[version.pk], version.live_state
        if after is not None and after.value != before:
            ModelVersion.objects.filter(pk=version.pk).update(live_state=after.value)
            changes.append(LiveStateChange(version, LiveState(before) if before else None, after))
    return changes


@transaction.atomic
def model_training_request(
    *, actor: Actor, symbol: str, interval: Interval, algorithm: ModelKind, now: datetime
) -> ModelTraining:
    """Have a model trained by the trading worker, as soon as it gets to it; one that is to be tried again is at once.

    Raise `LearningMissingError` where nothing here can learn, `ModelConflictError` where it is about to be trained.
    """
    if not learning_is_installed():
        raise LearningMissingError
    of_model = {"symbol": symbol, "interval": interval.value, "algorithm": algorithm.value}
    training = _waiting_for_another_attempt(of_model)
    if training is None:
        training = _first_training(of_model, now)
    else:
        ModelTraining.objects.filter(pk=training.pk).update(due_at=None)
    audit_append(actor=actor, action="model.train", target=str(training.pk), after=dict(of_model), now=now)
    return training


def _first_training(of_model: Mapping[str, str], now: datetime) -> ModelTraining:
    """Store that a model is to be trained; of those who ask at once the database lets one alone."""
    about = ModelConflictError("{algorithm} on {symbol} {interval} is about to be trained already".format(**of_model))
    if ModelTraining.objects.filter(**of_model, state__in=_HELD).exists():
        raise about
    try:
        with transaction.atomic():
            return ModelTraining.objects.create(**of_model, requested_at=now, **caused_now())
    except IntegrityError as refusal:
        raise about from refusal


def _waiting_for_another_attempt(of_model: Mapping[str, str]) -> ModelTraining | None:
    waiting = ModelTraining.objects.filter(**of_model, state=TrainingState.WAITING.value, due_at__isnull=False)
    return waiting.select_for_update().first()


def _versions_locked(symbol: str, interval: Interval, algorithm: str) -> list[ModelVersion]:
    """Return all versions, of whichever source, without what is large, locked until the transaction ends.

    They are read once they are locked: who waited for the lock would not see the version that another added meanwhile.
    """
    found = ModelVersion.objects.filter(symbol=symbol, interval=interval.value, algorithm=algorithm)
    list(found.select_for_update().order_by("number").values_list("pk"))
    return list(found.defer("stored", "card").order_by("number"))


def _lock_in_order(which: Q) -> None:
    """Lock versions of several models, those of each in the order in which `_versions_locked` does."""
    versions = ModelVersion.objects.filter(which).order_by("symbol", "interval", "algorithm", "number")
    list(versions.select_for_update().values_list("pk"))


def _of_source(versions: list[ModelVersion], source: str) -> list[ModelVersion]:
    return [version for version in versions if version.source == source]


def _found(versions: list[ModelVersion], version: ModelVersion) -> ModelVersion:
    row = next((one for one in versions if one.pk == version.pk), None)
    if row is None:
        raise ModelNotFoundError
    return row


def _retire(versions: list[ModelVersion], reason: str) -> None:
    for version in versions:
        if version.state in CURRENT:
            _change(version, state=ModelState.RETIRED, silenced_for="", reason=reason)


def _change(version: ModelVersion, *, state: ModelState, silenced_for: str, reason: str) -> None:
    version.state, version.silenced_for, version.reason = state.value, silenced_for, reason[:_LONGEST_REASON]
    version.save(update_fields=["state", "silenced_for", "reason"])
