"""Rules that several processes make at the same time, on PostgreSQL."""

import psycopg
import pytest

from tests.prepared_databases import new_database, prepare_database
from tests.processes import Process
from tests.services import need_postgres

pytestmark = pytest.mark.postgres
PROCESSES, TRIES, MOST = 3, 8, 10
MAKE = """
from datetime import UTC, datetime
from accounts.models import User
from alerts.rules.errors import RuleConflictError
from alerts.rules.parameters import RuleParameters
from alerts.rules.services import rule_create
from streaming.commands.parameters import reader_of
from streaming.market.models import Symbol

now = datetime.now(UTC)
words = {"base": "BTC", "quote": "USDT", "status": "TRADING", "source": "simulator"}
words |= {"listed_at": now, "updated_at": now}
Symbol.objects.get_or_create(name="BTCUSDT", defaults=words)
owner = User.objects.order_by("pk").first()
given = reader_of(RuleParameters)(
    {"name": "a", "symbol": "BTCUSDT", "source": "price", "operator": "above", "threshold": 5, "trigger": "once"}
)
refused = 0
for _ in range(TRIES):
    try:
        rule_create(owner_id=owner.pk, given=given, now=now)
    except RuleConflictError:
        refused += 1
print(f"refused: {refused}")
""".replace("TRIES", str(TRIES))


def test_it_never_makes_more_than_there_may_be(tmp_path: object) -> None:
    with new_database(need_postgres()) as url:
        environment = {"DATABASE_URL": url, "VAR_DIR": str(tmp_path), "ALERTS_RULES_PER_USER": str(MOST)}
        prepare_database(environment)
        processes = [Process.command("shell", "-c", MAKE, environment=environment) for _ in range(PROCESSES)]
        try:
            for process in processes:
                assert process.wait(60) == 0, process.output
        finally:
            for process in processes:
                process.stop()
        with psycopg.connect(url) as connection:
            counted = connection.execute("SELECT count(*) FROM alerts_alertrule").fetchone()
    assert counted == (MOST,)
    refused = sum(int(process.output.split("refused: ")[1].split()[0]) for process in processes)
    assert refused == PROCESSES * TRIES - MOST
