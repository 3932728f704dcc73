"""The event loop's connection to the database, seen from the database."""

import secrets
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.databases.prepared_databases import new_database, prepare_database
from tests.processes import Process
from tests.services import need_postgres, need_redis
from tests.waiting import until_now

pytestmark = [pytest.mark.postgres, pytest.mark.redis]
_FAILURE = "no answer; trying again"


class Gateway:
    """A gateway alone in its database, and who looks on there."""

    def __init__(self, process: Process, looking: psycopg.Connection[tuple[Any, ...]]) -> None:
        self.process = process
        self._looking = looking

    def backends(self) -> dict[int, str]:
        """Return when each of its connections was asked last, by the number of its backend."""
        found = self._looking.execute(
            "SELECT pid, query_start::text FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return {int(pid): str(asked) for pid, asked in found.fetchall()}

    def kept_backend(self) -> int:
        """Return the backend of the one connection that is kept, once those have gone that were made for a moment."""
        found: dict[int, str] = {}

        def is_alone() -> bool:
            found.clear()
            found.update(self.backends())
            return len(found) == 1

        until_now(is_alone)
        return next(iter(found))

    def until_asked(self, backend: int) -> None:
        """Wait until a connection is asked again."""
        asked = self.backends()[backend]
        until_now(lambda: self.backends()[backend] != asked)

    def end_between_questions(self, backend: int) -> None:
        """End a connection from the other side once it has renewed the lease, which is a question by itself.

        One that is ended between two statements of a question fails whoever asks.
        """
        ended = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = %s AND state = 'idle' AND query LIKE %s"
        )
        renewal = 'UPDATE "streaming_lease"%'
        until_now(lambda: self._looking.execute(ended.encode(), (backend, renewal)).fetchone())

    def renewed(self) -> str:
        """Return until when its lease is its own."""
        [row] = self._looking.execute("SELECT holder || expires_at::text FROM streaming_lease WHERE name = 'health'")
        return str(row[0])


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    prefix = f"tidewire-test-{secrets.token_hex(4)}"
    with new_database(need_postgres()) as url:
        environment = {"DATABASE_URL": url, "REDIS_URL": need_redis(), "REDIS_PREFIX": prefix}
        prepare_database(environment)  # before anybody looks on, as it puts a copy in the database's place
        with (
            psycopg.connect(url, autocommit=True) as looking,
            Process.command("serve", "--port", "0", environment=environment) as process,
        ):
            process.wait_for("the lease is ours")
            yield Gateway(process, looking)


def test_it_is_kept_from_one_question_to_the_next(gateway: Gateway) -> None:
    backend = gateway.kept_backend()
    for _ in range(3):
        gateway.until_asked(backend)
    assert gateway.kept_backend() == backend


def test_it_is_made_anew_where_it_was_ended_and_fails_nobody(gateway: Gateway) -> None:
    backend = gateway.kept_backend()
    failures = gateway.process.output.count(_FAILURE)
    gateway.end_between_questions(backend)
    until_now(lambda: backend not in gateway.backends())
    before = gateway.renewed()
    until_now(lambda: gateway.renewed() != before)
    assert gateway.process.output.count(_FAILURE) == failures
