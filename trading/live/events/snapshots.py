"""What a new subscriber of one's own orders, accounts and portfolio is told first: what the rows say now."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from streaming.clock import SystemClock
from streaming.database.fair_queries import in_turn
from streaming.events import Overview, Price, Ticker
from streaming.times import milliseconds, moment
from streaming.topics.topic import LastValueLookup, MarketKind, Topic
from trading.accounts.errors import AccountNotFoundError
from trading.accounts.services import default_account_ensure
from trading.events import Account, Order, Portfolio
from trading.live.events.order_events import order_event_of_row
from trading.live.portfolios.holdings import accounts_of, holdings_of
from trading.live.portfolios.portfolio_valuation import UserHoldings, portfolio_event
from trading.live.portfolios.portfolios import peaks_of
from trading.models import OPEN_ORDERS, TradingAccount
from trading.models import Order as OrderRow

MOST_ORDERS = 1000
"""Of more open orders the newest are told; `order.list` has all."""
_LONGEST_ID = 18
_CLOCK = SystemClock()


async def open_orders(values: LastValueLookup, topic: Topic) -> Sequence[Order]:
    """Return a user's open orders, the oldest first."""
    return await _open_orders(_ids(topic.owner))


async def accounts_now(values: LastValueLookup, topic: Topic) -> Sequence[Account]:
    """Return the state of each of a user's accounts, the oldest first."""
    told = await _accounts(_ids(topic.owner))
    return [account for accounts in told.values() for account in accounts]


async def portfolio_now(values: LastValueLookup, topic: Topic) -> Sequence[Portfolio]:
    """Return what a user holds, at the last prices that are known; nothing for what is no user's id."""
    told = []
    for holdings, peak in await _holdings(_ids(topic.owner)):
        prices = await last_prices(values, [held.symbol for held in holdings.held])
        told.append(portfolio_event(holdings, prices, time=_CLOCK.now_ms(), peak=peak))
    return told


async def last_prices(values: LastValueLookup, symbols: Collection[str]) -> dict[str, Decimal]:
    """Return the newest price of each symbol of which a process holds one: a ticker, a price, or the overview."""
    prices: dict[str, Decimal] = {}
    for symbol in symbols:
        for kind in (MarketKind.TICKER, MarketKind.PRICE):
            event = await values.last_value_of(Topic(kind, symbol))
            if symbol not in prices and isinstance(event, Ticker | Price):
                prices[symbol] = event.price
    missing = set(symbols) - prices.keys()
    overview = await values.last_value_of(Topic(MarketKind.OVERVIEW)) if missing else None
    if isinstance(overview, Overview):
        prices |= {row.symbol: row.price for row in overview.rows if row.symbol in missing}
    return prices


@in_turn
def _open_orders(user_ids: Sequence[int]) -> Sequence[Order]:
    rows = OrderRow.objects.filter(account__owner__in=user_ids, state__in=OPEN_ORDERS).select_related("sub_account")
    newest = rows.order_by("-placed_at", "-id")[:MOST_ORDERS]
    return [
        order_event_of_row(row, instance=row.sub_account.instance_id, time=milliseconds(row.updated_at))
        for row in reversed(newest)
    ]


@in_turn
def _accounts(user_ids: Sequence[int]) -> Mapping[int, Sequence[Account]]:
    now = moment(_CLOCK.now_ms())
    return accounts_of(_with_accounts(user_ids, now), now=now)


@in_turn
def _holdings(user_ids: Sequence[int]) -> Sequence[tuple[UserHoldings, Decimal]]:
    known = _with_accounts(user_ids, moment(_CLOCK.now_ms()))
    peaks = peaks_of(known)
    return [(holdings, peaks.get(user_id, Decimal(0))) for user_id, holdings in holdings_of(known).items()]


def _with_accounts(user_ids: Sequence[int], now: datetime) -> list[int]:
    """Return those who are users, each with an account: the first look makes it, as the first order would."""
    having = set(TradingAccount.objects.filter(owner__in=user_ids).values_list("owner", flat=True))
    for user_id in set(user_ids) - having:
        try:
            default_account_ensure(owner_id=user_id, now=now)
        except AccountNotFoundError:
            continue
        having.add(user_id)
    return sorted(having)


def _ids(owner: str) -> list[int]:
    """Return the user's id; none where `owner`, which staff may spell as they like, can't be one."""
    return [int(owner)] if owner.isascii() and owner.isdecimal() and len(owner) <= _LONGEST_ID else []
