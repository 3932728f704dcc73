"""What a turn has changed is stored; what another has changed meanwhile is loaded anew, and nothing else is."""

import pytest
from channels.layers import InMemoryChannelLayer
from django.db.models import F

from streaming.clock import SystemClock
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.stored_events.outbox_publisher import OutboxPublisher
from streaming.workers.database_thread import DatabaseThread
from tests.trading.asking import close_connections
from tests.trading.live.rows import account_of
from tests.trading.live.worked_market import at_database
from tests.trading.live.worker.strategy_market import MinuteMarket, strategy_started
from tests.trading.market import symbol_listed
from trading.live.events.outbox import OUTBOX
from trading.live.worker.followed_positions import FollowedPositions
from trading.live.worker.sub_account_loading import SubAccountLoading
from trading.live.worker.turn_storing import TurnStoring
from trading.models import SubAccount

pytestmark = pytest.mark.django_db(transaction=True)


def _started() -> tuple[MinuteMarket, int, int]:
    """Return a market on which two strategies run, and their sub-accounts."""
    symbol_listed()
    rows = [strategy_started(account_of(name)) for name in ("Ada", "Bob")]
    market = MinuteMarket(*rows)
    market.history()
    return market, rows[0].pk, rows[1].pk


async def test_a_strategy_is_not_built_anew_as_another_one_was_changed_by_its_user() -> None:
    market, stale, other = await at_database(_started)
    following, database = market.following, DatabaseThread("test")
    storing = TurnStoring(
        following,
        loading=SubAccountLoading(database, SystemClock()),
        positions=FollowedPositions("binance", {}),
        publisher=OutboxPublisher(
            Hub(InMemoryChannelLayer(), topic_registry()),
            database,
            OUTBOX,
            name="trading",
            fence=None,
            epoch=1,
            clock=market.clock,
        ),
        database=database,
        fence=None,
        clock=market.clock,
    )
    before = dict(following.sub_accounts)
    await at_database(lambda: SubAccount.objects.filter(pk=stale).update(version=F("version") + 1))
    touched = following.candles.take(following.symbols["BTCUSDT"], await at_database(market.closed))
    await storing.store(touched)
    await database.stop()
    await close_connections()
    held = following.sub_accounts
    assert held[other] is before[other]
    assert held[stale] is not before[stale]
