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

    def end(self, backend: int) -> None:
        """End a connection from the other side."""
        self._looking.execute("SELECT pg_terminate_backend(%s)", (backend,))

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
    [backend] = kept = gateway.backends()
    for _ in range(3):
        asked = gateway.backends()[backend]
        until_now(lambda asked=asked: gateway.backends()[backend] != asked)  # type: ignore[misc]
    assert gateway.backends().keys() == kept.keys()


def test_it_is_made_anew_where_it_was_ended_and_fails_nobody(gateway: Gateway) -> None:
    [backend] = gateway.backends()
    failures = gateway.process.output.count(_FAILURE)
    gateway.end(backend)
    until_now(lambda: backend not in gateway.backends())
    before = gateway.renewed()
    until_now(lambda: gateway.renewed() != before)
    assert gateway.process.output.count(_FAILURE) == failures
