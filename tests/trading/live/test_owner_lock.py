"""Two starts of a user's at the same time, in two accounts: only one of them takes the last place that there is."""

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import transaction
from pytest_django import Settings

from streaming.commands.errors import CommandRefusedError
from streaming.events import Interval
from tests.databases.postgres_database import PostgresDatabase, somebody_waits
from tests.trading.backtests.conftest import trader_named
from tests.trading.live.rows import NOW
from tests.trading.market import SYMBOL, symbol_listed
from tests.waiting import until_now
from trading.accounts.adding import account_add
from trading.accounts.services import default_account_ensure
from trading.audit.services import Actor
from trading.grids.parameters import NewGrid
from trading.grids.services import grid_start
from trading.live.markets import TradedMarket, traded_instrument
from trading.live.quotes import MarketQuote
from trading.models import ActorSource, Grid, Strategy
from trading.strategies.parameters import StrategyTerms
from trading.strategies.services import strategy_start

_ACTOR = Actor(user_id=None, name="Ada", source=ActorSource.REST)
_BALANCES = {"USDT": Decimal(100_000)}


def _market() -> TradedMarket:
    last = Decimal(95_000)
    quote = MarketQuote(symbol=SYMBOL, last=last, bid=last, ask=last, simulated=False, stale=False, time=0)
    return TradedMarket(instrument=traded_instrument("symbol", SYMBOL), quote=quote)


def _start_strategy(owner_id: int, account: str) -> None:
    terms = StrategyTerms(
        strategy="ma_cross",
        symbol_name=SYMBOL,
        interval=Interval.MINUTE_1,
        strategy_parameters={},
        investment=Decimal(1000),
        account=account,
    )
    strategy_start(actor=_ACTOR, owner_id=owner_id, given=terms, market=_market(), now=NOW)


def _start_grid(owner_id: int, account: str) -> None:
    grid = NewGrid(
        pair=SYMBOL, upper_price=Decimal(100_000), lower_price=Decimal(90_000), grid_count=4, account=account
    )
    grid_start(actor=_ACTOR, owner_id=owner_id, given=grid, market=_market(), now=NOW)


def _make() -> tuple[int, str, str]:
    symbol_listed()
    user = trader_named("ada")
    account_add(actor=_ACTOR, owner_id=user.pk, name="another", balances=_BALANCES, now=NOW)
    default = default_account_ensure(owner_id=user.pk, now=NOW)
    return user.pk, default.pk, user.trading_accounts.exclude(pk=default.pk).get().pk


@pytest.mark.postgres
@pytest.mark.parametrize(("start", "started"), [(_start_strategy, Strategy), (_start_grid, Grid)])
def test_who_starts_while_the_last_place_is_being_taken_is_refused(
    postgres: PostgresDatabase,
    settings: Settings,
    start: Callable[[int, str], None],
    started: type[Strategy] | type[Grid],
) -> None:
    settings.STRATEGIES_PER_USER = settings.GRIDS_PER_USER = 1
    [(owner_id, one, another)] = postgres.run(_make)
    is_first = threading.Event()

    @transaction.atomic
    def first() -> str:
        start(owner_id, one)
        is_first.set()
        until_now(somebody_waits)
        return "started"

    def second() -> str:
        assert is_first.wait(20)
        with pytest.raises(CommandRefusedError) as refused:
            start(owner_id, another)
        return str(refused.value)

    said = postgres.run(first, second)
    assert said[0] == "started"
    assert "at most 1" in said[1]
    assert postgres.run(started.objects.count) == [1]
