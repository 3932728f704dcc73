"""Backups are noted in the database, and Prometheus reads when the last one was made."""

from datetime import timedelta

import pytest

from streaming.backup_records.backup_metrics import LAST_BACKUP_SIZE, LAST_BACKUP_TIME, read_backups
from streaming.backup_records.selectors import last_backup
from streaming.backup_records.services import KEPT_NOTES, backup_note
from streaming.metrics.declared import Sample
from streaming.models import BackupRecord
from streaming.times import moment

_NIGHT = moment(1_790_000_000_000)


@pytest.mark.django_db
def test_the_last_is_that_of_the_latest_moment_and_a_thousand_are_kept() -> None:
    assert last_backup() is None
    BackupRecord.objects.bulk_create(
        BackupRecord(made_at=_NIGHT + timedelta(days=day), size=day) for day in range(KEPT_NOTES + 1)
    )
    backup_note(made_at=_NIGHT + timedelta(days=KEPT_NOTES + 1), size=KEPT_NOTES + 1)
    backup_note(made_at=_NIGHT + timedelta(hours=1), size=7)  # it was begun before all the others, and took its time
    last = last_backup()
    assert last is not None
    assert (last.made_at, last.size) == (_NIGHT + timedelta(days=KEPT_NOTES + 1), KEPT_NOTES + 1)
    assert sorted(BackupRecord.objects.values_list("size", flat=True)) == list(range(2, KEPT_NOTES + 2))


@pytest.mark.django_db(transaction=True)
async def test_prometheus_reads_when_the_last_was_made_and_nothing_where_none_was_made() -> None:
    assert list(await read_backups()) == []
    await BackupRecord.objects.acreate(made_at=_NIGHT, size=2_000)
    assert list(await read_backups()) == [Sample(LAST_BACKUP_TIME, 1_790_000_000), Sample(LAST_BACKUP_SIZE, 2_000)]
