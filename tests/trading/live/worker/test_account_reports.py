"""What users are told of their accounts and portfolios: after changes, and as prices move."""

from collections.abc import AsyncIterator, Collection, Mapping
from decimal import Decimal

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from streaming.events import BaseEvent
from streaming.workers.database_thread import DatabaseThread
from tests.manual_clock import ManualClock
from tests.trading.live.rows import account_of, hand_of
from tests.trading.market import symbol_listed
from trading.events import Account, Portfolio
from trading.live.worker.account_reports import AccountReports
from trading.models import Balance, Lot, SubAccount

pytestmark = pytest.mark.django_db(transaction=True)

_INTERVAL = 5.0


class Reader:
    """What was told, to whom; the prices; and the reports."""

    def __init__(self, database: DatabaseThread) -> None:
        self.told: list[tuple[str, BaseEvent]] = []
        self.prices = {"BTCUSDT": Decimal(95_000)}
        self.elsewhere: dict[str, Decimal] = {}
        self.is_away = False
        self.clock = ManualClock()
        self.reports = AccountReports(
            database=database,
            prices=lambda: self.prices,
            find_prices=self.find,
            publish=self.publish,
            fence=None,
            clock=self.clock,
            pause=0.01,
            interval=_INTERVAL,
        )

    async def find(self, symbols: Collection[str]) -> Mapping[str, Decimal]:
        return {symbol: price for symbol, price in self.elsewhere.items() if symbol in symbols}

    async def publish(self, event: BaseEvent, *, owner: str = "") -> None:
        if self.is_away:
            raise ConnectionError("the layer is away")
        self.told.append((owner, event))

    async def tell(self) -> list[tuple[str, BaseEvent]]:
        """Tell what is due; return it."""
        await self.reports.tell_changed()
        told, self.told = self.told, []
        return told

    async def after(self, seconds: float) -> list[tuple[str, BaseEvent]]:
        """Return what is told so many seconds later."""
        self.clock.advance(seconds)
        return await self.tell()


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    database = DatabaseThread("reports-of-a-test")
    yield Reader(database)
    await database.stop()
    await sync_to_async(connections.close_all)()


def _hand(name: str) -> SubAccount:
    return hand_of(account_of(name))


@pytest.fixture
def hand() -> SubAccount:
    symbol_listed()
    return _hand("Ada")


@pytest.fixture
def other() -> SubAccount:
    return _hand("Eve")


def _buy(hand: SubAccount, amount: str, cost: int) -> None:
    """Let a hand hold something of BTC."""
    Balance.objects.create(sub_account=hand, asset="BTC", free=Decimal(amount))
    Lot.objects.create(sub_account=hand, asset="BTC", number=1, opened_by=1, amount=Decimal(amount), cost=Decimal(cost))


async def test_whoever_has_changed_is_told_and_nobody_else(reader: Reader, hand: SubAccount, other: SubAccount) -> None:
    reader.reports.note_changed([hand.account.owner_id])
    (owner, account), (again, portfolio) = await reader.tell()
    assert owner == again == str(hand.account.owner_id)
    assert isinstance(account, Account)
    assert [(one.asset, one.free) for one in account.balances] == [("USDT", Decimal(100_000))]
    assert isinstance(portfolio, Portfolio)
    assert portfolio.equity == 100_000
    assert await reader.tell() == []


async def test_what_says_the_same_as_before_is_not_told_again(reader: Reader, hand: SubAccount) -> None:
    reader.reports.note_changed([hand.account.owner_id])
    await reader.tell()
    reader.reports.note_changed([hand.account.owner_id])
    assert await reader.after(1) == []
    await sync_to_async(_buy)(hand, "0.5", 45_000)
    reader.reports.note_changed([hand.account.owner_id])
    told = [event for _, event in await reader.after(1)]
    assert [type(event) for event in told] == [Account, Portfolio]


async def test_who_holds_anything_is_told_as_the_price_moves(
    reader: Reader, hand: SubAccount, other: SubAccount
) -> None:
    await reader.tell()
    await sync_to_async(_buy)(hand, "0.5", 45_000)
    assert await reader.after(_INTERVAL - 0.1) == []
    assert {owner for owner, _ in await reader.after(0.1)} == {str(hand.account.owner_id)}
    assert await reader.after(_INTERVAL) == []
    reader.prices["BTCUSDT"] = Decimal(96_000)
    assert await reader.after(1) == []
    ((_, portfolio),) = await reader.after(_INTERVAL)
    assert isinstance(portfolio, Portfolio)
    assert (portfolio.unrealized_pnl, portfolio.positions[0].price) == (Decimal(3_000), Decimal(96_000))


async def test_a_price_that_the_worker_does_not_follow_is_looked_for(reader: Reader, hand: SubAccount) -> None:
    await sync_to_async(_buy)(hand, "0.5", 45_000)
    reader.prices.clear()
    reader.elsewhere = {"BTCUSDT": Decimal(91_000)}
    portfolio = (await reader.after(_INTERVAL))[-1][1]
    assert isinstance(portfolio, Portfolio)
    assert portfolio.unrealized_pnl == 500


async def test_who_takes_over_finds_the_prices_before_anybody_is_told(reader: Reader, hand: SubAccount) -> None:
    await sync_to_async(_buy)(hand, "0.5", 45_000)
    reader.prices.clear()
    reader.elsewhere = {"BTCUSDT": Decimal(91_000)}
    reader.reports.note_changed([hand.account.owner_id])
    portfolio = (await reader.tell())[-1][1]
    assert isinstance(portfolio, Portfolio)
    assert (portfolio.positions[0].price, portfolio.unrealized_pnl) == (Decimal(91_000), Decimal(500))


async def test_what_is_followed_no_more_is_told_at_its_last_price(reader: Reader, hand: SubAccount) -> None:
    await sync_to_async(_buy)(hand, "0.5", 45_000)
    await reader.tell()
    reader.prices.clear()
    await reader.after(_INTERVAL)
    await Balance.objects.filter(sub_account=hand, asset="USDT").aupdate(free=Decimal(80_000))
    reader.reports.note_changed([hand.account.owner_id])
    portfolio = (await reader.tell())[-1][1]
    assert isinstance(portfolio, Portfolio)
    assert portfolio.positions[0].price == 95_000


async def test_what_could_not_be_told_is_told_later(reader: Reader, hand: SubAccount) -> None:
    reader.reports.note_changed([hand.account.owner_id])
    reader.is_away = True
    assert await reader.tell() == []
    reader.is_away = False
    assert [type(event) for _, event in await reader.tell()] == [Account, Portfolio]
