"""Grids that trade around the price, started in bulk by their use case; runs below Django's `shell`."""

import random
import time
from datetime import UTC, datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from trading.accounts.services import account_create, default_account_ensure
from trading.audit.services import Actor
from trading.grids.parameters import NewGrid
from trading.grids.services import grid_start
from trading.live.markets import TradedMarket, traded_instrument
from trading.live.quotes import MarketQuote
from trading.models import ActorSource, TradingAccount

GRIDS_EACH = 100
"""How many grids a user has, which is as many as may be."""
_GRIDS_OF_ACCOUNT = 5
"""How many of them one account has: half of the orders that it may have open of the symbol (200) stay free."""
_GAPS = 20
_LEAST, _MOST = 20, 200
"""How far lines reach to either side of the price, in hundred thousandths of it."""


def grids_start(grids: int, symbol: str, price: str) -> None:
    """Start so many grids around a price: the first hundred of the user `demo`, the others of users that are made."""
    chance = random.Random(17)
    market = _market(symbol, Decimal(price))
    for first in range(0, grids, GRIDS_EACH):
        _start(_user(first // GRIDS_EACH), min(GRIDS_EACH, grids - first), market, chance)


def _user(number: int) -> User:
    name = f"bench{number}" if number else "demo"
    return User.objects.get_or_create(username=name, defaults={"email": f"{name}@bench.invalid"})[0]


def _market(symbol: str, price: Decimal) -> TradedMarket:
    now = time.time_ns() // 1_000_000
    quote = MarketQuote(symbol=symbol, last=price, bid=None, ask=None, simulated=True, stale=False, time=now)
    return TradedMarket(instrument=traded_instrument("pair", symbol), quote=quote)


@transaction.atomic
def _start(user: User, grids: int, market: TradedMarket, chance: random.Random) -> None:
    actor = Actor(user_id=user.pk, name=user.username, source=ActorSource.COMMAND_LINE)
    account = default_account_ensure(owner_id=user.pk, now=datetime.now(UTC))
    for number in range(grids):
        if number and number % _GRIDS_OF_ACCOUNT == 0:
            account = account_create(owner_id=user.pk, name=f"grids from {number} on", now=datetime.now(UTC))
        given = _around(market, Decimal(chance.randint(_LEAST, _MOST)) / 100_000, account)
        grid_start(actor=actor, owner_id=user.pk, given=given, market=market, now=datetime.now(UTC))


def _around(market: TradedMarket, reach: Decimal, account: TradingAccount) -> NewGrid:
    price = market.quote.last
    return NewGrid(
        pair=market.quote.symbol,
        upper_price=round(price * (1 + reach), 2),
        lower_price=round(price * (1 - reach), 2),
        grid_count=_GAPS,
        fee_rate=Decimal(0),
        account=account.pk,
    )
