"""Rows of users, as the apps declare them: deleted all at once, however many there are."""

from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.db.models import DO_NOTHING, SET_NULL, Model
from django.db.models.signals import post_delete

from accounts.models import User
from streaming.database.own_data import KeptBack, OwnData
from streaming.installed import data_of_users


def rows_that_go() -> tuple[OwnData | KeptBack, ...]:
    """Return of which models the rows go with their user, in the order in which they can: the user's own row last.

    What refers to others comes before them, and records of what happened last of all: a deletion may write some.
    """
    declared = {apps.get_model(one.model): one for one in data_of_users() if not one.stays}
    user = declared.pop(User)
    in_order = [declared[model] for model in _children_first(tuple(declared)) if model in declared]
    return (*sorted(in_order, key=lambda one: _is_record(apps.get_model(one.model))), user)


def rows_delete(declared: OwnData | KeptBack, user_id: int) -> None:
    """Delete a user's rows of a model without reading them, unless somebody hears of each one's end.

    Rows of others that only name one of them name none any more.
    """
    model: Any = apps.get_model(declared.model)
    rows = model._base_manager.filter(**{declared.owner: user_id})  # noqa: SLF001 - a manager may hide some
    if model is User or post_delete.has_listeners(model):
        rows.delete()
        return
    for field in _named_by(model):
        others = field.model._base_manager.filter(**{f"{field.name}__{declared.owner}": user_id})  # noqa: SLF001
        others.update(**{field.name: None})
    rows._raw_delete(rows.db)  # noqa: SLF001 - `delete` would read all of them, to look what else goes


def _children_first(models: tuple[type[Model], ...]) -> Iterator[type[Model]]:
    sorter: TopologicalSorter[type[Model]] = TopologicalSorter(dict.fromkeys(models, ()))
    for model in models:
        for field in _foreign_keys(model):
            if field.remote_field.model is not model and field.remote_field.on_delete is not SET_NULL:
                sorter.add(field.remote_field.model, model)
    return iter(tuple(sorter.static_order()))


def _foreign_keys(model: type[Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if field.is_relation]  # noqa: SLF001 - Django's own


def _is_record(model: type[Model]) -> bool:
    """Return whether the database doesn't hold rows to the users that they name: they outlive them."""
    keys = _foreign_keys(model)
    return not keys or any(field.remote_field.on_delete is DO_NOTHING for field in keys)


@cache
def _named_by(model: type[Model]) -> tuple[Any, ...]:
    relations: list[Any] = model._meta.get_fields(include_hidden=True)  # noqa: SLF001
    return tuple(each.field for each in relations if getattr(each, "on_delete", None) is SET_NULL and each.auto_created)
