"""Figures of what a worker does: told by its processes, shown of the one with the lease, and soon not believed."""

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from asgiref.sync import sync_to_async

from streaming.events import FigureUnit, WorkerFigure, WorkerLease
from streaming.models import WorkerFigures
from streaming.workers.declared_figures import Figure, FigureSource, FigureValue
from streaming.workers.figures import (
    ToldFigures,
    figures_reported,
    figures_store,
    figures_told,
    with_figures,
    without_details,
)
from tests.manual_clock import ManualClock
from tests.waiting import until_asked

NAME = "sorting"
DECLARED = (Figure(name="boxes", title="Boxes"), Figure(name="late", title="Late by", unit=FigureUnit.MILLISECONDS))
NOW = datetime(2026, 1, 1, tzinfo=UTC)
BOXES = WorkerFigure(name="boxes", title="Boxes", unit=FigureUnit.COUNT, value=3, detail="red")
LATE = WorkerFigure(name="late", title="Late by", unit=FigureUnit.MILLISECONDS, value=None)
HELD = WorkerLease(name=NAME, holder="a", alive=True, epoch=4, valid_ms=4_000)


def later(seconds: float) -> datetime:
    """Return a moment after `NOW`."""
    return NOW + timedelta(seconds=seconds)


def store(process: str, boxes: int | None = None, *, seconds: float = 0, detail: str = "") -> None:
    """Let a process tell how many boxes it has, or without a number that it stands by."""
    values = None if boxes is None else {"boxes": FigureValue(boxes, detail), "late": FigureValue(None)}
    figures_store(name=NAME, process=process, values=values, now=later(seconds))


def told(seconds: float = 1) -> ToldFigures:
    """Return what is believed then."""
    return figures_told({NAME: DECLARED}, now=later(seconds))


@pytest.mark.django_db
class TestRows:
    """What is stored, and what is shown of it."""

    def test_it_shows_what_the_holder_tells_and_how_many_stand_by(self) -> None:
        store("former", 9)
        store("a", 3, detail="red")
        store("b")
        store("c")
        shown = with_figures(HELD, told())
        assert (shown.figures, shown.standing_by) == ((BOXES, LATE), 2)
        assert msgspec.structs.replace(shown, figures=msgspec.UNSET, standing_by=msgspec.UNSET) == HELD

    def test_it_shows_of_a_worker_without_a_lease_what_was_told_last(self) -> None:
        store("ended", 9)
        store("here", 3, seconds=1, detail="red")
        here = WorkerLease(name=NAME, holder="the gateway's process", alive=True)
        assert with_figures(here, told(2)).figures == (BOXES, LATE)

    def test_it_leaves_as_it_is_what_tells_nothing_and_what_has_told_nothing_for_long(self) -> None:
        other = WorkerLease(name="other", holder="a", alive=True, epoch=1)
        assert with_figures(other, told()) is other
        store("a", 3)
        assert with_figures(HELD, told(60)) is HELD

    def test_it_leaves_the_details_to_operators(self) -> None:
        store("a", 3, detail="red")
        figures = without_details(with_figures(HELD, told()).figures)
        assert figures == (msgspec.structs.replace(BOXES, detail=msgspec.UNSET), LATE)

    def test_it_cuts_long_details_and_shows_only_what_is_declared_here(self) -> None:
        store("a", 3, detail="red, " * 1_000)
        [process] = figures_told({NAME: DECLARED[:1]}, now=NOW)[NAME]
        assert process.figures is not None
        [boxes] = process.figures
        assert isinstance(boxes.detail, str)
        assert (boxes.name, len(boxes.detail), boxes.detail[-1]) == ("boxes", 500, "…")

    def test_a_new_process_forgets_who_is_long_gone(self) -> None:
        store("gone", 1)
        store("new", 1, seconds=7200)
        assert list(WorkerFigures.objects.values_list("process", flat=True)) == ["new"]


@pytest.mark.django_db(transaction=True)
async def test_a_process_tells_while_it_works_and_that_it_stands_by_before() -> None:
    source, clock = FigureSource(), ManualClock()

    async def stored() -> list[str]:
        return [row.figures async for row in WorkerFigures.objects.all()]

    async def stands_by() -> bool:
        return await stored() == [""]

    async def has_told() -> bool:
        return await stored() == ['{"boxes":[3,""],"late":[null,""]}']

    async def read() -> dict[str, FigureValue]:
        return {"boxes": FigureValue(3), "late": FigureValue(None)}

    async with figures_reported(NAME, DECLARED, source, process="a", clock=clock, interval=0.01):
        await until_asked(stands_by)
        source.read = read
        await until_asked(has_told)
    assert await stored() == []


@pytest.mark.django_db(transaction=True)
async def test_figures_that_are_not_as_declared_are_not_told_and_end_no_work(caplog: pytest.LogCaptureFixture) -> None:
    source = FigureSource()
    was_read = asyncio.Event()

    async def read() -> dict[str, FigureValue]:
        was_read.set()
        return {"boxes": FigureValue(3)}

    source.read = read
    async with figures_reported(NAME, DECLARED, source, process="a", clock=ManualClock(), interval=0.01):
        await was_read.wait()
        was_read.clear()
        await was_read.wait()
    assert not await sync_to_async(WorkerFigures.objects.exists)()
