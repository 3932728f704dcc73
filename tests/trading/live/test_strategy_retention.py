"""What strategies advised and were told is deleted once nobody needs it; what it takes to build one anew never is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests.trading.live.rows import account_of
from tests.trading.live.worker.strategy_market import WARM, MinuteMarket, minute, strategy_started
from tests.trading.market import symbol_listed
from trading.engine.live.strategies.state import StrategyState
from trading.models import Strategy, StrategyDelivery, StrategySignal, SubAccount
from trading.retention import old_deliveries_forget, old_signals_forget
from trading.strategies.parameters import StrategyQuery
from trading.strategies.selectors import strategies_page

pytestmark = pytest.mark.django_db
_DAY_MS = 24 * 3600 * 1000


@pytest.fixture
def traded() -> SubAccount:
    """Return a strategy that has traded for a while."""
    symbol_listed()
    row = strategy_started(account_of(), parameters={"fast": "2", "slow": "4"})
    market = MinuteMarket(row)
    market.history()
    market.close(60)
    assert StrategyDelivery.objects.count() > 3
    return row


def _later(days: float) -> int:
    return minute(WARM + 60) + round(days * _DAY_MS)


def test_signals_are_deleted_once_they_are_old_and_counted_on(traded: SubAccount, settings: Settings) -> None:
    settings.STRATEGY_SIGNALS_KEPT_DAYS = 10
    given = StrategySignal.objects.count()
    assert list(old_signals_forget(now_ms=_later(9))) == []
    assert list(old_signals_forget(now_ms=_later(11))) == [given]
    market = MinuteMarket(traded, index=WARM + 60)
    market.history()
    market.close(15)
    assert min(StrategySignal.objects.values_list("number", flat=True)) == given + 1


def test_what_a_strategy_was_told_stays_until_it_has_ended_long_ago(traded: SubAccount, settings: Settings) -> None:
    settings.STRATEGY_DELIVERIES_KEPT_DAYS = 10
    told = StrategyDelivery.objects.count()
    assert list(old_deliveries_forget(now_ms=_later(1000))) == []
    ended = Strategy.objects.get()
    Strategy.objects.update(state=StrategyState.STOPPED, ended_at=ended.started_at)
    assert list(old_deliveries_forget(now_ms=_later(9))) == []
    settings.STRATEGY_DELIVERIES_KEPT_DAYS = 0
    assert list(old_deliveries_forget(now_ms=_later(1000))) == []
    settings.STRATEGY_DELIVERIES_KEPT_DAYS = 10
    assert list(old_deliveries_forget(now_ms=_later(11))) == [told]


def test_what_it_was_told_of_a_past_that_is_gone_is_deleted(traded: SubAccount) -> None:
    memory = Strategy.objects.get().memory
    Strategy.objects.update(memory={**memory, "forgotten_deliveries": 2})
    assert list(old_deliveries_forget(now_ms=_later(0))) == [2]
    assert min(StrategyDelivery.objects.filter(strategy=traded.strategy_id).values_list("number", flat=True)) == 3


def test_lists_read_nothing_of_what_strategies_were_told(traded: SubAccount) -> None:
    with CaptureQueriesContext(connection) as queries:
        page = strategies_page(owner_id=traded.account.owner_id, query=StrategyQuery())
    assert [one.row.pk for one in page.items] == [traded.pk]
    assert not [one["sql"] for one in queries if StrategyDelivery._meta.db_table in one["sql"]]
