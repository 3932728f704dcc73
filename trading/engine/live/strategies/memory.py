"""What is remembered of a strategy that runs live: all that it takes to build it anew, and to let it decide the same.

A strategy is foreign Python with a state of its own, which nobody can store. So all is stored that it was ever told:
its candles are stored by the market's history, and whatever else it saw is a `Delivery`, in the order in which it came.
Told the same again, it stands where it stood.

Deliveries are only ever added: a driver gives those that are new (`take_deliveries`), to be stored behind the others,
with the memory, in one transaction; it is built from all of them, the oldest first.
"""

from decimal import Decimal
from typing import Self

import msgspec

from trading.engine.instrument import Instrument
from trading.engine.live.state import LiveOrderEvent, OrderMemory
from trading.engine.live.strategies.state import StrategySignal, StrategyState
from trading.engine.orders.order import OrderRequest
from trading.engine.orders.refusal import Refusal
from trading.engine.strategies.predictions import Prediction


class StrategyFilters(msgspec.Struct, frozen=True):
    """The exchange's filters by which a strategy decides: what it was told is in ticks of one, and steps of another.

    `minimum_steps` is the least quantity of an order; one that began before this was kept knew of no such bound.
    """

    tick_size: Decimal
    step_size: Decimal
    minimum_notional: Decimal
    minimum_steps: int = 1

    @classmethod
    def of(cls, instrument: Instrument) -> Self:
        """Return those of an instrument."""
        return cls(instrument.tick_size, instrument.step_size, instrument.minimum_notional, instrument.minimum_steps)

    def has_units_of(self, instrument: Instrument) -> bool:
        """Return whether an instrument's ticks and steps are the same."""
        return (self.tick_size, self.step_size) == (instrument.tick_size, instrument.step_size)


class StrategyMemory(msgspec.Struct, frozen=True, kw_only=True):
    """A strategy, besides its parameters, its deliveries and its sub-account.

    `reason` is why it is paused (a `PauseReason`), is stopping, has stopped or failed; `traceback` is of its own code's
    fault, for staff. `started_at` is when it began to run (ms). Candles are named by their open time (ms): it knows all
    from `warm_from` to `candle_cursor`, the last that it was told of; None: none yet. `orders_named` counts the names
    that its orders have had, `<its name>-<number>`; `signals` what it has advised, of which `last_signal` is the last;
    `deliveries` what there is of these; the first `forgotten_deliveries` tell of a past that was replaced since, and
    nobody needs them. `candles_digest` is of all candles that it knows, empty where that was never counted; `filters`
    are those of when it began, None where they were never kept. `closes` where what it holds is to be sold before it
    ends.
    """

    state: StrategyState = StrategyState.CREATED
    reason: str = ""
    traceback: str = ""
    started_at: int | None = None
    warm_from: int | None = None
    candle_cursor: int | None = None
    orders_named: int = 0
    signals: int = 0
    last_signal: StrategySignal | None = None
    deliveries: int = 0
    forgotten_deliveries: int = 0
    candles_digest: str = ""
    filters: StrategyFilters | None = None
    closes: bool = False


class HeldAmounts(msgspec.Struct, frozen=True, gc=False):
    """What a strategy owns, in amounts: free, and set aside for its open orders."""

    quote_free: int
    quote_locked: int
    base_free: int
    base_locked: int


class Begun(msgspec.Struct, frozen=True, kw_only=True, tag="begun", gc=False):
    """It began to run once candle `after` had closed, at `time` (ms), owning `held`; the market stood at `market`.

    `candles` counts those that it was warmed up with; its orders have had `orders_named` names before, and it had given
    `signals`.
    """

    after: int
    candles: int
    time: int
    market: int
    held: HeldAmounts
    orders_named: int = 0
    signals: int = 0


class AskedChanged(msgspec.Struct, frozen=True, kw_only=True, tag="asked", gc=False):
    """From the candle behind `after` on it is asked what to do, or isn't: then it is only shown them."""

    after: int
    is_asked: bool


class GapPassed(msgspec.Struct, frozen=True, kw_only=True, tag="gap", gc=False):
    """The candles between `after` and `until` can't be had, or couldn't then: it was told of none of them."""

    after: int
    until: int


class Predicted(msgspec.Struct, frozen=True, kw_only=True, tag="predicted", gc=False):
    """What its model said at the candle behind `after`, which it was asked by."""

    after: int
    prediction: Prediction


class OrdersChanged(msgspec.Struct, frozen=True, kw_only=True, tag="orders", gc=False):
    """What the market, or somebody else, did to its orders after candle `after`, all at once; it owns `held` then.

    `is_untold` where it didn't stand yet where it had stood before a kill: another one says then that it was told.
    """

    after: int
    time: int
    market: int
    events: tuple[LiveOrderEvent, ...]
    held: HeldAmounts
    is_untold: bool = False


class OwnOrderPlaced(msgspec.Struct, frozen=True, kw_only=True, tag="placed", gc=False):
    """It placed an order, which was accepted or refused: the order as it then was."""

    after: int
    order: OrderMemory
    held: HeldAmounts


class OwnOrderHeldBack(msgspec.Struct, frozen=True, kw_only=True, tag="held_back", gc=False):
    """It placed an order that never came to the exchange."""

    after: int
    request: OrderRequest
    code: str
    message: str


class OwnOrderCancelled(msgspec.Struct, frozen=True, kw_only=True, tag="cancelled", gc=False):
    """It cancelled an order of its own: the order as it then was."""

    after: int
    order: OrderMemory
    held: HeldAmounts


class OrderForeseen(msgspec.Struct, frozen=True, kw_only=True, tag="foreseen", gc=False):
    """It asked whether an order would be refused, as its question `number`, and was answered otherwise than before.

    `refusal` is None where nothing would refuse it any more. What is answered as before isn't kept: as nothing would.
    """

    after: int
    number: int
    refusal: Refusal | None


Delivery = (
    Begun
    | AskedChanged
    | GapPassed
    | Predicted
    | OrdersChanged
    | OwnOrderPlaced
    | OwnOrderHeldBack
    | OwnOrderCancelled
    | OrderForeseen
)
"""Something besides candles that a strategy was told; written by `msgspec.json.encode`, read back by this type."""
