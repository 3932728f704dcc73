"""A backtest that goes live, a live run that is tested on its own hours, and both laid over each other."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from asgiref.sync import sync_to_async
from pytest_django import Settings

from accounts.models import User
from streaming.events import Interval
from streaming.market.own_source import own_source
from streaming.times import iso_time
from tests.trading.asking import Desk
from tests.trading.backtest_rows import backtest_of
from tests.trading.live.worker.strategy_market import WARM, MinuteMarket, minute, strategy_started
from tests.trading.market import MINUTE, SYMBOL, minutes_stored, wave_row
from trading.accounts.services import account_for
from trading.backtests.stored_plans import terms_of
from trading.backtests.strategies import parameters_read
from trading.candles.series import SeriesRange, instrument_of, stored_series
from trading.engine.amounts import decimal_of
from trading.engine.backtests.results.result_builder import result_of
from trading.engine.backtests.runner import run
from trading.engine.grid.state import PauseReason
from trading.engine.instrument import Rounding
from trading.engine.live.strategies.driver import StrategyDriver
from trading.models import AuditEntry, Backtest, BacktestKind, Strategy, SubAccount
from trading.models import BacktestResult as StoredResult
from trading.running.packing import packed
from trading.strategies.selectors import strategy_loaded

NOW = datetime(2023, 11, 14, tzinfo=UTC)
CROSS = {"fast": "2", "slow": "4"}
GONE = (
    "There is no such backtest: it was deleted, or it isn't yours. Backtest the strategy's hours (strategy.backtest), "
    "and compare it with that"
)
MINUTES = 75
"""So many candles have closed since the strategy began."""


@sync_to_async
def backtest_with_capital(user: User, **changes: Any) -> Backtest:
    """Let a user have a backtest with 500 USDT."""
    given = {"parameters": {"fast": "3", "slow": "8"}, "initial_capital": Decimal(500)}
    return backtest_of(user, **given | changes)


async def test_a_strategy_is_started_as_a_backtest_was_but_for_what_is_given_beside_it(desk: Desk) -> None:
    trader = await desk.user("trader")
    backtest = await backtest_with_capital(trader)
    first = await desk.give(trader, "strategy.start", {"backtest_id": backtest.pk})
    beside = {"backtest_id": backtest.pk, "params": {"fast": 5}, "investment": 700, "interval": "5m"}
    second = await desk.ask(trader, "POST", "live-strategies/", beside)
    told = [(await desk.give(trader, "strategy.get", {"id": one.data["strategy_id"]})).data for one in (first, second)]
    names = ("strategy", "symbol", "interval", "invested", "backtest_id")
    assert [[one[name] for name in names] for one in told] == [
        ["ma_cross", SYMBOL, "1m", 500, backtest.pk],
        ["ma_cross", SYMBOL, "5m", 700, backtest.pk],
    ]
    assert [(one["parameters"]["fast"], one["parameters"]["slow"]) for one in told] == [(3, 8), (5, 8)]
    audited = await AuditEntry.objects.filter(action="strategy.start").afirst()
    assert audited is not None
    assert json.loads(audited.after)["backtest_id"] == backtest.pk
    await backtest.adelete()
    assert (await desk.give(trader, "strategy.get", {"id": told[0]["id"]})).data["backtest_id"] is None


async def test_what_cannot_be_copied_is_refused_by_its_name(desk: Desk) -> None:
    trader, other = await desk.user("trader"), await desk.user("other")
    own, theirs = await backtest_with_capital(trader), await backtest_with_capital(other)
    sweep = await backtest_with_capital(trader, kind=BacktestKind.SWEEP)
    rich = await backtest_with_capital(trader, initial_capital=Decimal(10**10))
    gone = await backtest_with_capital(trader, strategy="uninstalled")
    names = "ma_cross rsi_reversion bollinger_breakout donchian_breakout dca grid learned_direction"
    cases: list[tuple[dict[str, Any], dict[str, str]]] = [
        ({"backtest_id": "none"}, {"backtest_id": "backtest_id names no backtest of yours"}),
        ({"backtest_id": theirs.pk}, {"backtest_id": "backtest_id names no backtest of yours"}),
        (
            {"backtest_id": sweep.pk},
            {"backtest_id": "backtest_id names a sweep; run its best parameters as a backtest"},
        ),
        (
            {"backtest_id": rich.pk},
            {"investment": "the backtest's capital is over 1000000000: investment must be given"},
        ),
        ({"backtest_id": gone.pk}, {"strategy": f"strategy must be one of {names}"}),
        ({"backtest_id": own.pk, "params": {"fast": 9}}, {"params.fast": "fast must be smaller than slow"}),
        ({}, {name: f"{name} is required" for name in ("strategy", "symbol", "interval")}),
    ]
    for given, said in cases:
        by_command = await desk.give(trader, "strategy.start", given)
        assert by_command.refusal is not None, given
        assert (by_command.code, by_command.refusal[2]) == ("VALIDATION_ERROR", said)
        assert await desk.ask(trader, "POST", "live-strategies/", given) == by_command
    assert not await Strategy.objects.aexists()


@sync_to_async
def live_run(user: User, *, minutes: int = MINUTES, pauses: bool = False) -> Strategy:
    """Let a user's strategy have run live by candles that are stored; where it `pauses`, not by all of them."""
    minutes_stored(-500, 500 + WARM + MINUTES)
    account = account_for(owner_id=user.pk, account_id=None, now=NOW)
    row = strategy_started(account, parameters=CROSS)
    market = MinuteMarket(row)
    market.history()
    market.close(minutes // 2)
    if pauses:
        _change(market, row, lambda driver: driver.pause(PauseReason.USER, time=market.clock.now_ms()))
        market.close(25)
        _change(market, row, lambda driver: driver.resume(market=100000, time=market.clock.now_ms()))
    market.close(minutes - minutes // 2)
    return Strategy.objects.get(pk=row.strategy_id)


def _change(market: MinuteMarket, row: SubAccount, change: Callable[[StrategyDriver], object]) -> None:
    driver = market.following.sub_accounts[row.pk].strategy
    assert driver is not None
    change(driver)


@sync_to_async
def run_through(backtest_id: str) -> None:
    """Run a backtest as its process does, and store what came of it."""
    backtest = Backtest.objects.get(pk=backtest_id)
    wanted = SeriesRange(
        source=own_source(), symbol=SYMBOL, interval=Interval.MINUTE_1, start=minute(-500), end=backtest.end
    )
    series = stored_series(wanted)
    plan = terms_of(backtest, instrument_of(SYMBOL)).plan(parameters_read(backtest.strategy, backtest.parameters))
    result = result_of(plan, series, run(plan, series), trials=1)
    StoredResult.objects.create(backtest=backtest, data=packed(result), hash=result.fingerprint.hash)
    Backtest.objects.filter(pk=backtest.pk).update(state="completed")


@sync_to_async
def equity_at(strategy: Strategy, price: Decimal) -> Decimal:
    """Return what the engine says that a strategy is worth at a price."""
    driver = strategy_loaded(strategy).strategy
    assert driver is not None
    return decimal_of(driver.figures(instrument_of(SYMBOL).ticks(price, Rounding.NEAREST)).equity)


async def compared(desk: Desk, trader: User, strategy: Strategy, backtest_id: str) -> Any:
    """Return what is told of both, which is the same by command and by REST."""
    by_command = await desk.give(trader, "strategy.compare", {"id": strategy.pk, "backtest_id": backtest_id})
    by_rest = await desk.ask(trader, "GET", f"live-strategies/{strategy.pk}/comparison/?backtest_id={backtest_id}")
    assert by_rest == by_command
    return by_command.data


async def test_a_live_run_is_tested_on_its_own_hours_and_both_decide_the_same(desk: Desk) -> None:
    trader = await desk.user("trader")
    strategy = await live_run(trader)
    queued = (await desk.ask(trader, "POST", f"live-strategies/{strategy.pk}/backtest/", {})).data
    backtest = (await desk.give(trader, "backtest.get", {"id": queued["backtest_id"]})).data
    names = ("strategy_id", "strategy", "symbol", "interval", "start", "end", "initial_capital", "fee_rate", "fills")
    assert {name: backtest[name] for name in names} == {
        "strategy_id": strategy.pk,
        "strategy": "ma_cross",
        "symbol": SYMBOL,
        "interval": "1m",
        "start": iso_time(minute(WARM)),
        "end": iso_time(minute(WARM + MINUTES)),
        "initial_capital": 1000,
        "fee_rate": Decimal("0.001"),
        "fills": "touch",
    }
    listed = (await desk.give(trader, "backtest.list", {"strategy_id": strategy.pk})).data
    assert [one["id"] for one in listed["items"]] == [queued["backtest_id"]]
    await run_through(queued["backtest_id"])
    told = await compared(desk, trader, strategy, queued["backtest_id"])
    assert (told["strategy_id"], told["backtest"]["id"]) == (strategy.pk, queued["backtest_id"])
    assert (told["start"], told["end"], told["settings"], told["not_asked"]) == (
        minute(WARM), minute(WARM + MINUTES), [], [],
    )  # fmt: skip
    assert (told["signals"], told["same_signals"] > 2) == ([], True)
    kinds = {kind for one in told["orders"] for kind in one["kinds"]}
    assert kinds <= {"other_price", "other_quantity"}, "both ordered the same, by other prices"
    assert {one["cause"] for one in told["orders"]} == {"order_book"}
    assert told["live_totals"]["executed_orders"] == told["backtest_totals"]["executed_orders"] > 2
    for line in told["lines"].values():
        assert (line["times"][-1], len(line["times"]) >= MINUTES) == (minute(WARM + MINUTES), True)
    assert told["lines"]["live"]["equity"][-1] == await equity_at(strategy, wave_row(WARM + MINUTES - 1).close)


async def test_while_a_live_run_pauses_what_the_backtest_alone_decides_is_told_by_that(desk: Desk) -> None:
    trader = await desk.user("trader")
    strategy = await live_run(trader, minutes=50, pauses=True)
    queued = (await desk.give(trader, "strategy.backtest", {"id": strategy.pk})).data
    await run_through(queued["backtest_id"])
    told = await compared(desk, trader, strategy, queued["backtest_id"])
    paused = minute(WARM + 25)
    assert told["not_asked"] == [
        {"start": paused + MINUTE, "end": paused + 26 * MINUTE, "is_missing": False},
    ]
    causes = {one["cause"] for one in (*told["signals"], *told["orders"]) if one["kinds"] == ["only_backtest"]}
    assert "not_asked" in causes


async def refused_alike(desk: Desk, trader: User, strategy: Strategy, backtest_id: str, said: tuple[str, str]) -> None:
    """Let a comparison be refused in the same words by command and by REST."""
    by_command = await desk.give(trader, "strategy.compare", {"id": strategy.pk, "backtest_id": backtest_id})
    by_rest = await desk.ask(trader, "GET", f"live-strategies/{strategy.pk}/comparison/?backtest_id={backtest_id}")
    assert by_command.refusal is not None
    assert by_command.refusal[:2] == said
    assert by_rest == by_command


async def test_what_cannot_be_compared_or_tested_says_why(desk: Desk, settings: Settings) -> None:
    trader, other = await desk.user("trader"), await desk.user("other")
    strategy = await live_run(trader)
    given = {"id": strategy.pk}
    backtests = [
        (await backtest_with_capital(trader), "CONFLICT", "The backtest has no result; it is created"),
        (
            await backtest_with_capital(trader, interval="5m"),
            "CONFLICT",
            "The backtest's interval is 5m, and the strategy's is 1m",
        ),
        (await backtest_with_capital(other), "NOT_FOUND", GONE),
    ]
    for backtest, code, said in backtests:
        await refused_alike(desk, trader, strategy, backtest.pk, (code, said))
    await refused_alike(desk, trader, strategy, "bt_deleted", ("NOT_FOUND", GONE))
    settings.BACKTESTS_QUEUED_PER_USER = 2
    full = await desk.give(trader, "strategy.backtest", given)
    assert full.refusal is not None
    assert full.refusal[:2] == ("CONFLICT", "There may be at most 2 backtests at a time; wait until one has ended")
    fresh = (await desk.give(trader, "strategy.start", {"backtest_id": backtests[0][0].pk})).data["strategy_id"]
    early = await desk.give(trader, "strategy.backtest", {"id": fresh})
    assert early.refusal is not None
    said = (
        "The strategy has decided by 0 candles so far that closed at least 10 seconds ago; a backtest needs at least 2"
    )
    assert early.refusal[:2] == ("CONFLICT", said)


async def test_a_backtest_of_other_hours_has_nothing_in_common(desk: Desk) -> None:
    trader = await desk.user("trader")
    strategy = await live_run(trader)
    before = await backtest_with_capital(trader, parameters=CROSS, start=minute(-100), end=minute(0))
    await run_through(before.pk)
    refused = await desk.give(trader, "strategy.compare", {"id": strategy.pk, "backtest_id": before.pk})
    assert refused.refusal is not None
    said = "The strategy and the backtest can't be compared: the run and the backtest have no candle in common"
    assert refused.refusal[:2] == ("CONFLICT", said)
