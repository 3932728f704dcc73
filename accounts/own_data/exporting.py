"""All that a user owns, read from the rows that the apps declare."""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.apps import apps
from django.db import transaction
from django.db.models import Model

from accounts.models import User
from accounts.selectors import UserProfile, user_profile
from streaming.database.own_data import OwnData
from streaming.installed import data_kept_back, own_data

MOST_ROWS = 50_000
"""Of a model; of more, the newest."""


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """One's data: rows by model, oldest first; of which models there are more rows, and what isn't told, and why."""

    exported_at: str
    user: UserProfile
    data: dict[str, list[dict[str, Any]]]
    left_off: dict[str, int]
    kept_back: dict[str, str]


def data_export(*, user: User, exported_at: str) -> Export:
    """Return all that `user` owns, as it is at one moment where the database can show one."""
    with transaction.atomic():
        data = {own.model: _rows(own, user) for own in own_data()}
        counts = {own.model: _of(own, user).count() for own in own_data() if len(data[own.model]) == MOST_ROWS}
        profile = user_profile(user)
    return Export(
        exported_at=exported_at,
        user=profile,
        data=data,
        left_off={model: count - MOST_ROWS for model, count in counts.items() if count > MOST_ROWS},
        kept_back={kept.model: kept.why for kept in data_kept_back()},
    )


def _rows(own: OwnData, user: User) -> list[dict[str, Any]]:
    newest = _of(own, user).order_by("-pk").values(*_columns(apps.get_model(own.model), own.without))
    return list(newest[:MOST_ROWS])[::-1]


def _of(own: OwnData, user: User) -> Any:
    model: Any = apps.get_model(own.model)
    return model.objects.filter(**{own.owner: user.pk})


def _columns(model: type[Model], without: Sequence[str]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if field.name not in without]  # noqa: SLF001
