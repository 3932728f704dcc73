"""Every step of an order that trading/engine/orders/state.py has, as running processes tell of it over a socket."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal
from itertools import pairwise
from typing import Any

import pytest

from tests.conformance.asking.dialects import in_every_dialect
from tests.conformance.asking.speaker import Speaker, speak
from tests.conformance.asking.spelling import Dialect
from tests.conformance.commands.trader import ORDERS, Trader
from tests.conformance.places import Place
from tests.conformance.rows import row
from trading.engine.orders.state import ORDER_STEPS, IllegalOrderStepError, OrderState, OrderStep

pytestmark = pytest.mark.usefixtures("trading_worker")

SYMBOL, BASE = "ETHUSDT", "ETH"
DEPTH = f"depth:{SYMBOL}"
MONEY = 95_000
"""Of quote, nearly all that a new account has: more than the simulator's book mostly offers at its best price."""
ENDS = ("filled", "cancelled")
TICK = Decimal("0.01")
"""The market comes to the next price soon; a quiet one may need a minute for a few ticks more."""
FAR = Decimal("0.01")
"""A fraction of the price to which the market doesn't come while a test lasts."""
STATES = {
    "new": OrderState.ACCEPTED,
    "partially_filled": OrderState.PARTIALLY_FILLED,
    "filled": OrderState.FILLED,
    "cancelled": OrderState.CANCELLED,
    "rejected": OrderState.REJECTED,
}
"""Of each status; one that was `cancelled` for the reason `expired` has expired."""
Step = tuple[OrderState, OrderState]


class Market:
    """A trader in one market, whose orders are given as what differs from one to buy."""

    def __init__(self, client: Speaker) -> None:
        self.trader = Trader(client)

    async def best(self, side: str) -> Decimal:
        """Return the best price that an order of this side would have got when the book was last told."""
        told = [seen for seen in self.trader.client.events() if seen.channel == DEPTH]
        book = (told[-1] if told else await self.trader.client.event(DEPTH)).data
        price, _ = (book["asks"] if side == "buy" else book["bids"])[0]
        return Decimal(price)

    async def asked(self, **given: Any) -> Any:
        """Place an order, and return the response."""
        return await self.trader.asked("order.place", **self._order(given))

    async def placed(self, **given: Any) -> Any:
        """Place an order, and return it as it was accepted."""
        order = await self.trader.done("order.place", **self._order(given))
        assert order["status"] == "new"
        return order

    async def ended(self, **given: Any) -> Any:
        """Place an order, and return it as it is told of at its end."""
        return await self.trader.order((await self.placed(**given))["id"], *ENDS)

    async def sell_all(self) -> None:
        """Sell at the market whatever is held."""
        balances = (await self.trader.done("account.get"))["balances"]
        free = next((Decimal(balance["free"]) for balance in balances if balance["asset"] == BASE), Decimal(0))
        sold = await self.ended(side="sell", type="market", quantity=_quantity(free))
        assert sold["status"] == "filled"

    def _order(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"symbol": SYMBOL, "side": "buy", **given}


@row("CM-54", "CM-58", "TP-41", "TP-72")
@in_every_dialect
async def test_an_order_is_told_of_in_every_step_that_it_can_take(place: Place, dialect: Dialect) -> None:
    """An order that gets a new state, or a new way to one, needs its part here."""
    async with speak(place, dialect, place.people.guest()) as client:
        assert set((await client.ask(ORDERS, DEPTH, "system.log")).values()) == {None}
        market = Market(client)
        await _filled_level_by_level(market)
        await _filled_whole_or_not_at_all(market)
        await _filled_in_part(market)
        await _stops(market)
        await _rests_or_is_rejected(market)
        assert {*_steps_told(client), (OrderState.NEW, OrderState.REJECTED)} == set(_legal_steps())


async def _filled_level_by_level(market: Market) -> None:
    """New, partially filled by each level of the book, and filled: for an amount of quote."""
    while True:
        bought = await market.ended(type="market", quote_quantity=MONEY)
        assert (bought["status"], bought["quoteQuantity"], bought["price"]) == ("filled", MONEY, None)
        assert bought["quantity"] == bought["filled"]
        assert MONEY * Decimal("0.99") < bought["filled"] * bought["averagePrice"] <= MONEY
        await market.sell_all()
        *before, _ = market.trader.orders_told(bought["id"])
        if len(before) > 2:  # it took three levels at least
            break
    assert [order["status"] for order in before] == ["new", *["partially_filled"] * (len(before) - 1)]
    fills = [order["filled"] for order in before]
    assert fills == sorted(set(fills))


async def _filled_whole_or_not_at_all(market: Market) -> None:
    """New, filled; new, expired."""
    price = await market.best("buy")
    whole = {"type": "limit", "time_in_force": "fok"}
    filled = await market.ended(**whole, quantity=Decimal("0.01"), price=_rounded(price * (1 + FAR)))
    assert (filled["status"], filled["filled"], filled["reason"]) == ("filled", Decimal("0.01"), None)
    too_low = await market.ended(**whole, quantity=_quantity(MONEY / price), price=_rounded(price * (1 - FAR)))
    assert (too_low["status"], too_low["filled"], too_low["reason"]) == ("cancelled", 0, "expired")


async def _filled_in_part(market: Market) -> None:
    """Partially filled by what the best price offers; then the rest expires, or is cancelled."""
    expired = await _taken_in_part(market, time_in_force="ioc")
    assert (expired["status"], expired["reason"], expired["timeInForce"]) == ("cancelled", "expired", "ioc")
    resting = await _taken_in_part(market, time_in_force="gtc")
    assert resting["status"] == "partially_filled"
    await market.trader.done("order.cancel", id=resting["id"])
    cancelled = await market.trader.order(resting["id"], "cancelled")
    assert (cancelled["reason"], cancelled["filled"] >= resting["filled"]) == (None, True)


async def _taken_in_part(market: Market, *, time_in_force: str) -> Any:
    """Return an order of which the best price has filled a part: placed again until the price stood still for it."""
    while True:
        price = await market.best("buy")
        quantity = _quantity(MONEY / price)
        placed = await market.placed(type="limit", quantity=quantity, price=price, time_in_force=time_in_force)
        await market.ended(
            type="limit", quantity=Decimal("0.01"), price=_rounded(price * (1 - FAR)), time_in_force="ioc"
        )
        order = market.trader.orders_told(placed["id"])[-1]  # what was placed after it has looked at the book
        if order["status"] == "new":  # what fills it before it is cancelled is sold, and it is placed again
            await market.trader.asked("order.cancel", id=order["id"])
            if (await market.trader.order(order["id"], *ENDS))["filled"]:
                await market.sell_all()
        elif order["filled"]:
            await market.sell_all()
            if order["status"] != "filled":
                return order


async def _stops(market: Market) -> None:
    """New until the market reaches the stop price, above it or below, then filled: at the market, or within a limit."""
    await market.ended(type="market", quantity=Decimal("0.02"))
    for kind in ("stop", "stop_limit"):
        stops = {(await _stop(market, kind, side))["id"] for side in ("buy", "sell")}
        reached = await market.trader.order_among(stops, "filled")
        assert (reached["type"], reached["filled"]) == (kind, Decimal("0.01"))
        first, *_ = market.trader.orders_told(reached["id"])
        assert (first["status"], first["filled"]) == ("new", 0)
        await market.trader.done("order.cancel_all", symbol=SYMBOL)


async def _stop(market: Market, kind: str, side: str) -> Any:
    """Place a stop at the next price: anew where the market was there already."""
    away = 1 if side == "buy" else -1
    while True:
        price = await market.best(side) + away * TICK
        limit = {"price": _rounded(price * (1 + away * FAR))} if kind == "stop_limit" else {}
        response = await market.asked(side=side, type=kind, quantity=Decimal("0.01"), stop_price=price, **limit)
        if response["success"]:
            return response["data"]
        assert "(WOULD_TRIGGER)" in response["error"]["message"]


async def _rests_or_is_rejected(market: Market) -> None:
    """Of an order that only rests: new, cancelled; or rejected, which is told by the answer and one's own log."""
    price = await market.best("buy")
    maker = {"type": "limit_maker", "quantity": Decimal("0.01")}
    resting = await market.placed(**maker, price=_rounded(price * (1 - FAR)))
    cancelled = await market.trader.done("order.cancel", id=resting["id"])
    assert (cancelled["status"], cancelled["filled"]) == ("cancelled", 0)
    await market.trader.order(resting["id"], "cancelled")
    refused = await market.asked(**maker, price=_rounded(price * (1 + FAR)), client_order_id="taker")
    said = "the order would be executed at once"
    assert (refused["error"]["code"], refused["error"]["message"]) == ("CONFLICT", f"{said} (WOULD_TAKE)")
    line = f"[REJECTED] WOULD_TAKE BUY 0.01 {SYMBOL}: {said}"
    await market.trader.told(["system.log"], lambda seen: (seen.event, seen.data["message"]) == ("warn", line))
    assert (await market.trader.done("order.list", client_order_id="taker"))["total"] == 0


def _steps_told(client: Speaker) -> Iterator[Step]:
    """Yield the steps of all orders, as `orders:` told of them."""
    states: defaultdict[str, list[OrderState]] = defaultdict(lambda: [OrderState.NEW])
    for seen in client.events():
        if seen.channel == ORDERS:
            has_expired = seen.data["reason"] == "expired"
            states[seen.data["id"]].append(OrderState.EXPIRED if has_expired else STATES[seen.data["status"]])
    for walked in states.values():
        yield from pairwise(walked)


def _legal_steps() -> Iterator[Step]:
    for state in OrderState:
        for step in OrderStep:
            try:
                yield state, ORDER_STEPS.next(state, step)
            except IllegalOrderStepError:
                continue


def _rounded(price: Decimal) -> Decimal:
    return price.quantize(Decimal("0.01"))


def _quantity(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.0001"), rounding=ROUND_DOWN)
