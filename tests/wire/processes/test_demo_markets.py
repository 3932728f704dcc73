"""The demo as a newcomer runs it, by its command: it reads three simulated markets, and combines their prices."""

from collections.abc import Iterator

import pytest

from tests import deployments
from tests.deployments import Deployment
from tests.waiting import until
from tests.wire.client import Frame, connected
from tidewire_client import Dialect, TidewireClient
from tidewire_client.events import CombinedPrice, Event

_CHANNEL = "price:BTC-USD"
_SOURCES = {"simulator", "kraken", "coinbase"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The demo with three markets, for all of this module's tests."""
    with deployments.demo(tmp_path_factory.mktemp("demo"), {"COMBINED_SYMBOLS": "BTC-USD"}) as demo:
        yield demo


def _used(frame: Frame) -> set[str]:
    if frame["type"] != "price":
        return set()
    return {source["name"] for source in frame["data"]["sources"] if source["used"]}


async def test_a_combined_price_is_made_of_all_three_markets(demo: Deployment) -> None:
    async with connected(demo.socket_url) as client:
        await client.subscribe(_CHANNEL)
        price = await client.next(lambda frame: _used(frame) == _SOURCES)
    assert price["data"]["singleSource"] is False


@pytest.mark.parametrize("dialect", list(Dialect))
async def test_the_python_client_reads_it_as_one_type_in_all_dialects(demo: Deployment, dialect: Dialect) -> None:
    client = TidewireClient(demo.socket_url, dialect=dialect, token=demo.token())
    seen: list[Event] = []
    client.on(_CHANNEL, seen.append)
    async with client:
        client.subscribe([_CHANNEL])
        await until(lambda: seen)
    assert isinstance(seen[0], CombinedPrice)
    assert seen[0].simulated
    assert {source.name for source in seen[0].sources} <= _SOURCES
