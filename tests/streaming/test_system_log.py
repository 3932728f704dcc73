"""Lines that apps publish: to staff, and to the user whose instance speaks."""

import asyncio
import logging

import pytest
import structlog

from streaming.events.system import LogLevel, LogLine
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from streaming.system_log import log_publish
from tests.manual_clock import ManualClock
from tests.market.failing_layer import FailingLayer
from tests.streaming.layer_members import envelope, member

LINE = "[FILL] BUY @ 94000.00 | Position: 0.001000"


@pytest.fixture
def layer() -> FailingLayer:
    return FailingLayer()


@pytest.fixture
def hub(layer: FailingLayer) -> Hub:
    """Return a hub that only sends."""
    return Hub(layer, topic_registry())


async def test_it_tells_a_line_to_its_owner_and_to_staff(hub: Hub, layer: FailingLayer, clock: ManualClock) -> None:
    own, everybodys = await member(layer, "s.log.7"), await member(layer, "s.log.all")
    others = await member(layer, "s.log.8")
    assert await log_publish(hub, level=LogLevel.INFO, source="grid.grid_abc123", message=LINE, owner="7", clock=clock)
    expected = LogLine(
        event=LogLevel.INFO,
        level=LogLevel.INFO,
        source="grid.grid_abc123",
        message=LINE,
        owner="7",
        time=clock.now_ms(),
    )
    assert (await envelope(layer, own)).event == (await envelope(layer, everybodys)).event == expected
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(layer.receive(others), 0.05)


async def test_it_tells_a_line_without_an_owner_to_staff_alone(hub: Hub, layer: FailingLayer) -> None:
    everybodys, nobodys = await member(layer, "s.log.all"), await member(layer, "s.log.")
    assert await log_publish(hub, level=LogLevel.WARN, source="bridge", message="away")
    line = (await envelope(layer, everybodys)).event
    assert isinstance(line, LogLine)
    assert (line.event, line.owner, line.channel) == (LogLevel.WARN, "", "system.log")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(layer.receive(nobodys), 0.05)


async def test_it_numbers_its_lines_and_supersedes_nobody(hub: Hub, layer: FailingLayer) -> None:
    everybodys = await member(layer, "s.log.all")
    for number in range(3):
        await log_publish(hub, level=LogLevel.DEBUG, source="a", message=str(number))
    heard = [await envelope(layer, everybodys) for _ in range(3)]
    assert {one.epoch for one in heard} == {0}
    assert [one.sequence - heard[0].sequence for one in heard] == [0, 1, 2]


async def test_it_holds_up_nobody_where_the_layer_is_away(hub: Hub, layer: FailingLayer) -> None:
    layer.is_away = True
    assert not await log_publish(hub, level=LogLevel.ERROR, source="a", message="b")


async def test_it_carries_nothing_that_the_logging_module_writes(hub: Hub, layer: FailingLayer) -> None:
    everybodys = await member(layer, "s.log.all")
    logging.getLogger("streaming").error("a secret")
    structlog.get_logger("streaming").error("another")
    await log_publish(hub, level=LogLevel.INFO, source="a", message="published")
    line = (await envelope(layer, everybodys)).event
    assert isinstance(line, LogLine)
    assert line.message == "published"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()
