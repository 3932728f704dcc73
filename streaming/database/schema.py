"""The migrations of this version, by which the tables of another are told from ours."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from pkgutil import iter_modules

from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def known_migrations() -> frozenset[str]:
    """Return all migrations of this version, as `app.name`, those among them that a squashed one replaces."""
    found = MigrationLoader(None).disk_migrations
    names = set(found).union(*(set(one.replaces) for one in found.values()))
    return frozenset(f"{app}.{name}" for app, name in names)


def unknown_migrations(applied: Iterable[str]) -> Iterator[str]:
    """Yield those that this version doesn't have, of apps that are installed: a newer version has applied them."""
    labels, known = {config.label for config in apps.get_app_configs()}, known_migrations()
    return (one for one in applied if one.partition(".")[0] in labels and one not in known)


def applied_migrations() -> frozenset[str]:
    """Return those that the database says it has, as `app.name`; none of one without tables."""
    return frozenset(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def unapplied_migrations() -> list[str]:
    """Return those of this version that `migrate` would apply to the database, as `app.name`, in its order.

    Where all files are applied by name, none is read: reading them costs a start more than the whole rest of this.
    """
    if set(_file_names()) <= applied_migrations():
        return []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{one.app_label}.{one.name}" for one, _ in plan]


def _file_names() -> Iterator[str]:
    for config in apps.get_app_configs():
        module, _ = MigrationLoader.migrations_module(config.label)
        for name in _modules_in(module):
            yield f"{config.label}.{name}"


def _modules_in(package: str | None) -> Iterator[str]:
    """Yield what `MigrationLoader` takes for migrations; an app without any has no such package."""
    try:
        path = import_module(package).__path__ if package else []
    except ModuleNotFoundError:
        return
    yield from (module.name for module in iter_modules(path) if not module.ispkg and module.name[0] not in "_~")
