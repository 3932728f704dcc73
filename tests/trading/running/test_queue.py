"""What a worker of backtests asks of the database, turn after turn."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from msgspec import structs

from accounts.models import User
from streaming.clock import SystemClock
from streaming.commands.parameters import reader_of
from streaming.times import moment
from tests.trading.market import HISTORY, MINUTE, START, SYMBOL, minutes_stored, symbol_listed
from trading.backtests.parameters import NewBacktest
from trading.backtests.services import backtest_create
from trading.events import BacktestState
from trading.models import Backtest
from trading.running.queue import Commands, Ending, backtest_end, backtests_told, commands_now

pytestmark = pytest.mark.django_db
_CLAIM = 1
_RANGE = {"symbol": SYMBOL, "interval": "1m", "start": START, "end": START + 300 * MINUTE}
_NOTHING = Commands(claimed=None, cancelling=frozenset(), running=frozenset(), untold=[], checking=[])


def _commands() -> Commands:
    return commands_now(claim=_CLAIM, has_room=True, now=moment(SystemClock().now_ms()))


@pytest.fixture
def waiting() -> Backtest:
    """Return a backtest that nobody has begun."""
    symbol_listed()
    minutes_stored(-HISTORY, HISTORY + 400)
    owner = User.objects.create_user("trader", email="trader@example.com")
    given = reader_of(NewBacktest)({**_RANGE, "strategy": "ma_cross", "params": {"fast": 5, "slow": 15}})
    return backtest_create(owner_id=owner.pk, given=given, now=moment(SystemClock().now_ms()))


def test_a_run_is_claimed_ended_told_of_and_then_left_but_for_its_checks(waiting: Backtest) -> None:
    assert _commands().claimed == waiting
    ours = frozenset({waiting.pk})
    assert _commands() == structs.replace(_NOTHING, running=ours)
    Backtest.objects.update(is_cancelling=True)
    assert _commands() == structs.replace(_NOTHING, running=ours, cancelling=ours)
    ending = Ending(state=BacktestState.ERROR, reason="No candles")
    assert backtest_end(backtest_id=waiting.pk, claim=_CLAIM, ending=ending, now=moment(SystemClock().now_ms()))
    assert _commands().untold == [waiting]
    backtests_told(backtest_id=waiting.pk, state=BacktestState.ERROR.value)
    assert _commands() == _NOTHING
    Backtest.objects.update(is_checking=True)
    assert _commands() == structs.replace(_NOTHING, checking=[waiting])


def test_where_nothing_is_to_be_done_it_asks_once(waiting: Backtest) -> None:
    Backtest.objects.update(state=BacktestState.CANCELLED.value, ended_at=moment(SystemClock().now_ms()))
    with CaptureQueriesContext(connection) as queries:
        assert _commands() == _NOTHING
    assert len(queries) == 1
