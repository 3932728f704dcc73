"""What the bridge says of itself, and what is held of it."""

import msgspec
import pytest

from streaming.events import Source
from streaming.fan_out.hub import Hub
from streaming.layer.groups import GATEWAYS_GROUP
from streaming.market.bridge.slots import slot_of
from streaming.market.bridge.status import (
    BRIDGE_FAREWELL_MESSAGE,
    BRIDGE_STATUS_MESSAGE,
    BridgeState,
    decode_status,
    encode_status,
)
from streaming.market.bridge.status_table import BridgeStatusTable
from tests.manual_clock import ManualClock
from tests.market.bridge.statuses import status
from tests.waiting import until


def test_it_travels_as_bytes() -> None:
    assert decode_status(encode_status(status())) == status()
    with pytest.raises(msgspec.DecodeError):
        decode_status(b"nonsense")


def test_it_says_whether_the_market_is_simulated() -> None:
    assert status(source=Source.SIMULATOR).simulated
    assert not status().simulated


def test_it_takes_a_bridge_for_gone_after_its_silence(clock: ManualClock) -> None:
    table = BridgeStatusTable(clock, maximum_age=15.0)
    assert table.current() is None
    table.take(status())
    clock.advance(15)
    assert table.current() == status()
    clock.advance(0.1)
    assert table.current() is None


def test_it_believes_the_later_holder_while_both_speak(clock: ManualClock) -> None:
    table = BridgeStatusTable(clock, maximum_age=15.0)
    table.take(status(epoch=2))
    table.take(status(epoch=1, state=BridgeState.RECONNECTING))
    assert table.current() == status(epoch=2)
    clock.advance(16)
    table.take(status(epoch=1))
    assert table.current() == status(epoch=1)


async def test_it_hears_what_bridges_say_and_passes_what_it_cannot_read(hub: Hub) -> None:
    table = BridgeStatusTable()
    await table.start(hub)
    await hub.send(GATEWAYS_GROUP, {"type": BRIDGE_STATUS_MESSAGE, "status": b"nonsense"})
    await hub.send(GATEWAYS_GROUP, {"type": BRIDGE_STATUS_MESSAGE, "status": encode_status(status())})
    await until(lambda: table.current() == status())


async def test_it_takes_a_bridge_for_gone_that_says_goodbye_but_not_its_successor(hub: Hub) -> None:
    table = BridgeStatusTable()
    await table.start(hub)
    table.take(status(epoch=2))
    await hub.send(GATEWAYS_GROUP, {"type": BRIDGE_FAREWELL_MESSAGE, "epoch": 1})
    await hub.send(GATEWAYS_GROUP, {"type": BRIDGE_STATUS_MESSAGE, "status": encode_status(status(epoch=3))})
    await until(lambda: table.current() == status(epoch=3))
    await hub.send(GATEWAYS_GROUP, {"type": BRIDGE_FAREWELL_MESSAGE, "epoch": 3})
    await until(lambda: table.current() is None)


async def test_a_further_market_never_stands_for_the_deployments_own(hub: Hub) -> None:
    table, slot = BridgeStatusTable(), slot_of(Source.KRAKEN)
    await table.start(hub)
    table.take(status(epoch=2))
    table.take(status(epoch=9, source=Source.KRAKEN, slot=slot))
    assert (table.current(), table.further) == (status(epoch=2), (status(epoch=9, source=Source.KRAKEN, slot=slot),))
    await hub.send(GATEWAYS_GROUP, {"type": BRIDGE_FAREWELL_MESSAGE, "epoch": 9, "slot": slot})
    await until(lambda: not table.further)
    assert table.current() == status(epoch=2)
