"""Every step of a grid that trading/engine/grid/state.py has, as running processes tell of it over a socket."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from itertools import pairwise
from typing import Any

from tests.conformance.asking.speaker import speak
from tests.conformance.asking.spelling import CONTROL
from tests.conformance.commands.failing_grids import REASON
from tests.conformance.commands.trader import Trader
from tests.conformance.commands.trading_workers import worker_beside
from tests.conformance.places import Place
from tests.conformance.rows import row
from tests.deployments import fetch_json
from tests.processes import Process
from trading.engine.grid.state import GRID_STEPS, GridState, GridStep

SYMBOL = "ADAUSDT"
BOUNDS = {"lower_price": 0.5, "upper_price": 1.5}
STREAMS = "adausdt@trade,adausdt@depth10@100ms"
SILENT_SECONDS = "4"
"""After so many the worker pauses grids of a market that says nothing: more than a busy machine makes it wait."""
TICK, FAR = Decimal("0.0001"), Decimal("0.05")
"""What the market moves by within a second or so, and the part of the price by which it doesn't while a test lasts."""
WITHIN_A_START = {(GridState.CREATED, GridState.STOPPING), (GridState.CREATED, GridState.ERROR)}
"""A grid is created, and waits or starts, in one transaction: nobody can stop it, or let it fail, in between."""
Step = tuple[GridState, GridState]
ERROR, PAUSED, RUNNING, STARTING, STOPPED = (
    GridState.ERROR, GridState.PAUSED, GridState.RUNNING, GridState.STARTING, GridState.STOPPED,
)  # fmt: skip


def lifecycle(grid: str) -> str:
    """Return the name of what a grid's life is told on."""
    return f"grid.{grid}.lifecycle"


class Grids:
    """The grids of a trader, in one market: each with the states in which it was told to be."""

    def __init__(self, trader: Trader) -> None:
        self.trader = trader
        self.states: dict[str, list[GridState]] = {}

    async def market(self) -> Decimal:
        """Return what the market stands at."""
        shown = await self.trader.done("grid.preview", pair=SYMBOL, grid_count=2, **BOUNDS)
        return Decimal(shown["price"])

    async def start(self, **options: Any) -> str:
        """Start a grid around the price."""
        given = {"pair": SYMBOL, "grid_count": 4, **BOUNDS, **options}
        started = await self.trader.done("grid.start", **given)
        grid: str = started["grid_id"]
        self.states[grid] = [GridState.CREATED, GridState(started["status"])]
        return grid

    async def do(self, grid: str, *actions: str) -> None:
        """Give commands, each of which takes a grid to another state."""
        for action in actions:
            self.states[grid].append(GridState((await self.trader.done(f"grid.{action}", id=grid))["status"]))

    async def look(self, grid: str) -> GridState:
        """Return the state of a grid as it is now."""
        state = GridState((await self.trader.done("grid.get", id=grid))["state"])
        if state is not self.states[grid][-1]:
            self.states[grid].append(state)
        return state

    async def lives(self, grid: str, event: str, state: GridState, reason: str | None = None) -> None:
        """Wait until it is told what happened in a grid's life, to which state that led, and why."""
        expected = (event, state, reason)
        await self.trader.told(
            [lifecycle(grid)], lambda seen: (seen.event, seen.data["state"], seen.data["reason"]) == expected
        )
        self.states[grid].append(state)

    @property
    def steps(self) -> set[Step]:
        """All steps that were told."""
        return {step for states in self.states.values() for step in pairwise(states)}


@row("CM-55", "CM-56", "TP-55")
async def test_a_grid_is_told_of_in_every_step_that_it_can_take(place: Place) -> None:
    """A grid that gets a new state, or a new way to one, needs its part here."""
    async with speak(place, CONTROL, place.people.guest()) as client:
        assert await client.ask("grid.*") == {"grid.*": None}
        trader = Trader(client)
        grids = Grids(trader)
        failing = await _by_people_alone(grids)
        with _failing(place, failing):
            await _failed_and_begun_anew(grids, failing)
            with worker_beside(place, TRADING_SILENT_SECONDS=SILENT_SECONDS):
                await _traded(place, grids, failing)
                await _all_stopped(grids)
        assert grids.steps == set(_legal_steps()) - WITHIN_A_START


async def _by_people_alone(grids: Grids) -> dict[str, str]:
    """Go wherever one comes without a worker; return which grids are to fail, and in which state."""
    trigger = {"trigger_price": (await grids.market() * (1 - FAR)).quantize(TICK)}
    await grids.do(await grids.start(), "pause", "resume", "stop")
    await grids.do(await grids.start(), "pause", "stop")
    starting = await grids.start(**trigger)
    await grids.do(starting, "pause", "resume")
    changed = await grids.trader.done("grid.update_params", id=starting, params={"trigger_price": None})
    assert changed["updated"] == {"trigger_price": [trigger["trigger_price"], None]}
    assert await grids.look(starting) is STARTING
    stopping, paused = await grids.start(**trigger), await grids.start()
    await grids.do(stopping, "stop")
    await grids.do(paused, "pause")
    states = {
        starting: STARTING,
        await grids.start(**trigger): GridState.WAITING_TRIGGER,
        stopping: GridState.STOPPING,
        paused: PAUSED,
        await grids.start(): RUNNING,
    }
    return {grid: state.value for grid, state in states.items()}


@contextmanager
def _failing(place: Place, states: dict[str, str]) -> Iterator[None]:
    """Let grids fail, each as soon as it is in its state; all of them have when the `with` ends."""
    code = f"from tests.conformance.commands.failing_grids import fail_grids; fail_grids({states!r})"
    with Process.command("shell", "-c", code, environment=place.deployment.environment) as shell:
        yield
        assert shell.wait() == 0, shell.output


async def _failed_and_begun_anew(grids: Grids, failing: dict[str, str]) -> None:
    """One that has failed stands still; it begins anew, or is stopped."""
    for grid, state in failing.items():
        while state != RUNNING and await grids.look(grid) is not ERROR:
            pass
    again, *others = (grid for grid, state in failing.items() if state != RUNNING)
    assert (await grids.trader.done("grid.get", id=again))["reason"] == REASON
    await grids.do(again, "resume")
    for grid in others:
        await grids.do(grid, "stop")


async def _traded(place: Place, grids: Grids, failing: dict[str, str]) -> None:
    """Run by a worker: at once or at the trigger; rest while the market says nothing, and go on by themselves."""
    own, others = next(iter(failing)), await grids.start()
    await _triggered(grids)
    for grid in (own, others):
        await grids.lives(grid, "started", RUNNING)
    with _silent_market(place):
        for grid in (own, others):
            await grids.lives(grid, "paused", PAUSED, "exchange_down")
        await grids.do(others, "pause")
    await grids.lives(own, "resumed", RUNNING)
    assert await grids.look(others) is PAUSED, "who has paused it by hand lets it go on, and nobody else"
    await grids.do(others, "resume")
    running = next(grid for grid, state in failing.items() if state == RUNNING)
    await grids.lives(running, "started", RUNNING)
    await grids.lives(running, "error", ERROR, REASON)
    for grid in (own, others, running):
        await grids.do(grid, "stop")


async def _triggered(grids: Grids) -> None:
    """Wait for a trigger until the market is there, above or below; then it starts and runs by itself."""
    begun: list[str] = []
    waiting: list[str] = []
    while not waiting:  # the market may be there before the grid is
        price = await grids.market()
        begun += [await grids.start(trigger_price=price + ticks * TICK) for ticks in (1, -1)]
        waiting = [grid for grid in begun if grids.states[grid][-1] is GridState.WAITING_TRIGGER]
    started = await grids.trader.told([lifecycle(grid) for grid in waiting], lambda seen: seen.event == "started")
    grids.states[started.data["grid_id"]] += [STARTING, RUNNING]
    for grid in begun:
        await grids.do(grid, "stop")


@contextmanager
def _silent_market(place: Place) -> Iterator[None]:
    faults = f"{place.deployment.exchange}/simulator/faults/silence"
    fetch_json(f"{faults}?streams={STREAMS}")
    try:
        yield
    finally:
        fetch_json(f"{faults}/end")


async def _all_stopped(grids: Grids) -> None:
    for grid in grids.states:
        await grids.lives(grid, "stopped", STOPPED, "user")
    assert (await grids.trader.done("grid.list", live=True))["total"] == 0


def _legal_steps() -> Iterator[Step]:
    return (
        (state, GRID_STEPS.next(state, step)) for state in GridState for step in GridStep if GRID_STEPS.can(state, step)
    )
