"""A holder that is frozen in the middle of storing: another takes its lease, and nothing of it is stored."""

from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from django.db import transaction

from streaming.database.errors import DATABASE_OUTAGES
from streaming.workers import fencing
from streaming.workers.fencing import Fence, lease_hold
from streaming.workers.leases.lease_rows import lease_take
from tests.databases.postgres_database import PostgresDatabase

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)


@pytest.mark.postgres
def test_another_takes_the_lease_of_a_holder_that_is_frozen_before_its_commit(
    postgres: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fencing, "_LONGEST_IDLE", "300ms")
    postgres.run(lambda: lease_take(name="one", holder="frozen", now=NOON, seconds=5))
    holds, is_over = Event(), Event()

    @transaction.atomic
    def store() -> None:
        lease_hold(Fence(name="one", holder="frozen", token=1))
        holds.set()
        is_over.wait(20)

    def freeze() -> None:
        with pytest.raises(DATABASE_OUTAGES):
            store()

    def take() -> None:
        assert holds.wait(20)
        assert lease_take(name="one", holder="other", now=LATER, seconds=5) == 2
        is_over.set()

    postgres.run(freeze, take)
