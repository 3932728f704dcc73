"""A strategy's own check of its parameters may do what it likes: who asks is told, and goes on."""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Never

import pytest

from tests.manual_clock import ManualClock
from tests.trading.engine.live.strategies.strategies_of_faults import EndlessError, NoParameters, Recorder
from trading.engine.strategies.errors import UncheckedParametersError
from trading.engine.strategies.foreign_checks import FailedCheckError, checked
from trading.engine.strategies.parameters import read_parameters


def loops() -> Never:
    while True:
        pass


def cant_be_told() -> Never:
    raise EndlessError


def _refusal(name: str, check: Callable[[], object]) -> str:
    with pytest.raises(FailedCheckError) as refused:
        checked(name, check, longest_seconds=0.05)
    return str(refused.value)


def test_a_check_that_does_not_come_back_is_ended_in_any_thread_and_not_asked_again_at_once() -> None:
    told = list[str]()
    thread = threading.Thread(target=lambda: told.append(_refusal("looping", loops)))
    thread.start()
    thread.join()
    told.append(_refusal("looping", lambda: None))
    first, second = (
        f"the check of looping didn't come back {when}" for when in ("within 0.05 seconds", "a moment ago")
    )
    assert told == [first, f"{second}; it is asked again in a minute"]


def test_a_check_that_did_not_come_back_is_asked_again_after_a_minute() -> None:
    clock = ManualClock()

    def ask(check: Callable[[], object]) -> object:
        return checked("patient", check, longest_seconds=0.05, monotonic=clock.monotonic)

    with pytest.raises(FailedCheckError, match="didn't come back within"):
        ask(loops)
    clock.advance(59.9)
    with pytest.raises(FailedCheckError, match="asked again in a minute"):
        ask(lambda: "fine")
    clock.advance(0.1)
    assert ask(lambda: "fine") == "fine"


def test_what_a_check_raises_is_told_though_its_own_words_never_end() -> None:
    assert _refusal("wordy", cant_be_told).endswith("EndlessError: <exception str() failed>")


@pytest.mark.parametrize("times", [1, 3])
def test_a_check_that_catches_what_ends_it_is_ended_again(times: int) -> None:
    def stubborn() -> None:
        for _ in range(times):
            with suppress(BaseException):
                loops()
        loops()

    name = f"stubborn {times}"
    assert _refusal(name, stubborn) == f"the check of {name} didn't come back within 0.05 seconds"


class Broken(NoParameters, frozen=True, kw_only=True):
    """Can't be checked."""

    def wrong_together(self) -> Mapping[str, str]:
        """Fail."""
        raise ZeroDivisionError("no idea")


class WithBroken(Recorder):
    """A strategy that has those."""

    name = "broken"
    Parameters = Broken


def test_a_failed_check_is_a_fault_of_the_strategy() -> None:
    with pytest.raises(UncheckedParametersError) as refused:
        read_parameters(WithBroken, {})
    assert refused.value.fields == {"strategy": "the check of broken failed by ZeroDivisionError: no idea"}
