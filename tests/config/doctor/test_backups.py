"""What is said of backups: in production one of the last night is asked for."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from config.doctor.backups import look_at_backups
from config.doctor.findings import Finding, ok, warning
from streaming.backup_records.services import backup_note
from streaming.times import moment

pytestmark = pytest.mark.django_db

_MADE_AT = moment(1_790_000_000_000)  # 2026-09-21 14:13 UTC


def _found(hours: float, settings: Settings, environment: str = "production") -> Finding:
    settings.ENVIRONMENT = environment
    (finding,) = look_at_backups(_MADE_AT + timedelta(hours=hours))
    return finding


def test_one_that_is_older_than_a_night_and_a_half_is_doubtful(settings: Settings) -> None:
    backup_note(made_at=_MADE_AT, size=3_400_000)
    text = "the last was made 2026-09-21 14:13 UTC, 3.4 MB"
    assert _found(36, settings) == ok("backups", text)
    assert _found(37, settings) == warning("backups", text, "manage.py backup FILE; are they made each night?")
    assert _found(37, settings, "development") == ok("backups", text)


def test_none_at_all_is_doubtful_in_production_alone(settings: Settings) -> None:
    text = "none was made of this database yet"
    assert _found(0, settings) == warning("backups", text, "manage.py backup FILE")
    assert _found(0, settings, "development") == ok("backups", text)
