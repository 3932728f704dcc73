"""What users hold, of the rows: a few queries for any number of users."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

from django.db.models import F, Q

from streaming.market.models import Symbol
from streaming.times import milliseconds
from trading.engine.amounts import exactly
from trading.engine.risk.levels import TradingLevel, strictest
from trading.events import Account, AccountMode, KillSwitchScope
from trading.events import Balance as AssetBalance
from trading.live.portfolios.portfolio_valuation import Held, Holdings
from trading.models import SINCE_RESET, Balance, KillSwitch, Lot, SubAccount, TradingAccount

_NOTHING = Decimal(0)


@exactly
def accounts_of(user_ids: Collection[int], *, now: datetime) -> dict[int, list[Account]]:
    """Return what is told of the accounts of users, by the user's id; the oldest account first.

    What is in a grid or a strategy counts as locked. Assets of which nothing is there are left out.
    """
    balances, levels = _balances_of(user_ids), _levels_of(user_ids)
    told: defaultdict[int, list[Account]] = defaultdict(list)
    for account in TradingAccount.objects.filter(owner__in=user_ids).order_by("created_at", "id"):
        told[account.owner_id].append(
            Account(
                time=milliseconds(now),
                account=account.pk,
                mode=AccountMode.PAPER,
                demo=account.is_demo,
                balances=balances.get(account.pk, ()),
                trading=levels[account.owner_id],
            )
        )
    return dict(told)


@exactly
def holdings_of(user_ids: Collection[int]) -> dict[int, Holdings]:
    """Return all that users hold, over their accounts, grids and strategies, by the user's id."""
    balances, earned, held = _balance_by(user_ids), _earned_by(user_ids), _held_by(user_ids)
    return {user_id: _holdings(balances[user_id], earned[user_id], held.get(user_id, ())) for user_id in user_ids}


def _holdings(balances: Mapping[str, Decimal], earned: Mapping[str, Decimal], held: tuple[Held, ...]) -> Holdings:
    counted = {quote for amounts in (balances, earned) for quote, amount in amounts.items() if amount}
    return Holdings(
        balance=sum(balances.values(), _NOTHING),
        realised=sum(earned.values(), _NOTHING),
        held=held,
        quote_assets=tuple(sorted(counted | {position.quote for position in held})),
    )


def _balance_by(user_ids: Collection[int]) -> Mapping[int, Mapping[str, Decimal]]:
    """Return what there is of quote assets, by the user's id and the asset; of whom nothing is known, nothing."""
    rows = Balance.objects.filter(sub_account__account__owner__in=user_ids, asset=F("sub_account__quote"))
    sums: defaultdict[int, defaultdict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for owner, quote, free, locked in rows.values_list("sub_account__account__owner", "asset", "free", "locked"):
        sums[owner][quote] += free + locked
    return sums


def _earned_by(user_ids: Collection[int]) -> Mapping[int, Mapping[str, Decimal]]:
    """Return what was earned since the last reset, by the user's id and the quote asset; of others, nothing."""
    rows = SubAccount.objects.filter(SINCE_RESET, account__owner__in=user_ids)
    sums: defaultdict[int, defaultdict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for owner, quote, realised in rows.values_list("account__owner", "quote", "realised"):
        sums[owner][quote] += realised
    return sums


def _balances_of(user_ids: Collection[int]) -> dict[str, tuple[AssetBalance, ...]]:
    rows = Balance.objects.filter(sub_account__account__owner__in=user_ids).order_by("asset")
    columns = ("sub_account__account", "sub_account__grid", "sub_account__strategy", "asset", "free", "locked")
    sums: defaultdict[str, dict[str, tuple[Decimal, Decimal]]] = defaultdict(dict)
    for account, grid, strategy, asset, free, locked in rows.values_list(*columns):
        was_free, was_locked = sums[account].get(asset, (_NOTHING, _NOTHING))
        in_hand, bound = (free, locked) if grid is None and strategy is None else (_NOTHING, free + locked)
        sums[account][asset] = was_free + in_hand, was_locked + bound
    return {
        account: tuple(AssetBalance(asset=asset, free=free, locked=locked) for asset, (free, locked) in found.items())
        for account, found in sums.items()
    }


def _levels_of(user_ids: Collection[int]) -> Mapping[int, TradingLevel]:
    rows = KillSwitch.objects.filter(Q(scope=KillSwitchScope.GLOBAL) | Q(user__in=user_ids))
    levels = list(rows.values_list("user", "level"))
    return {
        user_id: strictest(level for concerned, level in levels if concerned in {None, user_id}) for user_id in user_ids
    }


def _held_by(user_ids: Collection[int]) -> dict[int, tuple[Held, ...]]:
    rows = Lot.objects.filter(sub_account__account__owner__in=user_ids)
    sums: defaultdict[int, dict[tuple[str, str], tuple[Decimal, Decimal]]] = defaultdict(dict)
    columns = ("sub_account__account__owner", "asset", "sub_account__quote", "amount", "cost")
    for owner, base, quote, amount, cost in rows.values_list(*columns):
        had, had_cost = sums[owner].get((base, quote), (_NOTHING, _NOTHING))
        sums[owner][base, quote] = had + amount, had_cost + cost
    names = symbols_of_pairs({pair for found in sums.values() for pair in found})
    return {
        owner: tuple(
            Held(symbol=names[pair], quote=pair[1], quantity=amount, cost=cost)
            for pair, (amount, cost) in sorted(found.items())
            if amount
        )
        for owner, found in sums.items()
    }


def symbols_of_pairs(pairs: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
    """Return the symbols of pairs of base and quote; what the exchange doesn't list is named after the two."""
    rows = Symbol.objects.filter(base__in={base for base, _ in pairs}, quote__in={quote for _, quote in pairs})
    known = {(base, quote): name for name, base, quote in rows.values_list("name", "base", "quote")}
    return {(base, quote): known.get((base, quote), f"{base}{quote}") for base, quote in pairs}
