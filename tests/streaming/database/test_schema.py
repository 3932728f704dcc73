"""Which of this version's migrations a database lacks, and which it has of another's."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from streaming.database.schema import applied_migrations, unapplied_migrations, unknown_migrations

pytestmark = pytest.mark.django_db


def test_a_database_of_this_version_lacks_none() -> None:
    assert unapplied_migrations() == []
    assert list(unknown_migrations(applied_migrations())) == []


def test_it_tells_what_was_not_applied_in_its_order() -> None:
    newest = sorted(name for app, name in MigrationLoader(None).disk_migrations if app == "alerts")[-2:]
    for name in newest:
        MigrationRecorder(connection).record_unapplied("alerts", name)
    assert [one for one in unapplied_migrations() if one.startswith("alerts.")] == [f"alerts.{name}" for name in newest]


def test_it_tells_what_another_version_has_applied() -> None:
    MigrationRecorder(connection).record_applied("alerts", "9999_of_tomorrow")
    assert list(unknown_migrations(applied_migrations())) == ["alerts.9999_of_tomorrow"]
    assert unapplied_migrations() == []
