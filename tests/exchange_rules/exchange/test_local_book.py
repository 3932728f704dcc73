"""Section 1.5: a local order book from differences, which we need not keep."""

import pytest

from streaming.events import Depth
from streaming.simulator.server import SimulatedExchange
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.bridge.bridging import bridging, settings_for
from tests.exchange_rules.rules import rule
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]


@rule("1.5.1")
async def test_it_needs_no_snapshot_and_no_differences_for_ten_levels(simulator: SimulatedExchange) -> None:
    """A book of differences begins with a snapshot and a buffer, and starts again after each hole in the ids.

    That doesn't apply: our channel is made of `depth10@100ms`, which is whole each time. What shows it: over a cut, no
    stream of differences and no `/api/v3/depth` is ever asked for, and the first book after it is whole.
    """
    async with bridging(settings_for(simulator)) as bridged:
        books = await bridged.read_one(Topic(MarketKind.DEPTH, "BTCUSDT"))
        await until(lambda: books.events)
        await simulator.cut()
        await until(lambda: books.resyncs)
        after = [event for event in books.events if isinstance(event, Depth)]
        assert all((len(book.bids), len(book.asks)) == (10, 10) for book in after)
        assert all(book.bids[0].price < book.asks[0].price for book in after)
        assert books.resyncs[0].complete
        assert simulator.subscribed_streams() == {"btcusdt@depth10@100ms"}
    assert not [path for path in simulator.requests if "/depth" in path]
    assert not [
        text for text in simulator.messages if b"@depth@" in (text if isinstance(text, bytes) else text.encode())
    ]
