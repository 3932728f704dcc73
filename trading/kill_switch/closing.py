"""Selling what accounts hold by hand at the market, where the kill switch is to close positions."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import QuerySet

from streaming.commands.errors import CommandRefusedError
from streaming.commands.use_cases import HubOfProcess
from streaming.database.fair_queries import in_turn
from streaming.database.random_ids import new_id
from streaming.events import Side
from streaming.times import milliseconds
from trading.engine.instrument import Instrument
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.types import OrderType
from trading.live.markets import TradedMarket, traded_market
from trading.live.portfolios.holdings import symbols_of_pairs
from trading.live.rows.loaded import LoadedSubAccount
from trading.models import BY_HAND, Lot, SubAccount

_NAME_PREFIX = "close_"


def symbols_to_close(hands: Iterable[SubAccount]) -> frozenset[str]:
    """Return the symbols by which what hands hold can be sold for their quote assets."""
    rows = Lot.objects.filter(BY_HAND, sub_account__in=hands)
    pairs = set(rows.values_list("asset", "sub_account__quote").distinct())
    return frozenset(symbols_of_pairs(pairs).values())


async def markets_to_close(hub: HubOfProcess, rows: QuerySet[SubAccount]) -> Mapping[str, TradedMarket]:
    """Return the markets by which what is held can be sold, by symbol, as they are now.

    One that isn't traded, or has no price, is missing: there nothing can be sold.
    """
    symbols = await in_turn(symbols_to_close)(rows)
    found = await asyncio.gather(*(_market(hub, symbol) for symbol in sorted(symbols)))
    return {market.instrument.symbol: market for market in found if market}


async def _market(hub: HubOfProcess, symbol: str) -> TradedMarket | None:
    try:
        return await traded_market(hub, "symbol", symbol)
    except CommandRefusedError:
        return None


def positions_close(hands: Iterable[LoadedSubAccount], markets: Mapping[str, TradedMarket], *, now: datetime) -> None:
    """Place an order that sells all that is free of each asset that has a market; the worker executes it.

    What is less than the exchange lets be sold stays.
    """
    by_pair = {(market.instrument.base, market.instrument.quote): market for market in markets.values()}
    for hand in hands:
        account = hand.engine.account
        for asset in account.assets:
            market = by_pair.get((asset, account.quote))
            if asset != account.quote and market is not None:
                _sell(hand, market, account.free(asset), now)


def _sell(hand: LoadedSubAccount, market: TradedMarket, amount: int, now: datetime) -> None:
    instrument: Instrument = market.instrument
    steps = amount // instrument.quantity_unit
    if not instrument.clears_minimum(market.ticks, steps):
        return
    request = OrderRequest(client_order_id=new_id(_NAME_PREFIX), side=Side.SELL, type=OrderType.MARKET, quantity=steps)
    hand.engine.place(instrument.symbol, request, market=market.ticks, time=milliseconds(now))
