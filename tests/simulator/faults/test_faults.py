"""What is on, by a clock: one fault of each kind, until its time is over or it is ended."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.simulator.faults.faults import AT_ONCE, Fault, FaultKind, Faults
from streaming.simulator.faults.parameters import PARAMETERS
from tests.manual_clock import ManualClock

DOCUMENTATION = Path(__file__).resolve().parents[3] / "docs" / "simulator.md"
LASTING = [kind for kind in FaultKind if kind not in AT_ONCE]
_actions = st.one_of(
    st.tuples(st.just("inject"), st.sampled_from(FaultKind), st.none() | st.integers(1, 30)),
    st.tuples(st.just("end"), st.sampled_from(FaultKind), st.none()),
    st.tuples(st.just("wait"), st.none(), st.integers(1, 20)),
)


@given(st.lists(_actions, max_size=40))
def test_it_holds_each_kind_until_its_last_injection_is_over(actions: list[tuple[str, Any, Any]]) -> None:
    clock = ManualClock()
    faults, now, expected = Faults(clock), 0, dict[FaultKind, float]()
    for action, kind, number in actions:
        match action:
            case "inject":
                faults.inject(Fault(kind=kind, seconds=number))
                expected[kind] = now + number if number else float("inf")
            case "end":
                was_on = kind not in AT_ONCE and expected.get(kind, 0) > now
                assert faults.end(kind) is was_on
                expected.pop(kind, None)
            case _:
                now += number
                clock.advance(number)
        on = {kind for kind, until in expected.items() if until > now and kind not in AT_ONCE}
        assert {fault.kind for fault in faults.active} == on
        assert {kind for kind in FaultKind if faults.get(kind)} == on


@pytest.mark.parametrize("kind", LASTING)
def test_it_replaces_a_fault_of_the_same_kind(kind: FaultKind) -> None:
    faults = Faults(ManualClock())
    faults.inject(Fault(kind=kind, seconds=1.0, delay=1.0))
    faults.inject(Fault(kind=kind, delay=2.0))
    assert faults.active == (Fault(kind=kind, delay=2.0),)


def test_it_ends_all() -> None:
    faults = Faults(ManualClock())
    for kind in FaultKind:
        faults.inject(Fault(kind=kind))
    assert [fault.kind for fault in faults.active] == LASTING
    faults.end_all()
    assert faults.active == ()


def test_it_concerns_the_streams_that_it_names_or_all() -> None:
    faults = Faults(ManualClock())
    assert not faults.concern(FaultKind.SILENCE, "a@trade")
    faults.inject(Fault(kind=FaultKind.SILENCE, streams=("a@trade",)))
    assert faults.concern(FaultKind.SILENCE, "a@trade")
    assert not faults.concern(FaultKind.SILENCE, "b@trade")
    faults.inject(Fault(kind=FaultKind.SILENCE))
    assert faults.concern(FaultKind.SILENCE, "b@trade")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"seconds": 0}, "seconds must be more than 0"),
        ({"seconds": float("nan")}, "seconds must be more than 0"),
        ({"seconds": float("inf")}, "seconds must be more than 0"),
        ({"delay": -1}, "delay must be between 0 and"),
        ({"delay": float("nan")}, "delay must be between 0 and"),
        ({"delay": float("inf")}, "delay must be between 0 and"),
        ({"status": 200}, "status must be between 300 and 599, not 200"),
        ({"status": 600}, "status must be between 300 and 599, not 600"),
        ({"retry_after": -1}, "retry_after must not be negative: -1"),
        ({"code": 1005}, "code must be one that a close frame may have"),
        ({"code": 999}, "code must be one that a close frame may have"),
        ({"code": 5000}, "code must be one that a close frame may have"),
        ({"reason": "ä" * 62}, "reason must be at most 123 bytes long"),
    ],
)
def test_it_refuses_what_no_fault_can_have(values: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Fault(kind=FaultKind.CLOSE, **values)


@pytest.mark.parametrize("kind", FaultKind)
def test_it_is_documented_with_what_it_takes(kind: FaultKind) -> None:
    [row] = [line for line in DOCUMENTATION.read_text().splitlines() if line.startswith(f"| `{kind}` |")]
    for name in PARAMETERS[kind]:
        assert f"`{name}`" in row.split("|")[2]
