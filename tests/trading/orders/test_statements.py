"""How many statements an order costs: each is a round trip to the database, in which whoever ordered waits."""

from decimal import Decimal

from asgiref.sync import sync_to_async
from django.db import connection
from django.test.utils import CaptureQueriesContext

from streaming.clock import SystemClock
from streaming.events import Side
from streaming.times import moment
from tests.trading.asking import SYMBOL, Desk, ticker
from trading.audit.services import Actor
from trading.engine.orders.types import OrderType
from trading.instruments import StoredInstruments
from trading.live.markets import TradedMarket
from trading.live.quotes import MarketQuote
from trading.models import ActorSource
from trading.orders.parameters import NewOrder
from trading.orders.services import order_cancel, order_place

_MOST_TO_PLACE, _MOST_TO_CANCEL = 21, 18
"""On PostgreSQL, where one more waits for the kill switch; with the one that begins a captured transaction."""


def _asked(owner_id: int, name: str) -> tuple[int, int]:
    """Place an order and cancel it; return how many statements each took."""
    now = moment(SystemClock().now_ms())
    actor = Actor(user_id=owner_id, name="trader", source=ActorSource.REST)
    quote = ticker()
    market = TradedMarket(
        instrument=StoredInstruments()[SYMBOL],
        quote=MarketQuote(
            symbol=SYMBOL, last=quote.price, bid=quote.bid, ask=quote.ask, simulated=False, stale=False, time=quote.time
        ),
    )
    given = NewOrder(
        symbol=SYMBOL,
        side=Side.BUY,
        type=OrderType.LIMIT,
        quantity=Decimal("0.01"),
        price=Decimal(94000),
        client_order_id=name,
    )
    with CaptureQueriesContext(connection) as placing:
        order = order_place(actor=actor, owner_id=owner_id, given=given, market=market, now=now)
    with CaptureQueriesContext(connection) as cancelling:
        order_cancel(actor=actor, order=order, now=now)
    return len(placing), len(cancelling)


async def test_an_order_takes_few_statements_however_many_are_open(desk: Desk) -> None:
    trader = await desk.user("trader")
    await sync_to_async(_asked)(trader.pk, "first")  # which makes the account
    one = await sync_to_async(_asked)(trader.pk, "one")
    for _ in range(5):
        order = {"symbol": SYMBOL, "side": "buy", "type": "limit", "quantity": "0.01", "price": "93000"}
        assert (await desk.give(trader, "order.place", order)).refusal is None
    assert await sync_to_async(_asked)(trader.pk, "other") == one
    assert one[0] <= _MOST_TO_PLACE
    assert one[1] <= _MOST_TO_CANCEL
