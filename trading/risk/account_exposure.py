"""What accounts have at stake, by their rows: each sub-account by itself, so that one can be left out.

Who asks each second reads what has changed, and nothing else: of a sub-account whose version is known, neither balances
nor orders.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import msgspec
from django.db.models import Count, F, Q, QuerySet

from streaming.batches import batched
from streaming.events import Side
from streaming.times import milliseconds
from trading.engine.amounts import amount_of, exactly
from trading.instruments import StoredInstruments
from trading.models import OPEN_ORDERS, SINCE_RESET, SUB_ACCOUNTS_IN_A_QUERY, Balance, Order, SubAccount

_SECOND = timedelta(seconds=1)
_PURCHASE_COLUMNS = (
    *("sub_account_id", "symbol", "quote_amount", "filled_notional"),
    *("price", "stop_price", "quantity", "filled"),
)
Purchase = tuple[int, int]
"""What is being bought: an amount of quote; and where it has no price, an amount of base."""


class SubAccountExposure(msgspec.Struct, kw_only=True):
    """What a sub-account has at stake: how many orders are open, what was realised today (an amount of quote), what it
    holds and buys by base asset (amounts). It is as of the row's `version`.

    The money that it trades with is no position, though its asset is what another sub-account buys.
    """

    version: int = 0
    open_orders: int = 0
    realised_today: int = 0
    held: defaultdict[str, int] = msgspec.field(default_factory=lambda: defaultdict(int))
    buying: defaultdict[str, Purchase] = msgspec.field(default_factory=lambda: defaultdict(lambda: (0, 0)))

    def add(self, exposure: "SubAccountExposure", *, times: int = 1) -> None:
        """Add another so many times."""
        self.open_orders += times * exposure.open_orders
        self.realised_today += times * exposure.realised_today
        for asset, amount in exposure.held.items():
            self.held[asset] += times * amount
        for asset, (quote, base) in exposure.buying.items():
            self.add_purchase(asset, (times * quote, times * base))

    def add_purchase(self, asset: str, purchase: Purchase) -> None:
        """Add what is being bought of a base asset."""
        quote, base = self.buying[asset]
        self.buying[asset] = quote + purchase[0], base + purchase[1]


class AccountExposure(msgspec.Struct, kw_only=True):
    """What an account has at stake, and the times (ms) of its orders of the last second, both by sub-account."""

    sub_accounts: dict[int, SubAccountExposure] = msgspec.field(default_factory=dict)
    sent: dict[int, list[int]] = msgspec.field(default_factory=dict)

    def together(self) -> SubAccountExposure:
        """Return what all of them have."""
        total = SubAccountExposure()
        for exposure in self.sub_accounts.values():
            total.add(exposure)
        return total


class ExposureReader:
    """Reads what accounts have at stake, in as many queries for one as for many; and keeps what it has read."""

    def __init__(self) -> None:
        self._known: dict[str, dict[int, SubAccountExposure]] = {}

    @exactly
    def read(
        self, account_ids: Collection[str], *, now: datetime, unasked: Collection[int] = ()
    ) -> Mapping[str, AccountExposure]:
        """Return what accounts have at stake, but for that of sub-accounts which are `unasked`; and all they sent."""
        if not account_ids:
            return {}
        found: dict[str, dict[int, SubAccountExposure]] = {account_id: {} for account_id in account_ids}
        changed: dict[int, SubAccountExposure] = {}
        for row in _living(account_ids, now).exclude(pk__in=unasked):
            exposure = self._known.get(row.account_id, {}).get(row.pk)
            if exposure is None or exposure.version != row.version:
                exposure = changed[row.pk] = SubAccountExposure(version=row.version)
            exposure.realised_today = amount_of(row.realised - realised_before(row, now.date()))
            found[row.account_id][row.pk] = exposure
        _read_rows(changed)
        self._known |= found
        sent = _sent(account_ids, now)
        return {
            account_id: AccountExposure(sub_accounts=one, sent=sent[account_id]) for account_id, one in found.items()
        }

    def forget_others(self, account_ids: Collection[str]) -> None:
        """Keep what was read of these accounts alone."""
        self._known = {account_id: one for account_id, one in self._known.items() if account_id in account_ids}


def realised_before(row: SubAccount, today: date) -> Decimal:
    """Return what a sub-account had realised when the day (UTC) began."""
    return row.realised if row.begins_day(today) else row.realised_before_day


def _living(account_ids: Collection[str], now: datetime) -> QuerySet[SubAccount]:
    """Return those that have not ended before today: the others hold nothing, and earn nothing."""
    midnight = datetime.combine(now.date(), time.min, UTC)
    is_living = ~Q(grid__ended_at__lt=midnight) & ~Q(strategy__ended_at__lt=midnight)
    columns = ("account_id", "version", "realised", "realised_before_day", "day")
    return SubAccount.objects.filter(SINCE_RESET, is_living, account_id__in=account_ids).order_by().only(*columns)


def _sent(account_ids: Collection[str], now: datetime) -> Mapping[str, dict[int, list[int]]]:
    """Return what counts as sent within a second, by account and sub-account, as `SentOrders` has it."""
    sent: defaultdict[str, dict[int, list[int]]] = defaultdict(dict)
    recent = Order.objects.filter(
        account_id__in=account_ids, placed_at__gt=now - _SECOND, placed_at__lt=now + _SECOND
    ).order_by()
    for account_id, sub_account_id, placed_at in recent.values_list("account_id", "sub_account_id", "placed_at"):
        sent[account_id].setdefault(sub_account_id, []).append(milliseconds(placed_at))
    return sent


def _read_rows(exposures: Mapping[int, SubAccountExposure]) -> None:
    """Read what these hold and order, by sub-account."""
    for ids in batched(sorted(exposures), SUB_ACCOUNTS_IN_A_QUERY):
        batch = {pk: exposures[pk] for pk in ids}
        _read_balances(batch)
        _count_open_orders(batch)
        _read_purchases(batch)


def _read_balances(exposures: Mapping[int, SubAccountExposure]) -> None:
    rows = Balance.objects.filter(sub_account_id__in=exposures).exclude(asset=F("sub_account__quote"))
    for sub_account_id, asset, free, locked in rows.values_list("sub_account_id", "asset", "free", "locked"):
        exposures[sub_account_id].held[asset] += amount_of(free + locked)


def _count_open_orders(exposures: Mapping[int, SubAccountExposure]) -> None:
    rows = Order.objects.filter(sub_account_id__in=exposures, state__in=OPEN_ORDERS).order_by()
    for sub_account_id, count in (
        rows.values("sub_account_id").annotate(count=Count("pk")).values_list("sub_account_id", "count")
    ):
        exposures[sub_account_id].open_orders = count


def _read_purchases(exposures: Mapping[int, SubAccountExposure]) -> None:
    buys = Order.objects.filter(sub_account_id__in=exposures, state__in=OPEN_ORDERS, side=Side.BUY.value).order_by()
    rows = list(buys.only(*_PURCHASE_COLUMNS))
    instruments = StoredInstruments()
    instruments.load({row.symbol for row in rows})
    for row in rows:
        exposures[row.sub_account_id].add_purchase(instruments[row.symbol].base, _purchase(row))


def _purchase(row: Order) -> Purchase:
    if row.quote_amount:
        return amount_of(row.quote_amount - row.filled_notional), 0
    price, left = row.price or row.stop_price, row.quantity - row.filled
    return (amount_of(price * left), 0) if price else (0, amount_of(left))
