"""What a trade costs the paper engine where 100,000 orders rest on its symbol, and what each fill adds to that.

In memory, in one process: index and engine alone, by processor time, nothing stored. Each trade asks the index whom it
reaches, drives those, and tells the index where they are reached next.
"""

import gc
import random
import time
from collections.abc import Callable, Sequence
from decimal import Decimal

import msgspec

from streaming.events import Side
from trading.engine.amounts import ONE
from trading.engine.fees import FeeSchedule
from trading.engine.instrument import Instrument
from trading.engine.live.grids.driver import GridDriver
from trading.engine.live.state import GridMemory, SubAccountState, TransferredHoldings
from trading.engine.live.sub_account import PaperSubAccount
from trading.engine.live.triggers import PriceTriggers, Reach
from trading.engine.matching.slippage import Slippage
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.types import OrderType
from trading.engine.strategies.shipped.grid_parameters import GridParameters

_BTC = Instrument(symbol="BTCUSDT", base="BTC", quote="USDT", tick_size=Decimal("0.01"), step_size=Decimal("0.00001"))
_FEES = FeeSchedule(maker=Decimal("0.001"), taker=Decimal("0.001"))
_MIDDLE = 10_000_000
_ORDERS, _GRIDS, _GAPS = 100_000, 1_000, 100
_TRADES = 5_000
_MUCH = 10**12


class TradeCost(msgspec.Struct, frozen=True, kw_only=True):
    """What trades cost, by processor time."""

    orders: int
    trades: int
    fills: int
    quiet_us: float
    """Of a trade that fills nothing, in microseconds."""
    slowest_quiet_us: float
    """Of 1,000 such trades the slowest but one."""
    fill_us: float
    """What each fill adds to that, with the order that it leads to."""


class _Driven(msgspec.Struct, frozen=True):
    """A sub-account: how a trade drives it, where it is reached, and how many fills it told of."""

    see: Callable[[int, int], None]
    reach: Callable[[], Reach]
    sub_account: PaperSubAccount


def resting_orders(*, rounds: int) -> dict[str, list[TradeCost]]:
    """Measure each case `rounds` times."""
    cases = {
        "one order each, nothing fills": (_single_orders, _walk(spread=100, step=3)),
        "one order each, some fill": (_single_orders, _walk(spread=40_000, step=900)),
        "1,000 grids, nothing fills": (_grids, _walk(spread=100, step=3)),
        "1,000 grids, many fill": (_grids, _walk(spread=40_000, step=900)),
    }
    return {case: [_measured(make(), prices) for _ in range(rounds)] for case, (make, prices) in cases.items()}


def _measured(driven: Sequence[_Driven], prices: Sequence[int]) -> TradeCost:
    triggers = PriceTriggers[int]()
    for number, each in enumerate(driven):
        triggers.set(number, each.reach())
    orders = sum(len(each.sub_account.open_orders) for each in driven)
    gc.collect()
    gc.freeze()
    quiet: list[float] = []
    loud: list[float] = []
    fills = 0
    for at, price in enumerate(prices, 1):
        before = fills
        started = time.process_time_ns()
        for number in triggers.reached(price):
            each = driven[number]
            each.see(price, at)
            fills += sum(event.fill is not None for event in each.sub_account.take_changes().events)
            triggers.set(number, each.reach())
        (quiet if fills == before else loud).append((time.process_time_ns() - started) / 1_000)
    gc.unfreeze()
    tick = sum(quiet) / max(1, len(quiet))
    return TradeCost(
        orders=orders,
        trades=len(prices),
        fills=fills,
        quiet_us=round(tick, 2),
        slowest_quiet_us=round(sorted(quiet)[-1 - len(quiet) // 1_000], 2) if quiet else 0.0,
        fill_us=round((sum(loud) - tick * len(loud)) / max(1, fills), 2),
    )


def _walk(*, spread: int, step: int) -> list[int]:
    """Return prices in ticks that wander around the middle, no farther than `spread`."""
    chance, away, prices = random.Random(3), 0, []
    for _ in range(_TRADES):
        away = max(-spread, min(spread, away + chance.randint(-step, step)))
        prices.append(_MIDDLE + away)
    return prices


def _empty(state: SubAccountState) -> PaperSubAccount:
    made = PaperSubAccount(state, fees=_FEES, slippage=Slippage(Decimal("0.0005")), instruments={"BTCUSDT": _BTC})
    made.transfer_in(TransferredHoldings(quote=1_000_000 * ONE))
    return made


def _single_orders() -> list[_Driven]:
    """Return as many sub-accounts as there are orders: each buys at another price under the middle."""
    chance = random.Random(1)
    return [_single_order(_MIDDLE - chance.randint(1_000, 5_000_000)) for _ in range(_ORDERS)]


def _single_order(price: int) -> _Driven:
    account = _empty(SubAccountState(quote="USDT"))
    request = OrderRequest(client_order_id="a", side=Side.BUY, type=OrderType.LIMIT, quantity=100, price=price)
    account.place("BTCUSDT", request, market=_MIDDLE, time=0)
    account.take_new("BTCUSDT", market=_MIDDLE, time=0)
    account.take_changes()

    def see(trade: int, at: int) -> None:
        account.see_trade("BTCUSDT", price=trade, quantity=_MUCH, time=at)

    return _Driven(see, lambda: account.reach("BTCUSDT"), account)


def _grids() -> list[_Driven]:
    """Return running grids around the middle, each on lines of its own."""
    chance = random.Random(2)
    return [_grid(chance.randint(50, 400)) for _ in range(_GRIDS)]


def _grid(spacing: int) -> _Driven:
    account = _empty(SubAccountState(quote="USDT"))
    half = Decimal(_GAPS // 2 * spacing)
    middle = _BTC.price(_MIDDLE)
    parameters = GridParameters(
        lower_price=middle - half, upper_price=middle + half, grid_count=_GAPS, order_size=Decimal("0.001")
    )
    driver = GridDriver(account, name="g", instrument=_BTC, parameters=parameters, memory=GridMemory())
    driver.start(market=_MIDDLE, time=0)
    driver.advance(market=_MIDDLE, time=0)
    account.take_changes()

    def see(trade: int, at: int) -> None:
        driver.see_trade(price=trade, quantity=_MUCH, time=at)
        driver.take_events()

    return _Driven(see, driver.reach, account)
