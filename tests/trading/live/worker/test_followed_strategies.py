"""Strategies as the worker drives them: by candles, with what they order, and with nothing lost by a kill."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from streaming.events import LogLine, Source
from streaming.times import milliseconds
from tests.manual_clock import HurriedClock
from tests.trading.live.rows import account_of
from tests.trading.live.worker.strategy_market import WARM, MinuteMarket, minute, requests_of, strategy_started
from tests.trading.market import minutes_stored, symbol_listed
from tests.trading.signals.stored_signals import more_signals_given, signals_given
from trading.engine.grid.state import PauseReason
from trading.engine.live.strategies.state import StrategyState
from trading.engine.strategies.registry import version_of
from trading.events import Signal, StrategyLifecycle, StrategyOrder, StrategySignal, StrategyTrade
from trading.live.events.outbox import OUTBOX
from trading.models import Fill, Order, Strategy, SubAccount

pytestmark = pytest.mark.django_db

CROSS = {"fast": "2", "slow": "4"}


@pytest.fixture
def crossing() -> SubAccount:
    """Let a strategy be started that follows the crossings of two short averages."""
    symbol_listed()
    return strategy_started(account_of(), parameters=CROSS)


def of(row: SubAccount) -> Strategy:
    return Strategy.objects.get(pk=row.strategy_id)


def told_of_its_life() -> list[tuple[str, str | None]]:
    """Return what its owner was told of its states, and why."""
    told = [one.told.event for one in OUTBOX.read(1000)]
    return [(event.event.value, event.reason) for event in told if isinstance(event, StrategyLifecycle)]


def test_it_warms_up_on_the_past_before_it_runs_and_then_decides_by_each_candle_that_closes(
    crossing: SubAccount,
) -> None:
    market = MinuteMarket(crossing)
    assert of(crossing).state == StrategyState.WARMING_UP
    market.history()
    assert of(crossing).state == StrategyState.RUNNING
    market.close(75)
    signals = list(of(crossing).signals.order_by("number").values_list("number", "action", "price"))
    assert [number for number, *_ in signals] == list(range(1, len(signals) + 1))
    assert {action for _, action, _ in signals} == {"buy", "sell"}
    assert Fill.objects.filter(sub_account=crossing).count() >= 2
    assert of(crossing).candle_cursor is not None


def test_its_owner_is_told_what_it_does(crossing: SubAccount) -> None:
    market = MinuteMarket(crossing)
    market.history()
    market.close(75)
    told = [one.told.event for one in OUTBOX.read(1000)]
    strategy, owner = of(crossing), str(crossing.account.owner_id)
    [started] = [event for event in told if isinstance(event, StrategyLifecycle)]
    assert (started.channel, started.owner, started.event) == (f"strategy.{strategy.pk}.lifecycle", owner, "started")
    signal = next(event for event in told if isinstance(event, StrategySignal))
    assert (signal.id, signal.strategy, signal.symbol) == (strategy.pk, "ma_cross", "BTCUSDT")
    orders = [event.event.value for event in told if isinstance(event, StrategyOrder)]
    assert orders[:2] == ["placed", "filled"]
    trade = next(event for event in told if isinstance(event, StrategyTrade))
    assert trade.order_id == Order.objects.get(sub_account=crossing, number=1).pk


def test_anyone_is_told_the_signals_of_one_that_is_public_from_the_mark_on(crossing: SubAccount) -> None:
    market = MinuteMarket(crossing)
    market.history()
    market.close(45)
    before = of(crossing).signals.count()
    assert before
    Strategy.objects.filter(pk=crossing.strategy_id).update(is_public=True)
    market.close(45)
    told = [one.told.event for one in OUTBOX.read(1000) if isinstance(one.told.event, Signal)]
    stored = of(crossing).signals.filter(number__gt=before).order_by("number")
    assert [(event.action.value, event.price, event.confidence, event.reason, event.time) for event in told] == [
        (row.action, row.price, row.confidence, row.reason, milliseconds(row.time)) for row in stored
    ]
    assert {(event.symbol, event.model, event.horizon) for event in told} == {("BTCUSDT", "ma_cross", "1m")}
    assert {event.version for event in told} == {row.version for row in stored} == {version_of("ma_cross")}


def test_a_public_signal_tells_what_became_of_those_before_it(crossing: SubAccount) -> None:
    Strategy.objects.filter(pk=crossing.strategy_id).update(is_public=True)
    market = MinuteMarket(crossing)
    market.history()
    market.close(45)
    before = of(crossing).signals.count()
    minutes_stored(WARM, 45)
    market.close(45)
    told = [one.told.event for one in OUTBOX.read(1000) if isinstance(one.told.event, Signal)]
    judged = [event.track_record and event.track_record.right + event.track_record.wrong for event in told]
    assert judged == [0] * before + [before] * (len(told) - before)
    assert 0 < before < len(told)


def test_storing_public_signals_takes_as_many_statements_whatever_was_advised_before() -> None:
    symbol_listed()
    earlier, counts = signals_given(account_of(), "buy"), []
    for name in ("Bob", "Cid"):
        row = strategy_started(account_of(name), parameters=CROSS, is_public=True)
        market = MinuteMarket(row)
        market.history()
        with CaptureQueriesContext(connection) as asked:
            market.close(45)
        assert of(row).signals.count() > 1
        counts.append(len(asked))
        more_signals_given(earlier, *["buy"] * 400)
    assert counts[0] == counts[1]


@pytest.mark.long
@pytest.mark.parametrize("killed_after", range(2, 75, 9))
def test_killed_and_built_anew_it_decides_as_if_nothing_had_happened(crossing: SubAccount, killed_after: int) -> None:
    other = strategy_started(account_of("Bob"), parameters=CROSS)
    market, undisturbed = MinuteMarket(crossing), MinuteMarket(other)
    for one in (market, undisturbed):
        one.history()
        one.close(killed_after)
    market.begin()
    market.history()
    for one in (market, undisturbed):
        one.close(75 - killed_after)
    assert of(crossing).state == StrategyState.RUNNING, of(crossing).reason
    assert requests_of(crossing) == requests_of(other)
    signals = [
        list(of(row).signals.order_by("number").values_list("number", "action", "price")) for row in (crossing, other)
    ]
    assert signals[0] == signals[1]
    assert len(signals[0]) > 2
    balances = [sorted(row.balances.values_list("asset", "free", "locked")) for row in (crossing, other)]
    assert balances[0] == balances[1]
    assert of(crossing).candle_cursor == of(other).candle_cursor


@pytest.mark.long
def test_a_long_past_is_told_by_turns_in_which_others_and_the_market_have_theirs() -> None:
    symbol_listed()
    long, other = (strategy_started(account_of(name), "dca", parameters={"every": 2}) for name in ("Ada", "Bob"))
    market = MinuteMarket(long)
    market.history()
    market.close(250)
    both = MinuteMarket(long, other, index=market.index, clock=HurriedClock())
    both.add_history()
    turns = [both.following.candles.go_on()]
    both.add_history()  # another of the series has waited: who is being told isn't told twice
    both.trade()
    while both.following.candles.are_waiting:
        turns.append(both.following.candles.go_on())
    finished = [touched for touched in turns if touched]
    assert turns[0] == set()
    assert finished == [{other.pk}, {long.pk}]
    both.close(3)
    assert of(long).state == of(other).state == StrategyState.RUNNING, of(long).reason


def test_where_strategies_take_long_those_behind_them_take_a_candle_with_later_turns() -> None:
    symbol_listed()
    rows = [strategy_started(account_of(name), "dca", parameters={"every": 2}) for name in ("Ada", "Bob", "Cid")]
    market = MinuteMarket(*rows, clock=HurriedClock())
    while market.history():
        pass
    before = {row.pk: of(row).candle_cursor for row in rows}
    market.close(2)
    first, second, _ = (of(row) for row in rows)
    assert (first.candle_cursor, second.candle_cursor) == (minute(market.index - 1), before[rows[1].pk])
    turns = [market.take_turn() for _ in range(4)]
    assert turns == [set(), {rows[1].pk}, {rows[2].pk}, set()]
    assert {of(row).candle_cursor for row in rows} == {first.candle_cursor}
    assert {of(row).state for row in rows} == {StrategyState.RUNNING}


def test_what_closes_while_the_past_is_fetched_is_taken_behind_it(crossing: SubAccount) -> None:
    market = MinuteMarket(crossing)
    market.close(3)
    market.history(lacks=3)
    assert of(crossing).state == StrategyState.RUNNING
    assert of(crossing).candle_cursor == minute(WARM + 2)


def test_candles_that_did_not_come_pause_it_and_are_made_up_for(crossing: SubAccount) -> None:
    market = MinuteMarket(crossing)
    market.history()
    market.close(3)
    market.close(is_told=False)
    market.close()
    assert (of(crossing).state, of(crossing).reason) == (StrategyState.PAUSED, "missing_candles")
    market.history()
    assert of(crossing).state == StrategyState.RUNNING
    before = of(crossing).candle_cursor
    market.close()
    assert of(crossing).candle_cursor == (before or 0) + 60_000
    assert told_of_its_life() == [("started", None), ("paused", "missing_candles"), ("resumed", None)]


_AWAY = [MinuteMarket.go_away, MinuteMarket.be_interrupted, MinuteMarket.fall_silent, MinuteMarket.leave_out_trades]
"""The ways in which the worker knows that a market's data can't be relied upon."""


@pytest.mark.parametrize("go_away", _AWAY)
def test_one_whose_market_is_away_is_paused_and_goes_on_with_what_closes_once_it_is_back(
    crossing: SubAccount, go_away: Callable[[MinuteMarket], None]
) -> None:
    market = MinuteMarket(crossing)
    market.history()
    market.close(3)
    go_away(market)
    assert (of(crossing).state, of(crossing).reason) == (StrategyState.PAUSED, "exchange_down")
    market.come_back()
    assert of(crossing).state == StrategyState.RUNNING
    market.close()
    assert of(crossing).candle_cursor == minute(WARM + 3)
    assert told_of_its_life() == [("started", None), ("paused", "exchange_down"), ("resumed", None)]


@pytest.mark.parametrize("go_away", _AWAY)
def test_one_that_warms_up_while_its_market_is_away_begins_once_it_is_back(
    crossing: SubAccount, go_away: Callable[[MinuteMarket], None]
) -> None:
    market = MinuteMarket(crossing)
    go_away(market)
    market.history()
    assert of(crossing).state == StrategyState.WARMING_UP
    market.come_back()
    assert of(crossing).state == StrategyState.RUNNING
    assert told_of_its_life() == [("started", None)]


def test_one_that_its_user_paused_stays_so_whatever_its_market_does(crossing: SubAccount) -> None:
    market = MinuteMarket(crossing)
    market.history()
    strategy = market.following.sub_accounts[crossing.pk].strategy
    assert strategy is not None
    strategy.pause(PauseReason.USER, time=market.clock.now_ms())
    market.go_away()
    market.come_back()
    assert (strategy.state, strategy.reason) == (StrategyState.PAUSED, "user")


def test_one_whose_past_is_gone_starts_anew_and_says_so(crossing: SubAccount) -> None:
    market = MinuteMarket(crossing)
    market.history()
    market.begin()
    market.history(first=WARM - 10)
    assert of(crossing).state == StrategyState.RUNNING, of(crossing).reason
    said = [one.told.event.message for one in OUTBOX.read(1000) if isinstance(one.told.event, LogLine)]
    assert "[WARMING UP] candles that it was told are not stored any more; it starts anew" in said
    market.begin()
    market.history(first=WARM - 10)
    assert of(crossing).state == StrategyState.RUNNING, of(crossing).reason
    market.close(75)
    assert of(crossing).signals.count() > 2


def test_one_whose_package_is_gone_fails_and_says_so(crossing: SubAccount) -> None:
    Strategy.objects.update(strategy="gone")
    market = MinuteMarket(crossing)
    market.history()
    assert of(crossing).state == StrategyState.ERROR
    assert of(crossing).reason.startswith("the strategy gone can't run here: strategy must be one of ma_cross")


def test_one_whose_interval_the_exchange_lacks_that_is_followed_now_fails_and_says_so(
    crossing: SubAccount, settings: Settings
) -> None:
    settings.EXCHANGE_SOURCE = "kraken"
    Strategy.objects.update(interval="3m")
    MinuteMarket(crossing)
    assert (of(crossing).state, of(crossing).reason) == (StrategyState.ERROR, "the exchange has no candles of 3m")


def test_simulated_candles_drive_demo_accounts_alone(crossing: SubAccount) -> None:
    demo = strategy_started(account_of("Bob", is_demo=True), parameters=CROSS)
    market = MinuteMarket(crossing, demo, source=Source.SIMULATOR)
    market.history()
    market.close(2)
    assert of(crossing).state == StrategyState.WARMING_UP
    assert of(demo).state == StrategyState.RUNNING
