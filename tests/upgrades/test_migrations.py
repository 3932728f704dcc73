"""Migrations that the version before lives with: it goes on reading and writing while a deployment is upgraded.

What that rules out is django-migration-linter's to know: columns without a default in the database, renamed and dropped
ones, narrower types, new constraints.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter

from tests.processes import ROOT

PROMISED_SINCE = {
    "accounts": "0011_watch_lists",
    "alerts": "0014_sound_and_vibration",
    "market": "0006_combined_source",
    "streaming": "0006_worker_figures",
    "trading": "0024_combined_source",
    "wallets": "0010_transactions_have_room",
}
"""Each app's last migration of before upgrades were rolled."""
_HAS_DEFAULTS = "SQLite's table is made anew, which the linter takes amiss; what is added has a default in the database"
LIVED_WITH: dict[str, str] = {
    "accounts.0013_on_whose_behalf": _HAS_DEFAULTS,
    "accounts.0016_time_zones": _HAS_DEFAULTS,
    "alerts.0015_on_whose_behalf": _HAS_DEFAULTS,
    "trading.0025_on_whose_behalf": _HAS_DEFAULTS,
    "trading.0026_audit_without_person": f"{_HAS_DEFAULTS}, and a trigger lets more pass than before",
}
"""`app.name` of those in which the linter finds something, with why the version before lives with them all the same."""
NOT_LIVED_WITH = "alerts", "0014_sound_and_vibration"

pytestmark = pytest.mark.django_db(transaction=True)  # SQLite changes no table within one


def promised() -> Iterator[Migration]:
    """Yield our own migrations that the version before has to live with."""
    own = {config.label for config in apps.get_app_configs() if not Path(config.path).is_relative_to(sys.prefix)}
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        if app in own and name > PROMISED_SINCE.get(app, ""):
            yield migration


def errors_of(migration: Migration, capsys: pytest.CaptureFixture[str]) -> str:
    """Return what the linter says of a migration; nothing where the version before lives with it."""
    linter = MigrationLinter(str(ROOT), no_cache=True)
    linter.lint_migration(migration)
    said = capsys.readouterr().out
    return said if linter.has_errors else ""


@pytest.mark.long
def test_the_version_before_lives_with_each(capsys: pytest.CaptureFixture[str]) -> None:
    found = {f"{one.app_label}.{one.name}": errors_of(one, capsys) for one in promised()}
    assert {name: said for name, said in found.items() if said and name not in LIVED_WITH} == {}


def test_it_finds_a_column_that_the_version_before_would_leave_empty(capsys: pytest.CaptureFixture[str]) -> None:
    migration = MigrationLoader(None).disk_migrations[NOT_LIVED_WITH]
    assert "NOT NULL constraint on columns" in errors_of(migration, capsys)
