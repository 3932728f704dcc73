"""On PostgreSQL a block that confirms transactions changes their rows in place: no index is written."""

import pytest

from tests.databases.postgres_database import PostgresDatabase
from tests.wallets.rows import NOW, chain_named, transaction_of
from wallets.models import ChainTransaction

_ROWS = 200
_PLACES = "SELECT count(DISTINCT (ctid::text::point)[0]) FROM wallets_chaintransaction"
"""On how many pages the rows are."""


def _store() -> None:
    chain = chain_named()
    for number in range(_ROWS):
        transaction_of(chain, number, block_number=7, block_hash=f"0x{7:064x}", confirmations=1)


def _confirm() -> None:
    ChainTransaction.objects.update(confirmations=2, changed_at=NOW)


@pytest.mark.postgres
def test_rows_that_all_change_stay_on_their_pages(postgres: PostgresDatabase) -> None:
    postgres.run(_store)
    before = postgres.query(_PLACES)
    postgres.run(_confirm)
    assert postgres.query(_PLACES) == before
