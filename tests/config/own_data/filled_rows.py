"""A row of a user in every model that users have rows of, whatever apps are installed."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Field, Model
from django.utils import timezone

from accounts.models import User
from streaming.installed import data_of_users

_BY_TYPE: dict[str, Any] = {
    "BooleanField": False,
    "BinaryField": b"",
    "DateField": dt.date(2026, 11, 1),
    "JSONField": {},
    "FloatField": 0.5,
    "TextField": "{}",
    "GenericIPAddressField": "203.0.113.7",
    "ExactDecimalField": Decimal(1),
}
CHAINED = "trading.AuditEntry"
"""Rows of it are made by its own service alone: each is chained to the one before it."""
_COLUMNS_OF_USERS = {"user_id", "owner_id", "actor_id"}
_MADE_BY_HAND: dict[str, dict[str, Any]] = {
    "trading.Backtest": {"start": 0, "end": 60_000, "state": "completed"},
    "trading.Grid": {"state": "stopped", "ended_at": timezone.now()},
    "trading.Strategy": {"state": "stopped", "ended_at": timezone.now(), "interval": "1m"},
    "trading.Order": {"state": "filled", "ended_at": timezone.now(), "locked": Decimal(0)},
    "trading.SubAccount": {"grid": None},
    "trading.KillSwitch": {"scope": "user", "instance": ""},
    "alerts.HistoricalAlertRule": {"history_type": "+"},
    "admin.LogEntry": {"action_flag": 1},
    "wallets.ChainTransaction": {"hash": f"0x{'ab' * 32}"},
}


class FilledRows:
    """Makes one row of each model that is declared, and of those that they need; `of` returns the one of a model."""

    def __init__(self, user: User) -> None:
        self._user = user
        self._made: dict[type[Model], Any] = {User: user}
        self._declared = {apps.get_model(one.model) for one in data_of_users() if one.model != CHAINED}
        for model in self._declared:
            self.of(model)

    def of(self, model: type[Model]) -> Any:
        """Return the user's row of a model, or everybody's, which is made where there is none yet."""
        if model not in self._made:
            everybodys = None if model in self._declared else model._base_manager.first()
            self._made[model] = everybodys or self._new(model)
        return self._made[model]

    def _new(self, model: type[Model]) -> Any:
        row = model(**dict(self._values(model)) | _MADE_BY_HAND.get(model._meta.label, {}))
        model._base_manager.bulk_create([row])
        return row

    def _values(self, model: type[Model]) -> Iterator[tuple[str, Any]]:
        fields: list[Any] = list(model._meta.concrete_fields)
        for field in fields:
            if field.name in _COLUMNS_OF_USERS:
                yield field.name, self._user.pk
            elif field.is_relation:
                if not field.null or field.related_model is User:
                    yield field.name, self.of(field.related_model)
            elif not field.has_default() and field.get_internal_type() != "BigAutoField" and not field.null:
                yield field.name, self._value(field)

    def _value(self, field: "Field[Any, Any]") -> Any:
        if field.choices:
            return next(iter(dict(field.flatchoices)))
        name = type(field).__name__
        if name in _BY_TYPE:
            return _BY_TYPE[name]
        if "Integer" in name:
            return self._user.pk
        return timezone.now() if name == "DateTimeField" else self._text(field.max_length)

    def _text(self, most: int | None) -> str:
        """Return a text that differs from user to user; the later digits of an id are what two users differ by."""
        text = str(self._user.pk)
        return text[-most:] if most else text
