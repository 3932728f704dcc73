"""In what a live run and a backtest differ, decision by decision: each difference by its name, with why it may be so.

The cause is what the records say: where several would do the most certain one; where none does, none is made up.
"""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from decimal import Decimal
from enum import StrEnum

import msgspec

from streaming.events import Side
from trading.engine.backtests.comparison.compared_run import ComparedOrder, ComparedSignal
from trading.engine.backtests.comparison.pairing import DecisionPair
from trading.engine.orders.types import OrderType

_AT_THE_MARKET = frozenset({OrderType.MARKET, OrderType.STOP})


class DifferenceKind(StrEnum):
    """What differs of a decision."""

    ONLY_LIVE = "only_live"
    ONLY_BACKTEST = "only_backtest"
    OTHER_TIME = "other_time"
    OTHER_PRICE = "other_price"
    OTHER_QUANTITY = "other_quantity"
    OTHER_OUTCOME = "other_outcome"
    OTHER_REASON = "other_reason"


class DifferenceCause(StrEnum):
    """Why it may differ."""

    NOT_ASKED = "not_asked"
    HELD_BACK = "held_back"
    SETTINGS = "settings"
    EARLIER_DIFFERENCE = "earlier_difference"
    ORDER_BOOK = "order_book"
    RESTING_ORDER = "resting_order"
    UNKNOWN = "unknown"


class NotAsked(msgspec.Struct, frozen=True, kw_only=True):
    """From the close of a candle at `start` to before that at `end` (ms) the live strategy decided nothing: it was
    paused, or candles were late; with `is_missing` they never came.
    """

    start: int
    end: int
    is_missing: bool = False


class OrderDifference(msgspec.Struct, frozen=True, kw_only=True):
    """An order that differs, decided at the close of a candle at `time` (ms): None where a run hadn't it.

    `gain` is by how much of quote the live execution was the better one, for what both executed; below 0 the worse.
    """

    time: int
    kinds: tuple[DifferenceKind, ...]
    cause: DifferenceCause
    live: ComparedOrder | None
    backtest: ComparedOrder | None
    gain: Decimal | None = None


class SignalDifference(msgspec.Struct, frozen=True, kw_only=True):
    """A signal that differs, given at the close of a candle at `time` (ms): None where a run hadn't it."""

    time: int
    kinds: tuple[DifferenceKind, ...]
    cause: DifferenceCause
    live: ComparedSignal | None
    backtest: ComparedSignal | None


class KnownCauses(msgspec.Struct, frozen=True, kw_only=True):
    """What the records say of causes: whether settings differ, when the live run wasn't asked (oldest first), and when
    the two first differed.
    """

    settings_differ: bool
    not_asked: Sequence[NotAsked]
    first_difference: int | None = None

    def of_decision(self, time: int) -> DifferenceCause:
        """Return why a decision at `time` (ms) may be another one."""
        at = bisect_right(self.not_asked, time, key=lambda span: span.start) - 1
        if at >= 0 and time < self.not_asked[at].end:
            return DifferenceCause.NOT_ASKED
        if self.settings_differ:
            return DifferenceCause.SETTINGS
        if self.first_difference is not None and self.first_difference < time:
            return DifferenceCause.EARLIER_DIFFERENCE
        return DifferenceCause.UNKNOWN


def order_difference(
    pair: DecisionPair[ComparedOrder], *, is_other_time: bool, causes: KnownCauses
) -> OrderDifference | None:
    """Return in what two orders differ, or that one run alone had it; None where they don't.

    `is_other_time`: they were decided, or first executed, in other candles.
    """
    live, tested = pair.live, pair.tested
    if live is None or tested is None:
        only = DifferenceKind.ONLY_BACKTEST if live is None else DifferenceKind.ONLY_LIVE
        cause = causes.of_decision(pair.time)
        return OrderDifference(time=pair.time, kinds=(only,), cause=cause, live=live, backtest=tested)
    kinds = _kinds(live, tested, is_other_time=is_other_time)
    if not kinds:
        return None
    cause = _cause(live, tested, kinds, causes, pair.time)
    gain = _gain(live, tested)
    return OrderDifference(time=pair.time, kinds=kinds, cause=cause, live=live, backtest=tested, gain=gain)


def signal_difference(
    pair: DecisionPair[ComparedSignal], *, is_other_time: bool, causes: KnownCauses
) -> SignalDifference | None:
    """Return in what two signals differ, or that one run alone gave it; None where they don't."""
    live, tested = pair.live, pair.tested
    kinds: tuple[DifferenceKind, ...]
    if live is None or tested is None:
        kinds = (DifferenceKind.ONLY_BACKTEST if live is None else DifferenceKind.ONLY_LIVE,)
    else:
        is_other_reason = (live.reason, live.confidence) != (tested.reason, tested.confidence)
        found = {DifferenceKind.OTHER_TIME: is_other_time, DifferenceKind.OTHER_REASON: is_other_reason}
        kinds = tuple(kind for kind, is_found in found.items() if is_found)
    if not kinds:
        return None
    cause = causes.of_decision(pair.time)
    return SignalDifference(time=pair.time, kinds=kinds, cause=cause, live=live, backtest=tested)


def _kinds(live: ComparedOrder, tested: ComparedOrder, *, is_other_time: bool) -> tuple[DifferenceKind, ...]:
    both_filled = live.average_price is not None and tested.average_price is not None
    if both_filled:
        is_other_price = live.average_price != tested.average_price
        is_other_quantity = live.filled != tested.filled
    else:
        is_other_price = (live.price, live.stop_price) != (tested.price, tested.stop_price)
        is_other_quantity = (live.quantity, live.quote_amount) != (tested.quantity, tested.quote_amount)
    found = {
        DifferenceKind.OTHER_TIME: is_other_time,
        DifferenceKind.OTHER_PRICE: is_other_price,
        DifferenceKind.OTHER_QUANTITY: is_other_quantity,
        DifferenceKind.OTHER_OUTCOME: live.state is not tested.state,
        DifferenceKind.OTHER_REASON: live.state is tested.state and live.reason != tested.reason,
    }
    return tuple(kind for kind, is_found in found.items() if is_found)


def _cause(
    live: ComparedOrder,
    tested: ComparedOrder,
    kinds: Collection[DifferenceKind],
    causes: KnownCauses,
    time: int,
) -> DifferenceCause:
    if not live.number:
        return DifferenceCause.HELD_BACK
    executed = {DifferenceKind.OTHER_PRICE, DifferenceKind.OTHER_OUTCOME, DifferenceKind.OTHER_TIME}
    if executed.isdisjoint(kinds) or (live.average_price is None and tested.average_price is None):
        return causes.of_decision(time)
    return DifferenceCause.ORDER_BOOK if live.type in _AT_THE_MARKET else DifferenceCause.RESTING_ORDER


def _gain(live: ComparedOrder, tested: ComparedOrder) -> Decimal | None:
    """Return what the live price brought beside the backtest's, of quote, for the quantity that both executed."""
    if live.average_price is None or tested.average_price is None:
        return None
    better = tested.average_price - live.average_price
    return min(live.filled, tested.filled) * (better if live.side is Side.BUY else -better)
