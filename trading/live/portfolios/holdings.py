"""What users hold, of the rows: a few queries for any number of users."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Case, F, Q, Value, When

from streaming.market.models import UNLISTED, Symbol
from streaming.times import milliseconds
from trading.engine.amounts import exactly
from trading.engine.risk.levels import TradingLevel, strictest
from trading.events import Account, AccountMode, KillSwitchScope
from trading.events import Balance as AssetBalance
from trading.live.portfolios.portfolio_valuation import Held, UserHoldings
from trading.models import SINCE_RESET, Balance, KillSwitch, Lot, SubAccount, TradingAccount

_NOTHING = Decimal(0)
_EARNED, _BALANCE, _LOT = "earned", "balance", "lot"


class _Row(NamedTuple):
    """A part of what a user holds: what was earned (twice), money (free and locked) or a lot (its amount and cost)."""

    kind: str
    owner: int
    asset: str
    quote: str
    amount: Decimal
    other: Decimal


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
def holdings_of(user_ids: Collection[int]) -> dict[int, UserHoldings]:
    """Return all that users hold, over their accounts, grids and strategies, by the user's id."""
    balances, earned, lots = _of_quotes(), _of_quotes(), list[_Row]()
    for row in _rows_of(user_ids):
        if row.kind == _LOT:
            lots.append(row)
        elif row.kind == _BALANCE:
            balances[row.owner][row.quote] += row.amount + row.other
        else:
            earned[row.owner][row.quote] += row.amount
    held = _held_by(lots)
    return {user_id: _holdings(balances[user_id], earned[user_id], held.get(user_id, ())) for user_id in user_ids}


def _of_quotes() -> defaultdict[int, defaultdict[str, Decimal]]:
    """Return sums by the user's id and the quote asset; nothing yet."""
    return defaultdict(lambda: defaultdict(Decimal))


def _holdings(balances: Mapping[str, Decimal], earned: Mapping[str, Decimal], held: tuple[Held, ...]) -> UserHoldings:
    counted = {quote for amounts in (balances, earned) for quote, amount in amounts.items() if amount}
    return UserHoldings(
        balance=sum(balances.values(), _NOTHING),
        realised=sum(earned.values(), _NOTHING),
        held=held,
        quote_assets=tuple(sorted(counted | {position.quote for position in held})),
    )


def _rows_of(user_ids: Collection[int]) -> Iterator[_Row]:
    """Yield what holdings are made of, read in one statement.

    Between two of them an execution may be stored, of which one would see half: an asset that isn't paid for yet.
    """
    owner, quote = "sub_account__account__owner", "sub_account__quote"
    earned = SubAccount.objects.filter(SINCE_RESET, account__owner__in=user_ids).order_by()
    money = Balance.objects.filter(sub_account__account__owner__in=user_ids, asset=F(quote)).order_by()
    lots = Lot.objects.filter(sub_account__account__owner__in=user_ids).order_by()
    rows = earned.values_list(Value(_EARNED), "account__owner", "quote", "quote", "realised", "realised").union(
        money.values_list(Value(_BALANCE), owner, "asset", quote, "free", "locked"),
        lots.values_list(Value(_LOT), owner, "asset", quote, "amount", "cost"),
        all=True,
    )
    return map(_Row._make, rows)


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


def _held_by(lots: Iterable[_Row]) -> dict[int, tuple[Held, ...]]:
    sums: defaultdict[int, dict[tuple[str, str], tuple[Decimal, Decimal]]] = defaultdict(dict)
    for _, owner, base, quote, amount, cost in lots:
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
    """Return the symbols of pairs of base and quote; what no exchange ever listed is named after the two.

    What is listed now goes before a name of another exchange's that is no longer.
    """
    rows = Symbol.objects.filter(base__in={base for base, _ in pairs}, quote__in={quote for _, quote in pairs})
    unlisted_first = rows.order_by(Case(When(status=UNLISTED, then=0), default=1), "name")
    known = {(base, quote): name for name, base, quote in unlisted_first.values_list("name", "base", "quote")}
    return {(base, quote): known.get((base, quote), f"{base}{quote}") for base, quote in pairs}
