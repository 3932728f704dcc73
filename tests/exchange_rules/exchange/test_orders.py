"""Section 1.7: orders and user data, which the bridge has nothing to do with: it reads the market, and no more.

None of it applies now: orders will be placed by another worker, against the simulator first. What shows that is all
that a busy bridge sends, over a cut and a gap that is filled: frame by frame and request by request.
"""

from urllib.parse import parse_qs, urlsplit

import pytest

from streaming.events import Interval
from streaming.simulator.server import SimulatedExchange
from streaming.topics.topic import MarketKind, Topic
from tests.exchange_rules.bridge.bridging import Made, bridging, interrupt, settings_for
from tests.exchange_rules.rules import rule
from tests.exchange_rules.tap import Tap
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("closed_connections")]


@pytest.fixture
async def busy(simulator: SimulatedExchange, tap: Tap) -> Tap:
    """Run a bridge through a cut, and give the tap that heard all that it said."""
    made = Made(simulator, "BTCUSDT")
    settings = settings_for(simulator, stream_urls=(tap.stream_url,), rest_url=tap.rest_url)
    async with bridging(settings) as bridged:
        readings = await bridged.read(
            Topic(MarketKind.TRADE, "BTCUSDT"),
            Topic(MarketKind.CANDLE, "BTCUSDT", Interval.SECOND_1),
            Topic(MarketKind.PRICE, "BTCUSDT"),
        )
        await until(lambda: all(reading.events for reading in readings))
        await interrupt(simulator, made, seconds=1)
        await until(lambda: readings[0].resyncs and readings[1].resyncs)
    return tap


def asked(tap: Tap) -> dict[str, set[str]]:
    """Return the paths of REST that were asked for, each with the names of its parameters."""
    found: dict[str, set[str]] = {}
    for one in tap.rest:
        target = urlsplit(one.request_line.split()[1])
        found.setdefault(target.path, set()).update(parse_qs(target.query))
    return found


@rule("1.7.1")
async def test_no_order_is_ever_placed(busy: Tap) -> None:
    """Orders are placed by `POST /api/v3/order`, or `order.place` on the WebSocket API. Doesn't apply: the bridge only
    ever reads, by GET, and only market data.
    """
    assert {one.request_line.split()[0] for one in busy.conversations} == {"GET"}
    assert asked(busy).keys() <= {"/api/v3/exchangeInfo", "/api/v3/klines", "/api/v3/trades", "/api/v3/time"}
    assert "/api/v3/klines" in asked(busy)


@rule("1.7.2")
async def test_nothing_is_signed(busy: Tap) -> None:
    """What concerns an account is signed (HMAC, RSA, Ed25519) over exactly what is sent. Doesn't apply: the bridge has
    no key; no request has a signature, and none an API key.
    """
    assert not [names for names in asked(busy).values() if "signature" in names]
    assert not [one for one in busy.conversations if "x-mbx-apikey" in one.headers]


@rule("1.7.3")
async def test_no_request_has_a_timestamp_or_a_window(busy: Tap) -> None:
    """A signed request says when it was made, and for how long it counts. Doesn't apply: none is signed, so that our
    clock may differ from the exchange's.
    """
    assert not [names for names in asked(busy).values() if names & {"timestamp", "recvWindow"}]
    assert asked(busy)["/api/v3/klines"] == {"symbol", "interval", "startTime", "limit"}


@rule("1.7.4")
async def test_no_user_data_is_subscribed(busy: Tap) -> None:
    """User data is subscribed by `session.logon` and `userDataStream.subscribe` on the WebSocket API. Doesn't apply:
    the bridge talks to `/stream` alone, and says nothing but what streams of the market it wants.
    """
    assert {one.request_line.split()[1] for one in busy.sockets} == {"/stream"}
    methods = {request["method"] for one in busy.sockets for request in one.requests}
    assert methods <= {"SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS"}
    assert set(busy.names("SUBSCRIBE")) == {"btcusdt@trade", "btcusdt@kline_1s", "btcusdt@ticker"}
