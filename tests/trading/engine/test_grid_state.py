"""The states of a grid: each legal step leads where the table says, and every other raises with both."""

import itertools

import pytest

from trading.engine.grid.state import GRID_STEPS, GridState, GridStep, IllegalGridStepError

TABLE = """
created          wait begin                          stop fail
waiting_trigger       begin     pause                stop fail
starting                    run pause                stop fail
running                         pause                stop fail
paused                          pause resume_waiting resume_starting resume stop fail
stopping                                             end  fail
stopped
error                 begin                          stop
"""
LEADS_TO = {
    "wait": "waiting_trigger",
    "begin": "starting",
    "run": "running",
    "pause": "paused",
    "resume_waiting": "waiting_trigger",
    "resume_starting": "starting",
    "resume": "running",
    "stop": "stopping",
    "end": "stopped",
    "fail": "error",
}
LEGAL = {
    (GridState(state), GridStep(step.replace("_", " ")))
    for state, *steps in (line.split() for line in TABLE.strip().splitlines())
    for step in steps
}


@pytest.mark.parametrize(("state", "step"), sorted(LEGAL))
def test_a_legal_step_leads_where_it_says(state: GridState, step: GridStep) -> None:
    assert GRID_STEPS.can(state, step)
    assert GRID_STEPS.next(state, step) == LEADS_TO[step.replace(" ", "_")]


def test_every_other_step_raises_with_state_and_step() -> None:
    for state, step in set(itertools.product(GridState, GridStep)) - LEGAL:
        assert not GRID_STEPS.can(state, step)
        with pytest.raises(IllegalGridStepError, match=f"a grid that is {state} can't {step}; it can ") as illegal:
            GRID_STEPS.next(state, step)
        assert (illegal.value.state, illegal.value.step) == (state, step)


def test_only_a_stopped_grid_is_over_and_it_can_nothing() -> None:
    assert [state for state in GridState if state.is_over] == [GridState.STOPPED]
    assert not any(GRID_STEPS.can(GridState.STOPPED, step) for step in GridStep)
