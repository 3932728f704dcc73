"""The newest rows of all of a user's accounts, each account's read as its index lies.

Asked by the accounts' owner, the database would read all that the user ever had to sort it; by several accounts at
once, too. So each account, of which there are few, is asked for its newest, and of these the newest are taken.
"""

from collections.abc import Sequence
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from trading.models import TradingAccount


def account_ids(*, owner_id: int, account_id: str | None = None) -> Sequence[str]:
    """Return the ids of a user's accounts, at most `ACCOUNTS_PER_USER`; of the one alone where it is named."""
    own = TradingAccount.objects.filter(owner_id=owner_id)
    named = own if account_id is None else own.filter(pk=account_id)
    return list(named.values_list("pk", flat=True).order_by("pk"))


def newest_ids(rows: QuerySet[Any], accounts: Sequence[str], *, by: str, offset: int, limit: int) -> Sequence[Any]:
    """Return the ids of rows of these accounts, the newest by their time `by` first, behind the `offset` newest."""
    until = offset + limit
    keys = rows.order_by(f"-{by}", "-pk").values_list(by, "pk")
    of_each: list[list[tuple[datetime, Any]]] = [list(keys.filter(account_id=one)[:until]) for one in accounts]
    return [pk for _, pk in islice(merge(*of_each, reverse=True), offset, until)]


def counted(rows: QuerySet[Any], accounts: Sequence[str], *, offset: int, limit: int, found: int) -> int:
    """Return how many rows of these accounts there are; none is counted where the page shows where they end."""
    if found < limit and (found or not offset):
        return offset + found
    return rows.filter(account_id__in=accounts).count()
