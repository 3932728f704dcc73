"""The migrations of this version, by which the tables of another are told from ours."""

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db.migrations.loader import MigrationLoader


def known_migrations() -> frozenset[str]:
    """Return all migrations of this version, as `app.name`, those among them that a squashed one replaces."""
    found = MigrationLoader(None).disk_migrations
    names = set(found).union(*(set(one.replaces) for one in found.values()))
    return frozenset(f"{app}.{name}" for app, name in names)


def unknown_migrations(applied: Iterable[str]) -> Iterator[str]:
    """Yield those that this version doesn't have, of apps that are installed: a newer version has applied them."""
    labels, known = {config.label for config in apps.get_app_configs()}, known_migrations()
    return (one for one in applied if one.partition(".")[0] in labels and one not in known)
