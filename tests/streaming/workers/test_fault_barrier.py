"""A fault costs a loop its turn, and nothing else; what must end it does."""

import asyncio

import pytest
import structlog
from django.db import OperationalError

from streaming.outage import Outage
from streaming.workers.fault_barrier import fault_barrier
from streaming.workers.fencing import LeaseLostError
from tests.manual_clock import ManualClock


async def turns_with(*raised: BaseException | None, outage: Outage) -> int:
    """Take turns in which this is raised, and return how many failed."""
    failed: list[None] = []
    for error in raised:
        async with fault_barrier("tests", outage, failed=lambda: failed.append(None), pause=0):
            if error is not None:
                raise error
    return len(failed)


async def test_a_fault_costs_its_turn_and_is_logged() -> None:
    outage = Outage("database of tests", ManualClock())
    with structlog.testing.capture_logs() as lines:
        failed = await turns_with(MemoryError(), None, ValueError("wrong"), outage=outage)
    assert failed == 2
    assert [(line["event"], line["work"], line["log_level"]) for line in lines] == [
        ("a fault; its turn is left, and the work goes on", "tests", "error")
    ] * 2
    assert not outage.is_on


async def test_a_database_that_is_away_is_said_once_and_again_once_it_answers() -> None:
    outage = Outage("database of tests", ManualClock())
    with structlog.testing.capture_logs() as lines:
        failed = await turns_with(OperationalError("away"), OperationalError("away"), outage=outage)
        assert (failed, outage.is_on) == (2, True)
        await turns_with(None, outage=outage)
    assert [line["event"] for line in lines] == ["no answer; trying again", "it answers again"]


@pytest.mark.parametrize("end", [LeaseLostError("trading"), asyncio.CancelledError()])
async def test_what_must_end_the_loop_does(end: BaseException) -> None:
    with pytest.raises(type(end)):
        await turns_with(end, outage=Outage("database of tests", ManualClock()))
