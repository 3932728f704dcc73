"""What a new subscriber is told first, of the rows."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from accounts.models import User
from streaming.events import Event, Source, Ticker
from streaming.topics.topic import MarketKind, Topic, TopicKind
from streaming.workers.fencing import Fence, LeaseLostError
from tests.trading.market import symbol_listed
from trading.accounts.resetting import account_reset
from trading.audit.services import Actor
from trading.engine.orders.state import OrderState
from trading.engine.risk.levels import TradingLevel
from trading.events import Account, KillSwitchScope, OrderStatus, Portfolio
from trading.events import Balance as AssetBalance
from trading.events import Order as OrderEvent
from trading.live.events import snapshots
from trading.live.portfolios.holdings import holdings_of
from trading.live.portfolios.portfolio_valuation import portfolio_event
from trading.live.portfolios.portfolios import peak_forget, portfolios_now
from trading.models import (
    ActorSource,
    Balance,
    EquityPeak,
    Grid,
    KillSwitch,
    Lot,
    Order,
    SubAccount,
    TradingAccount,
)
from trading.topics import TOPICS

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
D = Decimal
_UNKNOWN = ("volume", "quote_volume", "change", "change_percent", "high", "low", "open", "previous_close")


class Values:
    """The last values of a market in which Bitcoin costs 95000."""

    async def last_value_of(self, topic: Topic) -> Event | None:
        """Return the ticker of Bitcoin, and of nothing else."""
        if topic != Topic(MarketKind.TICKER, "BTCUSDT"):
            return None
        nothing: dict[str, Any] = dict.fromkeys(_UNKNOWN, D(0))
        price = D(95_000)
        return Ticker(symbol="BTCUSDT", time=1, source=Source.BINANCE, price=price, bid=price, ask=price, **nothing)


def account_of(owner: User, **changes: Any) -> TradingAccount:
    given = {"name": "paper", "is_default": True, "maker_fee": D("0.001"), "taker_fee": D("0.001"), "created_at": NOW}
    return TradingAccount.objects.create(owner=owner, **given | changes)


def order_of(hand: SubAccount, number: int, **changes: Any) -> Order:
    given = {
        "client_order_id": str(number),
        "symbol": "BTCUSDT",
        "side": "buy",
        "type": "limit",
        "time_in_force": "gtc",
        "quantity": D("0.5"),
        "price": D(90_000),
        "placed_at": NOW,
        "updated_at": NOW,
    }
    return Order.objects.create(account=hand.account, sub_account=hand, number=number, **given | changes)


@pytest.fixture
def user() -> User:
    return User.objects.create_user("trader", "trader@example.com")


@pytest.fixture
def stranger() -> User:
    return User.objects.create_user("stranger", "stranger@example.com")


@pytest.fixture
def hand(user: User) -> SubAccount:
    return SubAccount.objects.create(account=account_of(user), quote="USDT", realised=D(3))


@pytest.fixture
def bot(hand: SubAccount) -> SubAccount:
    grid = Grid.objects.create(
        account=hand.account, symbol="BTCUSDT", investment=D(1000), fee_rate=D("0.001"), created_at=NOW
    )
    return SubAccount.objects.create(account=hand.account, grid=grid, quote="USDT", realised=D(-1))


async def test_it_tells_the_open_orders_of_hand_and_grids_the_oldest_first(
    user: User, stranger: User, hand: SubAccount, bot: SubAccount
) -> None:
    await sync_to_async(order_of)(hand, 1, state=OrderState.FILLED.value, ended_at=NOW, filled=D("0.5"))
    first = await sync_to_async(order_of)(hand, 2, filled=D("0.2"), filled_notional=D(18_000), state="partially_filled")
    second = await sync_to_async(order_of)(bot, 1, client_order_id="b", placed_at=NOW.replace(day=2))
    told = await snapshots.open_orders(Values(), Topic("snapshot", owner=str(user.pk)))
    assert [(order.id, order.instance) for order in told] == [(first.pk, None), (second.pk, bot.grid_id)]
    assert (told[0].status, told[0].filled, told[0].average_price) == (
        OrderStatus.PARTIALLY_FILLED,
        D("0.2"),
        D(90_000),
    )
    assert (told[0].price, told[0].stop_price, told[0].reason) == (D(90_000), None, None)
    assert await snapshots.open_orders(Values(), Topic("snapshot", owner=str(stranger.pk))) == []


async def test_it_counts_as_locked_what_is_in_grids(user: User, hand: SubAccount, bot: SubAccount) -> None:
    await Balance.objects.acreate(sub_account=hand, asset="USDT", free=D(700), locked=D(50))
    await Balance.objects.acreate(sub_account=bot, asset="USDT", free=D(200), locked=D(50))
    await Balance.objects.acreate(sub_account=bot, asset="BTC", free=D("0.1"))
    await KillSwitch.objects.acreate(
        scope=KillSwitchScope.USER, user=user, level=TradingLevel.REDUCE_ONLY.value, changed_at=NOW
    )
    [told] = await snapshots.accounts_now(Values(), Topic("snapshot", owner=str(user.pk)))
    assert told.balances == (
        AssetBalance(asset="BTC", free=D(0), locked=D("0.1")),
        AssetBalance(asset="USDT", free=D(700), locked=D(300)),
    )
    assert (told.account, told.demo, told.trading) == (hand.account_id, False, TradingLevel.REDUCE_ONLY)


async def test_it_tells_what_all_is_worth_at_the_last_prices(user: User, hand: SubAccount, bot: SubAccount) -> None:
    await sync_to_async(symbol_listed)()
    await Balance.objects.acreate(sub_account=hand, asset="USDT", free=D(700), locked=D(50))
    for number, part in enumerate((hand, bot)):
        await Lot.objects.acreate(
            sub_account=part, asset="BTC", number=number, opened_by=1, amount=D("0.1"), cost=D(9_000)
        )
    await Lot.objects.acreate(sub_account=bot, asset="XYZ", number=9, opened_by=1, amount=D(2), cost=D(10))
    [told] = await snapshots.portfolio_now(Values(), Topic("snapshot", owner=str(user.pk)))
    bitcoin, unlisted = told.positions
    assert (bitcoin.symbol, bitcoin.quantity, bitcoin.price, bitcoin.unrealized_pnl) == (
        "BTCUSDT", D("0.2"), D(95_000), D(1000),
    )  # fmt: skip
    assert (unlisted.symbol, unlisted.price, unlisted.unrealized_pnl) == ("XYZUSDT", None, None)
    assert (told.balance, told.realized_pnl, told.equity) == (D(750), D(2), D(19_760))
    assert told.quote_assets == ("USDT",)


@pytest.mark.parametrize("nobody", ["x", "-1", "", "9" * 19, "٣"])
async def test_it_tells_nothing_of_what_is_no_user(nobody: str) -> None:
    for read in (snapshots.open_orders, snapshots.accounts_now, snapshots.portfolio_now):
        assert list(await read(Values(), Topic("orders", owner=nobody))) == []


async def test_it_measures_drawdown_from_the_most_that_all_was_ever_worth(user: User, hand: SubAccount) -> None:
    await sync_to_async(symbol_listed)()
    await Balance.objects.acreate(sub_account=hand, asset="USDT", free=D(1000))
    await Lot.objects.acreate(sub_account=hand, asset="BTC", number=1, opened_by=1, amount=D("0.1"), cost=D(9_000))

    @sync_to_async
    def drawdown_at(price: int) -> Decimal:
        return portfolios_now([user.pk], {"BTCUSDT": D(price)}, fence=None, now=NOW)[user.pk].drawdown

    assert [await drawdown_at(price) for price in (90_000, 190_000, 90_000, 40_000)] == [0, 0, 50, 75]
    [told] = await snapshots.portfolio_now(Values(), Topic("snapshot", owner=str(user.pk)))
    assert told.drawdown == D("47.5")
    await sync_to_async(peak_forget)(user_id=user.pk)
    assert await drawdown_at(40_000) == 0


@sync_to_async
def _worth_while_buying(user: User, hand: SubAccount) -> Decimal:
    """Return what all is worth, of rows of which a purchase is stored before each statement that reads them."""

    def buy() -> None:
        Balance.objects.update(free=str(Balance.objects.get().free - 1000))
        number = Lot.objects.count()
        Lot.objects.create(sub_account=hand, asset="BTC", number=number, opened_by=1, amount=D("0.1"), cost=D(1000))

    def bought_first(execute: Callable[..., Any], *args: Any) -> Any:
        connection.execute_wrappers.remove(bought_first)
        buy()
        connection.execute_wrappers.append(bought_first)
        return execute(*args)

    with connection.execute_wrapper(bought_first):
        return portfolio_event(holdings_of([user.pk])[user.pk], {}, time=1).equity


async def test_it_sees_no_execution_in_part(user: User, hand: SubAccount) -> None:
    await Balance.objects.acreate(sub_account=hand, asset="USDT", free=D(10_000))
    assert await _worth_while_buying(user, hand) == D(10_000)
    assert await Lot.objects.aexists()


async def test_a_worker_that_another_has_superseded_remembers_no_highest_equity(user: User, hand: SubAccount) -> None:
    await Balance.objects.acreate(sub_account=hand, asset="USDT", free=D(1000))
    former = Fence(name="trading", holder="former", token=1)

    @sync_to_async
    def told() -> Portfolio:
        return portfolios_now([user.pk], {}, fence=former, now=NOW)[user.pk]

    with pytest.raises(LeaseLostError):
        await told()
    assert not await EquityPeak.objects.aexists()


async def test_the_topics_name_what_reads_their_snapshots(user: User, hand: SubAccount) -> None:
    await sync_to_async(order_of)(hand, 1)
    told = {}
    for kind in TOPICS:
        if isinstance(kind, TopicKind) and kind.snapshot is not None:
            [event] = await kind.snapshot.reader(Values(), Topic(kind.name, owner=str(user.pk)))
            told[kind.name] = type(event), kind.snapshot.version_of(event)[0]
    order = await Order.objects.aget()
    assert told == {
        "portfolio": (Portfolio, ""),
        "orders": (OrderEvent, order.pk),
        "account": (Account, hand.account_id),
    }


async def test_it_gives_a_user_an_account_at_the_first_look(user: User) -> None:
    [told] = await snapshots.accounts_now(Values(), Topic("snapshot", owner=str(user.pk)))
    [portfolio] = await snapshots.portfolio_now(Values(), Topic("snapshot", owner=str(user.pk)))
    assert {balance.asset: balance.free for balance in told.balances} == {"USDT": D(100_000), "USDC": D(100_000)}
    assert (portfolio.equity, portfolio.quote_assets) == (D(200_000), ("USDC", "USDT"))
    assert list(await snapshots.accounts_now(Values(), Topic("snapshot", owner=str(user.pk + 1)))) == []


async def test_a_reset_forgets_gains_and_measures_drawdown_anew(user: User) -> None:
    await snapshots.accounts_now(Values(), Topic("snapshot", owner=str(user.pk)))
    account = await TradingAccount.objects.aget()
    await TradingAccount.objects.aupdate(is_demo=True)
    await EquityPeak.objects.acreate(owner=user, equity=D(400_000))
    stopped = {"state": "stopped", "ended_at": NOW, "created_at": NOW, "parameters": {}, "fee_rate": D(0)}
    grid = await Grid.objects.acreate(account=account, symbol="BTCUSDT", investment=D(0), **stopped)
    await SubAccount.objects.acreate(account=account, grid=grid, quote="USDT", realised=D(7), deposited=D(-7))
    [before] = await snapshots.portfolio_now(Values(), Topic("snapshot", owner=str(user.pk)))
    actor = Actor(user_id=user.pk, name=user.username, source=ActorSource.REST)
    await sync_to_async(account_reset)(actor=actor, account=account, now=NOW)
    [after] = await snapshots.portfolio_now(Values(), Topic("snapshot", owner=str(user.pk)))
    assert (before.drawdown, after.drawdown, after.equity) == (D(50), D(0), D(200_000))
    assert (before.realized_pnl, after.realized_pnl) == (D(7), D(0))
