"""Notifications that several processes store and read at the same time, on PostgreSQL."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.prepared_databases import new_database, prepare_database
from tests.processes import Process
from tests.services import need_postgres

pytestmark = pytest.mark.postgres
PROCESSES, ROUNDS = 3, 40
STORE = """
from datetime import UTC, datetime
from accounts.models import User
from alerts.notifications.draft import NotificationDraft
from alerts.notifications.seeing import notifications_acknowledge, notifications_mark_all_read
from alerts.notifications.services import notifications_store
from alerts.events import NotificationKind, Severity

ids = list(User.objects.order_by("pk").values_list("pk", flat=True))
for number in range(ROUNDS):
    owners = ids if number % 2 else ids[::-1]
    words = {"kind": NotificationKind.ALERT, "severity": Severity.CRITICAL, "title": "BTC is up"}
    drafts = [NotificationDraft(user_id=pk, **words) for pk in owners]
    now = datetime.now(UTC)
    seen = notifications_store(drafts=drafts, now=now)[0]
    notifications_acknowledge(user_id=seen.user_id, seq=seen.seq, now=now)
    if number % 8 == 7:
        notifications_mark_all_read(user_id=ids[0], now=now)
print("stored all of them")
""".replace("ROUNDS", str(ROUNDS))


@pytest.fixture
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Return the environment of a deployment with the demo's users."""
    with new_database(need_postgres()) as url:
        environment = {"DATABASE_URL": url, "VAR_DIR": str(tmp_path_factory.mktemp("var"))}
        prepare_database(environment)
        yield environment


@pytest.mark.timeout(240)
def test_it_numbers_without_a_gap_and_never_waits_in_a_circle(database: dict[str, str]) -> None:
    processes = [Process.command("shell", "-c", STORE, environment=database) for _ in range(PROCESSES)]
    try:
        for process in processes:
            assert process.wait(120) == 0, process.output
    finally:
        for process in processes:
            process.stop()
    assert all("stored all of them" in process.output for process in processes)
    total = PROCESSES * ROUNDS
    with psycopg.connect(database["DATABASE_URL"]) as connection:
        numbered = connection.execute(
            "SELECT min(seq), max(seq), count(DISTINCT seq), count(*) FROM alerts_notification GROUP BY user_id"
        ).fetchall()
        counters = connection.execute("SELECT last FROM alerts_notificationcounter").fetchall()
        deliveries = connection.execute("SELECT channel, count(*) FROM alerts_delivery GROUP BY channel").fetchall()
    assert set(numbered) == {(1, total, total, total)}
    assert set(counters) == {(total,)}
    assert dict(deliveries) == dict.fromkeys(("websocket", "email"), total * len(numbered))
