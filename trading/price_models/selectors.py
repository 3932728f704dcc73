"""What reads versions of models. None loads what it takes to ask one."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from django.conf import settings
from django.db.models import Max, Min, Q, QuerySet

from streaming.database.conditions import where_given
from streaming.events import Interval, Source
from streaming.market.own_source import own_source
from streaming.times import milliseconds, moment
from streaming.workers.leases.lease_rows import Vacancy, lease_vacancy
from trading.declared_workers import TRADING_WORKER
from trading.learning.definitions import FEATURE_SETS
from trading.learning.kinds import ModelKind
from trading.models import ModelVersion
from trading.price_models.errors import ModelNotFoundError
from trading.price_models.parameters import ModelQuery
from trading.price_models.states import CURRENT, READY_MS, ModelState, SilencedFor


class ModelName(NamedTuple):
    """What a model is known by, which its versions share; `source` made the candles that it learns from."""

    symbol: str
    interval: Interval
    algorithm: ModelKind
    source: Source

    @property
    def columns(self) -> dict[str, str]:
        """Return what the rows of its versions have; none whose source isn't known is among them."""
        return {name: str(value) for name, value in self._asdict().items()}


class CurrentVersion(msgspec.Struct, frozen=True, kw_only=True):
    """The version of a model that is asked, and whether it may speak; the `reason` where it may not."""

    id: str
    is_active: bool
    reason: str = ""


class VersionSpan(NamedTuple):
    """Up to where a version learnt, and until when it is good (ms)."""

    trained_to: int
    valid_until: int


class VersionPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some of the versions that were found, and how many there are in all."""

    items: Sequence[ModelVersion]
    total: int


def versions_page(query: ModelQuery) -> VersionPage:
    """Return the versions that fit, newest first, without the fitted models."""
    given = where_given(
        symbol=query.symbol_name,
        interval=query.interval and query.interval.value,
        algorithm=query.algorithm and query.algorithm.value,
        state=query.state and query.state.value,
        source=query.source and query.source.value,
    )
    found = ModelVersion.objects.filter(given)
    if query.in_use is not None:
        used = Q(state__in=CURRENT, source=own_source().value)
        found = found.filter(used if query.in_use else ~used)
    items = list(found.defer("stored")[query.offset : query.offset + query.limit])
    return VersionPage(items=items, total=found.count())


def version_of(version_id: str) -> ModelVersion:
    """Return a version without the fitted model; raise `ModelNotFoundError` where there is none."""
    row = ModelVersion.objects.defer("stored").filter(pk=version_id).first()
    if row is None:
        raise ModelNotFoundError
    return row


def current_versions(names: Collection[ModelName]) -> dict[ModelName, CurrentVersion]:
    """Return which version of each model is asked now, of those that have one; in one query."""
    if not names:
        return {}
    wanted = Q()
    for name in names:
        wanted |= Q(**name.columns)
    found = ModelVersion.objects.filter(wanted, state__in=CURRENT).only(*ModelName._fields, "state", "reason")
    return {
        name_of(row): CurrentVersion(id=row.pk, is_active=row.state == CURRENT[0], reason=row.reason) for row in found
    }


def name_of(version: ModelVersion) -> ModelName:
    """Return which model a version is of; raise `ValueError` for one of which it isn't known whose candles it had."""
    return ModelName(version.symbol, Interval(version.interval), ModelKind(version.algorithm), Source(version.source))


def is_in_use(version: ModelVersion) -> bool:
    """Return whether it is the one that is asked now, be it silenced: not retired, and of the market that there is."""
    return version.state in CURRENT and version.source == own_source().value


def silence_of(version: ModelVersion, *, now: datetime) -> SilencedFor | None:
    """Return why a version says nothing until another comes; None where nothing lasting keeps it from speaking.

    That one has expired is stored once a live strategy asks it, and holds before that, too.
    """
    if version.state == ModelState.ACTIVE.value and version.valid_until <= now:
        return SilencedFor.EXPIRED
    return SilencedFor(version.silenced_for) if version.silenced_for else None


def live_states_are_kept(*, now: datetime) -> bool:
    """Return whether somebody keeps the live states of versions up to date: a trading worker that holds its lease.

    Without Redis it works beside the server, in its process, and needs none.
    """
    return not settings.REDIS_URLS or lease_vacancy(name=TRADING_WORKER.name, now=now) is Vacancy.HELD


def stored_model_of(version_id: str) -> bytes | None:
    """Return the fitted model of a version as it is stored; None where there is no such version any more."""
    stored = ModelVersion.objects.filter(pk=version_id).values_list("stored", flat=True).first()
    return None if stored is None else stored.encode()


def versions_known_by(name: ModelName, *, start: int, end: int, most: int) -> list[bytes]:
    """Return the fitted models that were asked at some time from `start` to before `end` (ms), oldest first.

    The first one is that which was asked at `start`, and learnt from nothing from `start` on; at most the `most`
    newest. Empty where none was trained before.
    """
    found = _known_by(name, start=start, end=end).values_list("stored", flat=True)
    return [stored.encode() for stored in found[:most]][::-1]


def spans_known_by(name: ModelName, *, start: int, end: int, most: int) -> list[VersionSpan]:
    """Return the spans of the same versions."""
    found = _known_by(name, start=start, end=end).values_list("trained_to", "valid_until")
    return [VersionSpan(*map(milliseconds, times)) for times in found[:most]][::-1]


def _known_by(name: ModelName, *, start: int, end: int) -> QuerySet[ModelVersion]:
    """Return the versions that were asked at some time from `start` to before `end` (ms), the newest first."""
    of_model = ModelVersion.objects.filter(**name.columns, features_hash__in=list(FEATURE_SETS)).order_by("-number")
    before = of_model.filter(trained_to__lte=moment(start), trained_at__lte=moment(start))
    asked_already = before.filter(trained_at__lte=moment(start - READY_MS)).aggregate(number=Max("number"))["number"]
    first = asked_already or before.aggregate(number=Min("number"))["number"]
    return of_model.none() if first is None else of_model.filter(number__gte=first, trained_at__lt=moment(end))
