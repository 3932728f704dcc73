"""What differs between a live run and a backtest, each by its name: orders, signals, settings, money."""

from decimal import Decimal
from typing import Any

import pytest

from streaming.events import Side, SignalAction
from tests.trading.engine.backtests.comparison.runs import CANDLES, INTERVAL, START, at, fill, order, run, signal
from trading.engine.backtests.comparison.compared_run import ComparedRun
from trading.engine.backtests.comparison.differences import DifferenceCause, DifferenceKind, NotAsked
from trading.engine.backtests.comparison.report import (
    MOST_DIFFERENCES,
    ComparisonReport,
    NothingInCommonError,
    comparison_report,
)
from trading.engine.orders.state import OrderState
from trading.engine.orders.types import OrderType

D = Decimal
LIMIT = {"type": OrderType.LIMIT, "price": D(99)}
LATE, LAST_MS = 250, -1
"""Live is asked a little after a candle's close, a backtest at its last ms."""
BOUGHT = {"orders": (order(1, at(5, LATE)),), "fills": (fill(1, at(5, 400), 100),)}
BOUGHT_BY_TEST = {"orders": (order(1, at(5, LAST_MS)),), "fills": (fill(1, at(5), 100),)}


def report(live: dict[str, Any], tested: dict[str, Any], *not_asked: NotAsked) -> ComparisonReport:
    return comparison_report(run(**live), run(**tested), INTERVAL, not_asked)


def test_the_same_orders_and_signals_differ_in_nothing_though_live_comes_a_moment_later() -> None:
    told = {"signals": (signal(at(5, LAST_MS)),)}
    found = report(BOUGHT | told, BOUGHT_BY_TEST | told)
    assert (found.orders, found.signals, found.kinds, found.settings) == ((), (), {}, ())
    assert (found.same_orders, found.same_signals) == (1, 1)
    assert found.delay is not None
    assert (found.delay.orders, found.delay.median, found.delay.longest) == (1, 400, 400)


LIVE_ORDER, TESTED_ORDER = BOUGHT["orders"][0], BOUGHT_BY_TEST["orders"][0]
CASES: list[tuple[str, dict[str, Any], dict[str, Any], tuple[str, ...], str, D | None]] = [
    ("dearer", {"fills": (fill(1, at(5, 400), "100.5"),)}, {}, ("other_price",), "order_book", D("-0.5")),
    ("cheaper", {}, {"fills": (fill(1, at(5), "100.5"),)}, ("other_price",), "order_book", D("0.5")),
    (
        "less of it",
        {"fills": (fill(1, at(5, 400), 100, quantity=D("0.4")),)},
        {},
        ("other_quantity",),
        "unknown",
        D(0),
    ),
    (
        "later",
        {"orders": (order(1, at(7, LATE)),), "fills": (fill(1, at(7, 400), 100),)},
        {},
        ("other_time",),
        "order_book",
        D(0),
    ),
    (
        "not executed",
        {"orders": (order(1, at(5, LATE), state=OrderState.EXPIRED, reason="no money"),), "fills": ()},
        {},
        ("other_outcome",),
        "order_book",
        None,
    ),
    (
        "held back",
        {"orders": (order(0, at(5), state=OrderState.REJECTED, reason="the limit is 1"),), "fills": ()},
        {},
        ("other_outcome",),
        "held_back",
        None,
    ),
    (
        "a limit that was touched in one only",
        {"orders": (order(1, at(5, LATE), state=OrderState.ACCEPTED, **LIMIT),), "fills": ()},
        {"orders": (order(1, at(5, LAST_MS), **LIMIT),)},
        ("other_outcome",),
        "resting_order",
        None,
    ),
    (
        "at another limit",
        {"orders": (order(1, at(5, LATE), state=OrderState.ACCEPTED, type=OrderType.LIMIT, price=D(98)),), "fills": ()},
        {"orders": (order(1, at(5, LAST_MS), state=OrderState.ACCEPTED, **LIMIT),), "fills": ()},
        ("other_price",),
        "unknown",
        None,
    ),
    (
        "refused for another reason",
        {"orders": (order(1, at(5, LATE), state=OrderState.REJECTED, reason="one"),), "fills": ()},
        {"orders": (order(1, at(5, LAST_MS), state=OrderState.REJECTED, reason="two"),), "fills": ()},
        ("other_reason",),
        "unknown",
        None,
    ),
]


@pytest.mark.parametrize(
    ("live", "tested", "kinds", "cause", "gain"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_what_differs_of_an_order_has_its_name_its_cause_and_what_it_was_worth(
    live: dict[str, Any], tested: dict[str, Any], kinds: tuple[str, ...], cause: str, gain: D | None
) -> None:
    found = report(BOUGHT | live, BOUGHT_BY_TEST | tested)
    [difference] = found.orders
    assert (difference.kinds, difference.cause, difference.gain) == (kinds, cause, gain)
    assert found.kinds == dict.fromkeys(kinds, 1)
    assert (found.same_orders, found.order_count) == (0, 1)


def test_an_order_of_one_run_alone_is_told_as_such() -> None:
    [only_live] = report(BOUGHT, {}).orders
    [only_tested] = report({}, BOUGHT_BY_TEST).orders
    assert (only_live.kinds, only_live.backtest) == ((DifferenceKind.ONLY_LIVE,), None)
    assert (only_tested.kinds, only_tested.live) == ((DifferenceKind.ONLY_BACKTEST,), None)
    assert only_tested.time == at(5)


def test_what_the_records_say_of_the_cause_is_told_and_nothing_is_made_up() -> None:
    asleep = NotAsked(start=at(5), end=at(6))
    [slept] = report({}, BOUGHT_BY_TEST, asleep).orders
    [awake] = report({}, BOUGHT_BY_TEST, NotAsked(start=at(3), end=at(5)), NotAsked(start=at(6), end=at(9))).orders
    [otherwise] = report({}, BOUGHT_BY_TEST | {"settings": {"capital": D(10)}}).orders
    assert slept.cause is DifferenceCause.NOT_ASKED
    assert awake.cause is DifferenceCause.UNKNOWN
    assert otherwise.cause is DifferenceCause.SETTINGS
    tested = {"orders": (order(1, at(5, LAST_MS)), order(2, at(9, LAST_MS), side=Side.SELL)), "fills": ()}
    causes = [one.cause for one in report({}, tested).orders]
    assert causes == [DifferenceCause.UNKNOWN, DifferenceCause.EARLIER_DIFFERENCE]


def test_signals_differ_by_time_by_reason_and_by_being_one_runs_alone() -> None:
    live = (signal(at(5, LAST_MS)), signal(at(20, LAST_MS), reason="it fell"), signal(at(30, LAST_MS)))
    tested = (signal(at(6, LAST_MS)), signal(at(20, LAST_MS)), signal(at(30, LAST_MS), SignalAction.SELL))
    found = report({"signals": live}, {"signals": tested})
    kinds = [one.kinds for one in found.signals]
    alone = [(DifferenceKind.ONLY_LIVE,), (DifferenceKind.ONLY_BACKTEST,)]
    assert kinds[:2] == [(DifferenceKind.OTHER_TIME,), (DifferenceKind.OTHER_REASON,)]
    assert sorted(kinds[2:]) == sorted(alone)


def test_signals_that_one_run_has_not_kept_are_not_said_to_be_missing() -> None:
    known = {"signals_start": at(10), "signals_end": at(20)}
    tested = {"signals": tuple(signal(at(minute, LAST_MS)) for minute in (5, 15, 25)), **known}
    found = report({"signals": (signal(at(15, LAST_MS)), signal(at(25, LAST_MS)))}, tested)
    assert (found.same_signals, found.signal_count) == (1, 0)
    assert (found.signals_start, found.signals_end) == (at(10), at(20))


def test_money_and_counts_are_of_what_both_had_in_common() -> None:
    live = {
        "start": at(-30),
        "orders": (order(1, at(-5)), order(2, at(5, LATE)), order(3, at(50, LATE), side=Side.SELL)),
        "fills": (
            fill(1, at(-4), 90),
            fill(2, at(5, 400), 100),
            fill(3, at(50, 400), 130, side=Side.SELL, realised=D(29)),
        ),
    }
    found = report(live, BOUGHT_BY_TEST | {"end": at(40)})
    assert (found.start, found.end) == (START, at(40))
    told, tested = found.live_totals, found.backtest_totals
    assert (told.orders, told.executed_orders, told.fills, told.turnover, told.fees) == (1, 1, 1, D(100), D("0.1"))
    assert (tested.orders, tested.realised) == (1, D(0))
    with pytest.raises(NothingInCommonError):
        report({"start": at(40)}, {"end": at(40)})


def test_what_became_of_an_order_later_does_not_count() -> None:
    waits = order(1, at(5, LAST_MS), state=OrderState.ACCEPTED, **LIMIT)
    later = order(1, at(5, LATE), ended_at=at(70), **LIMIT)
    found = report({"orders": (later,), "fills": (fill(1, at(CANDLES, 1), 99),), "end": at(90)}, {"orders": (waits,)})
    assert (found.same_orders, found.orders) == (1, ())
    by_last_close = {"orders": (order(2, at(CANDLES, LATE)),), "fills": (), "end": at(90)}
    assert report(by_last_close, {}).orders == (), "no candle comes any more in which the backtest could execute it"


def test_settings_that_differ_are_named() -> None:
    found = report(
        {"settings": {"params.fast": D("3.0"), "capital": D(1000), "maker_fee": D("0.0008")}},
        {"settings": {"params.fast": 3, "capital": D(5000)}},
    )
    assert [(one.name, one.live, one.backtest) for one in found.settings] == [
        ("capital", "1000", "5000"),
        ("maker_fee", "0.0008", ""),
    ]


def test_however_much_differs_so_much_is_told_and_all_is_counted() -> None:
    def flood(milliseconds: int) -> ComparedRun:
        count = 40 * MOST_DIFFERENCES
        orders = tuple(order(number, at(number, milliseconds)) for number in range(1, count))
        return run(end=at(count + 1), orders=orders if milliseconds == LATE else ())

    found = comparison_report(flood(LATE), flood(LAST_MS), INTERVAL, ())
    assert (len(found.orders), found.order_count) == (MOST_DIFFERENCES, 40 * MOST_DIFFERENCES - 1)
    assert found.orders[0].time == at(1)
