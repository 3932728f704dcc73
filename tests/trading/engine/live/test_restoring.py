"""Whatever state is stored: what is restored goes on as if nothing had happened, and every cent is accounted for.

Two of the same are driven by the same random market and commands; one of them is taken apart and restored again and
again. Both must tell the same, byte for byte.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.trading.engine.instruments import BTC
from tests.trading.engine.live.rigs import (
    FEES,
    FEES_OF_BASE,
    GridRig,
    check_identity,
    random_book,
    random_request,
    stored,
    sub_account,
)
from trading.engine.amounts import amount_of
from trading.engine.fees import FeeSchedule, Liquidity
from trading.engine.grid.state import GridState, PauseReason
from trading.engine.instrument import Instrument
from trading.engine.live.state import SubAccountChanges, TransferredHoldings
from trading.engine.live.sub_account import PaperSubAccount
from trading.engine.live.triggers import Reach
from trading.engine.matching.book import Book
from trading.engine.strategies.errors import CannotTradeError

SYMBOLS = ("BTCUSDT", "ETHUSDT")
NARROW = {"lower_price": 9_800, "upper_price": 10_200, "grid_count": 10}


def random_step(chance: random.Random, prices: dict[str, int], time: int) -> Callable[[PaperSubAccount], None]:
    """Return something that happens to a sub-account."""
    symbol = chance.choice(SYMBOLS)
    price = prices[symbol] = max(20, prices[symbol] + chance.randint(-40, 40))
    choice, quantity = chance.random(), chance.randint(1, 30_000)
    if choice < 0.25:
        request = random_request(chance, f"order {time}", price)
        return lambda account: (account.place(symbol, request, market=price, time=time), None)[1]
    if choice < 0.35:
        book = random_book(chance, price)
        return lambda account: account.see_book(symbol, book)
    if choice < 0.5:
        return lambda account: account.take_new(symbol, market=price, time=time)
    if choice < 0.6:
        which = chance.random()
        return lambda account: cancel_one(account, which, time)
    if choice < 0.7:
        return lambda account: transfer(account, time)
    return lambda account: account.see_trade(symbol, price=price, quantity=quantity, time=time - chance.randint(0, 1))


def reaches(reach: Reach, price: int) -> bool:
    """Return whether a trade at a price does anything."""
    return (reach.below is not None and price <= reach.below) or (reach.above is not None and price >= reach.above)


def cancel_one(account: PaperSubAccount, which: float, time: int) -> None:
    """Cancel one of the open orders."""
    found = account.open_orders
    if found:
        account.cancel(found[int(which * len(found))][1].request.client_order_id, time=time)


def transfer(account: PaperSubAccount, time: int) -> None:
    """Move something in, or a tenth of what is free out."""
    if time % 2:
        account.transfer_in(TransferredHoldings(quote=amount_of(Decimal(5))))
    else:
        account.transfer_out(account.account.free("USDT") // 10)


def told(changes: SubAccountChanges) -> bytes:
    """Return changes as bytes; sets in their order."""
    return msgspec.json.encode(msgspec.to_builtins(changes), order="deterministic")


@pytest.mark.parametrize("fees", [FEES, FEES_OF_BASE])
@examples(20)
@given(seed=st.integers(0, 2**32))
def test_a_sub_account_goes_on_as_if_nothing_had_happened(seed: int, fees: FeeSchedule) -> None:
    chance, prices = random.Random(seed), dict.fromkeys(SYMBOLS, 100_00)
    one, other = sub_account("3000", fees=fees), sub_account("3000", fees=fees)
    assert told(one.take_changes()) == told(other.take_changes())
    books: dict[str, Book] = {}
    for time in range(1, 150):
        step = random_step(chance, prices, time)
        check_reach(one, prices, time)
        state = chance.getstate()
        step(one)
        chance.setstate(state)
        step(other)
        for symbol in SYMBOLS:
            books[symbol] = one._trading(symbol).matcher._book
        changes = one.take_changes()
        assert told(changes) == told(other.take_changes())
        assert changes.state == one.state()
        if chance.random() < 0.3:
            other = sub_account(fees=fees, state=stored(other.state()))
            for symbol, book in books.items():
                other.see_book(symbol, book)
        check_identity(one, 100_00)


def check_reach(account: PaperSubAccount, prices: dict[str, int], time: int) -> None:
    """Look whether a trade right beyond the reach does nothing."""
    for symbol in SYMBOLS:
        for price in (prices[symbol] - 35, prices[symbol], prices[symbol] + 35):
            if not reaches(account.reach(symbol), price):
                book = account._trading(symbol).matcher._book
                account.see_trade(symbol, price=price, quantity=1_000, time=time)
                account.see_book(symbol, book)
                assert account.take_changes().orders == ()


class Twin:
    """A grid that is restored now and then, beside one that isn't; both get the same."""

    def __init__(self, seed: int, *, fees: FeeSchedule, instrument: Instrument, **parameters: Any) -> None:
        self.chance = random.Random(seed)
        self.rigs = [
            GridRig({**NARROW, **parameters}, price=10_000_00, fees=fees, instrument=instrument) for _ in range(2)
        ]
        self.moved_in = Decimal(10_000)
        for rig in self.rigs:
            rig.begin()

    def both(self, action: Callable[[GridRig], Any]) -> None:
        """Do something to both, and compare all that they tell and remember."""
        for rig in self.rigs:
            action(rig)
            rig.note()
        one, other = self.rigs
        assert told(one.changes[-1]) == told(other.changes[-1])
        assert one.events == other.events
        assert one.driver.memory() == other.driver.memory()
        if self.chance.random() < 0.2:
            other.store_and_restore()

    def step(self) -> None:
        """Let something happen."""
        choice, one = self.chance.random(), self.rigs[0]
        price = min(10_300_00, max(9_700_00, one.price + self.chance.randint(-30_00, 30_00)))
        quantity = self.chance.choice([self.chance.randint(1, 2_000), 10**9])
        if choice < 0.8:
            self.traded(price, quantity)
        elif choice < 0.88:
            self.both(lambda rig: rig.advance())
        elif choice < 0.92 and one.sub_account.open_orders:
            names = [order.request.client_order_id for _, order in one.sub_account.open_orders]
            name = self.chance.choice(names)
            self.both(lambda rig: _cancel(rig, name))
        elif choice < 0.95:
            self.pause_or_resume()
        else:
            self.change()

    def traded(self, price: int, quantity: int) -> None:
        """Let the market trade; no more is executed of it than was traded, and nothing happens beyond the reach."""
        seen, before = len(self.rigs[0].told), self.rigs[0].driver.memory()
        is_reached = reaches(self.rigs[0].driver.reach(), price)
        self.both(lambda rig: rig.trade(price, quantity))
        if not is_reached:
            assert (self.rigs[0].changes[-1].orders, self.rigs[0].driver.memory()) == ((), before)
        met = [event.fill for event in self.rigs[0].told[seen:] if event.fill]
        assert sum(fill.quantity for fill in met if fill.liquidity is Liquidity.MAKER) <= quantity

    def pause_or_resume(self) -> None:
        """Pause it, or let it go on."""
        if self.rigs[0].driver.state is GridState.PAUSED:
            self.both(_resume)
        elif self.rigs[0].driver.state is GridState.RUNNING:
            reason = self.chance.choice(list(PauseReason))
            self.both(lambda rig: rig.driver.pause(reason, time=rig.time))

    def change(self) -> None:
        """Change its lines or its investment, where it can be."""
        changes = self.chance.choice(
            [
                {"grid_count": 8},
                {"grid_count": 10},
                {"upper_price": 10_300},
                {"lower_price": 9_750},
                {"stop_loss": 9_000},
            ]
        )
        if self.rigs[0].driver.state in {GridState.RUNNING, GridState.PAUSED}:
            self.both(lambda rig: _update(rig, changes))

    def check(self) -> None:
        """Look whether every cent is there, and each gap has the orders that it should."""
        rig = self.rigs[0]
        check_identity(rig.sub_account, rig.price)
        memory, orders = rig.driver.memory(), [order for _, order in rig.sub_account.open_orders]
        if memory.state is not GridState.RUNNING:
            return
        resting = Counter[tuple[int, str]]()
        for order in orders:
            _, at, side, _ = order.request.client_order_id.split("-")
            resting[int(at), side] += order.remaining
        missing = {(level.gap, level.side.value) for level in memory.unplaced}
        for gap in memory.gaps[: len(memory.lines) - 1]:
            wanted = {"sell": gap.held, "buy": memory.order_steps - gap.held}
            for side, steps in wanted.items():
                fee_steps = memory.order_steps // 500 + 1 if rig.fees is FEES_OF_BASE and side == "buy" else 0
                assert (gap.gap, side) in missing or abs(resting[gap.gap, side] - steps) <= fee_steps
        gaps = memory.gaps[: len(memory.lines) - 1]
        partly = any(order.filled for order in orders) or any(gap.held % memory.order_steps for gap in gaps)
        if not missing and not partly:
            assert len(orders) == len(memory.lines) - 1


def _cancel(rig: GridRig, name: str) -> None:
    rig.driver.cancel(name, time=rig.time)
    rig.advance()


def _resume(rig: GridRig) -> None:
    rig.driver.resume(market=rig.price, time=rig.time)
    rig.advance()


def _stop(rig: GridRig, *, close_position: bool) -> None:
    rig.driver.stop(time=rig.time, close_position=close_position)
    rig.advance()


def _update(rig: GridRig, changes: dict[str, Any]) -> None:
    try:
        rig.driver.update(rig.change(**changes), market=rig.price, time=rig.time)
    except CannotTradeError:
        assert rig.sub_account.take_changes().events == ()
    rig.advance()


@pytest.mark.parametrize("fees", [FEES, FEES_OF_BASE])
@pytest.mark.parametrize("given_", [{}, {"order_size": "0.05"}, {"investment": 5_000, "spacing": "geometric"}])
@examples(8)
@given(seed=st.integers(0, 2**32))
def test_a_grid_goes_on_as_if_nothing_had_happened(seed: int, fees: FeeSchedule, given_: dict[str, Any]) -> None:
    twin = Twin(seed, fees=fees, instrument=replace(BTC, minimum_notional=Decimal(5)), **given_)
    for _ in range(80):
        twin.step()
        twin.check()
    closes = twin.chance.random() < 0.5
    if twin.rigs[0].driver.state in {GridState.RUNNING, GridState.PAUSED}:
        twin.both(lambda rig: _stop(rig, close_position=closes))
        assert twin.rigs[0].states[-1] == "stopped"
        assert not twin.rigs[0].sub_account.open_orders
    twin.check()
