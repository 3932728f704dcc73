"""Rows that are changed many at once come to say each what it is to say, and others stay as they were."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from streaming.database.bulk_update import rows_update
from streaming.database.table_changes import TableChanges, tables_write
from tests.databases.postgres_database import PostgresDatabase
from tests.trading.live.rows import NOW, account_of
from trading.models import Balance, Grid, Lot, SubAccount

_LATER = datetime(2027, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC)
_MEMORY = {"lines": ["90000.10", "é\U0001f30a"], "empty": 0, "deep": {"none": None, "yes": True}}


def _grids(count: int) -> list[Grid]:
    account = account_of()
    rates = {"investment": Decimal(1), "fee_rate": Decimal("0.001")}
    return [Grid.objects.create(account=account, symbol=f"S{at}", created_at=NOW, **rates) for at in range(count)]


def _change_and_look() -> None:
    first, second, third = _grids(3)
    rows = [
        {
            "id": grid.pk,
            "investment": Decimal(f"{at}.000000000000000000000001"),
            "memory": _MEMORY,
            "started_at": _LATER,
        }
        for at, grid in enumerate((first, third))
    ]
    assert rows_update(Grid, [*rows, {**rows[0], "id": "grid_none"}]) == 2
    stored = {grid.pk: grid for grid in Grid.objects.all()}
    assert stored[third.pk].investment == Decimal("1.000000000000000000000001")
    assert stored[first.pk].memory == stored[third.pk].memory == _MEMORY
    assert (stored[first.pk].started_at, stored[first.pk].symbol) == (_LATER, "S0")
    assert (stored[second.pk].investment, stored[second.pk].memory, stored[second.pk].started_at) == (
        Decimal(1),
        {},
        None,
    )


@pytest.mark.django_db
def test_each_row_gets_its_own_values_and_only_those() -> None:
    _change_and_look()


@pytest.mark.postgres
def test_each_row_gets_its_own_values_on_postgresql_too(postgres: PostgresDatabase) -> None:
    postgres.run(_change_and_look)


@pytest.mark.django_db
def test_it_changes_nothing_of_nothing() -> None:
    assert rows_update(Grid, []) == 0


def _replace_lots() -> None:
    sub_account = SubAccount.objects.create(account=account_of(), quote="USDT")
    lot = {"sub_account_id": sub_account.pk, "asset": "BTC", "opened_by": 1, "cost": Decimal(1)}
    old = [Lot.objects.create(**lot, number=number, amount=Decimal(number)).pk for number in (1, 2)]
    ids: list[int] = []
    changes = TableChanges(Lot)
    changes.insert({**lot, "number": 1, "amount": Decimal(7)}, ids.append)
    changes.update({"id": old[1], "amount": Decimal(8)})
    changes.delete(old[:1])
    balances = TableChanges(Balance)
    balances.insert({"sub_account_id": sub_account.pk, "asset": "100 %s;", "free": Decimal(1), "locked": Decimal(0)})
    tables_write([changes, TableChanges(SubAccount), balances])
    assert Balance.objects.get().asset == "100 %s;"
    assert list(Lot.objects.order_by("number").values_list("pk", "amount")) == [
        (ids[0], Decimal(7)),
        (old[1], Decimal(8)),
    ]


@pytest.mark.django_db
def test_rows_of_a_table_are_deleted_before_others_take_their_place() -> None:
    _replace_lots()


@pytest.mark.postgres
def test_all_tables_are_written_at_once_on_postgresql_too(postgres: PostgresDatabase) -> None:
    postgres.run(_replace_lots)
