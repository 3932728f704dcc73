"""Old rows that several processes delete while others read, acknowledge, send again and delete rules, on PostgreSQL."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.prepared_databases import new_database, prepare_database
from tests.processes import Process
from tests.services import need_postgres

pytestmark = pytest.mark.postgres
_OLD, _UNSENT, _RULES = 4_000, 7, 200

_STORE = """
from datetime import UTC, datetime, timedelta
from accounts.models import User
from alerts.models import AlertEvent, AlertRule, Delivery, Notification, NotificationCounter
old, owner = datetime.now(UTC) - timedelta(days=100), User.objects.order_by("pk").first()
words = {"name": "a rule", "symbol": "BTCUSDT", "source": "price", "operator": "above"}
rules = AlertRule.objects.bulk_create([AlertRule(owner=owner, conditions=[], **words) for _ in range(RULES)])
events = AlertEvent.objects.bulk_create(
    AlertEvent(rule=rules[n % RULES], owner=owner, number=n, value=1, fired_at=old, **words) for n in range(1, OLD + 1)
)
told = {"user": owner, "kind": "alert", "title": "BTC is up", "created_at": old}
notifications = Notification.objects.bulk_create(
    Notification(seq=event.number, rule=event.rule, event=event, **told) for event in events
)
NotificationCounter.objects.create(user=owner, last=OLD)
Delivery.objects.bulk_create(
    Delivery(notification=one, channel=channel, state="waiting" if one.seq <= UNSENT else state, not_before=old)
    for one in notifications for channel, state in (("websocket", "sent"), ("email", "dead"))
)
"""

_FORGET = """
from datetime import UTC, datetime, timedelta
from alerts.models import AlertEvent, Notification
from alerts.retention.services import firings_forget, notifications_forget
before = datetime.now(UTC) - timedelta(days=90)
while Notification.objects.count() > UNSENT or AlertEvent.objects.count() > UNSENT:
    last = 0
    while last is not None:
        last = notifications_forget(before=before, after=last, limit=50).last
        firings_forget(before=before, limit=50)
print("forgot all of them")
"""

_READ = """
from datetime import UTC, datetime
from accounts.models import User
from alerts.models import AlertRule
from alerts.notifications.seeing import notifications_acknowledge, notifications_mark_all_read
from alerts.rules.services import rule_delete
user = User.objects.order_by("pk").first()
for number, rule in enumerate(AlertRule.objects.order_by("-pk")[:RULES - UNSENT - 1]):
    notifications_acknowledge(user_id=user.pk, seq=OLD - number, now=datetime.now(UTC))
    if number % 10 == 5:
        notifications_mark_all_read(user_id=user.pk, now=datetime.now(UTC))
    rule_delete(rule=rule)
print("read all of them")
"""


def _script(text: str, environment: dict[str, str]) -> Process:
    """Return a process of Django's that does it."""
    for name, number in {"RULES": _RULES, "UNSENT": _UNSENT, "OLD": _OLD}.items():
        text = text.replace(name, str(number))
    return Process.command("shell", "-c", text, environment=environment)


@pytest.fixture
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Return the environment of a deployment with old firings, and their notifications and deliveries."""
    with new_database(need_postgres()) as url:
        environment = {"DATABASE_URL": url, "VAR_DIR": str(tmp_path_factory.mktemp("var"))}
        prepare_database(environment)
        process = _script(_STORE, environment)
        assert process.wait(60) == 0, process.output
        process.stop()
        yield environment


@pytest.mark.timeout(240)
def test_it_deletes_what_is_old_and_holds_up_nobody(database: dict[str, str]) -> None:
    processes = [_script(text, database) for text in (_FORGET, _FORGET, _READ)]
    try:
        for process in processes:
            assert process.wait(120) == 0, process.output
    finally:
        for process in processes:
            process.stop()
    assert [("forgot" in process.output, "read all" in process.output) for process in processes] == [
        (True, False),
        (True, False),
        (False, True),
    ]
    with psycopg.connect(database["DATABASE_URL"]) as connection:
        left = connection.execute("SELECT min(seq), max(seq), count(*) FROM alerts_notification").fetchall()
        states = connection.execute("SELECT state, count(*) FROM alerts_delivery GROUP BY state").fetchall()
    assert left == [(1, _UNSENT, _UNSENT)]
    assert sum(count for _, count in states) == 2 * _UNSENT
