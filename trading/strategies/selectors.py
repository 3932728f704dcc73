"""What reads live strategies."""

from collections.abc import Sequence

import msgspec
from django.db.models import QuerySet

from streaming.commands.access import Reader
from streaming.database.conditions import where_given
from trading.accounts.newest_rows import account_ids, counted, newest_ids
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.rows.loading import sub_accounts_load
from trading.models import ENDED_STRATEGIES, Strategy, StrategySignal, SubAccount
from trading.strategies.errors import StrategyNotFoundError
from trading.strategies.parameters import StrategyQuery


class StrategyPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some of the strategies that were found, built from their rows, and how many there are in all."""

    items: Sequence[LoadedSubAccount]
    total: int


def strategy_reached(*, reader: Reader, strategy_id: str) -> Strategy:
    """Return the strategy; raise `StrategyNotFoundError` where there is none for that reader."""
    rows = Strategy.objects.select_related("account", "sub_account")
    row = (rows if reader.reaches_all else rows.filter(account__owner_id=reader.user_id)).filter(pk=strategy_id).first()
    if row is None:
        raise StrategyNotFoundError
    return row


def strategies_page(*, owner_id: int, query: StrategyQuery) -> StrategyPage:
    """Return a user's strategies that fit, newest first."""
    accounts = account_ids(owner_id=owner_id, account_id=query.account)
    offset, limit, found = query.offset, query.limit, _found(query)
    ids = newest_ids(found, accounts, by="created_at", offset=offset, limit=limit)
    sub_accounts = dict(SubAccount.objects.filter(strategy__in=ids).values_list("strategy_id", "pk"))
    own = [sub_accounts[pk] for pk in ids if pk in sub_accounts]
    loaded = sub_accounts_load(own, lock=False, with_deliveries=False)
    total = counted(found, accounts, offset=offset, limit=limit, found=len(ids))
    return StrategyPage(items=[loaded[one] for one in own], total=total)


def strategy_loaded(strategy: Strategy) -> LoadedSubAccount:
    """Return a strategy as it stands, built from its rows."""
    sub_account_id = strategy.sub_account.pk
    return sub_accounts_load([sub_account_id], lock=False, with_deliveries=False)[sub_account_id]


def newest_signals(strategy: Strategy, *, most: int) -> Sequence[StrategySignal]:
    """Return the last signals of a strategy, the newest first."""
    return list(strategy.signals.order_by("-number")[:most])


def _found(query: StrategyQuery) -> QuerySet[Strategy]:
    given = where_given(
        strategy=query.strategy,
        symbol=query.symbol_name,
        state=query.state and query.state.value,
    )
    found = Strategy.objects.filter(given)
    if query.live is None:
        return found
    return found.exclude(state__in=ENDED_STRATEGIES) if query.live else found.filter(state__in=ENDED_STRATEGIES)
