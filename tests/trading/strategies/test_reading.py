"""Looking at a strategy, and stopping it, costs the same however much it was told: that isn't read."""

import pytest

from streaming.times import moment
from tests.trading.live.rows import account_of
from tests.trading.live.worker.strategy_market import WARM, minute, strategy_started
from tests.trading.market import symbol_listed
from trading.audit.services import Actor
from trading.engine.live.strategies.state import StrategyState
from trading.models import ActorSource, Strategy, StrategyDelivery
from trading.strategies.parameters import StrategyQuery, StrategyStop
from trading.strategies.selectors import strategies_page, strategy_loaded
from trading.strategies.services import strategy_stop

pytestmark = pytest.mark.django_db

_UNREAD = "whoever reads this fails"


@pytest.fixture
def strategy() -> Strategy:
    """Let a strategy have been told what nobody but the worker is to read."""
    symbol_listed()
    row = strategy_started(account_of()).strategy
    assert row is not None
    StrategyDelivery.objects.create(strategy=row, number=1, delivery=_UNREAD)
    return row


def test_it_is_looked_at_without_what_it_was_told(strategy: Strategy) -> None:
    page = strategies_page(owner_id=strategy.account.owner_id, query=StrategyQuery())
    [listed] = page.items
    for loaded in (listed, strategy_loaded(strategy)):
        assert loaded.strategy_row == strategy
        assert loaded.strategy is not None
        assert loaded.strategy.state is StrategyState.WARMING_UP


def test_it_is_stopped_without_what_it_was_told(strategy: Strategy) -> None:
    actor = Actor(user_id=None, name="a test", source=ActorSource.WORKER)
    given = StrategyStop(id=strategy.pk)
    assert strategy_stop(actor=actor, strategy=strategy, given=given, now=moment(minute(WARM))) == 0
    strategy.refresh_from_db()
    assert strategy.state == StrategyState.STOPPING
