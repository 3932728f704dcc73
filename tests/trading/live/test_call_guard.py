"""A strategy whose call doesn't come back is stopped, and whoever drives it goes on."""

import errno
import gc
import mmap
import threading

import pytest

from tests.trading.engine.live.strategies.driven_strategy import DrivenStrategy, tick_market
from tests.trading.engine.live.strategies.strategies_of_faults import Fault, Faulty
from tests.waiting import until_now
from trading.engine.live.strategies.limits import CallEndedError, StrategyLimits
from trading.engine.live.strategies.state import StrategyState
from trading.live.call_guard import SignalGuard

_MARKET = tick_market(3, 90)
_GUARD = SignalGuard(longest_seconds=0.2, most_bytes=32 * 2**20)
_TOO_LONG = "it didn't come back from a call within 0.2 seconds"
_OUT_OF_MEMORY = "it took more than 32 MiB of memory in one call"


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let calls take their time: on a machine that is busy, to fill a memory takes a while.

    What other tests have left is freed before, as that would count for the call, and may find no memory in it.
    """
    monkeypatch.setattr(_GUARD, "longest_seconds", 60.0)
    gc.collect()


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault.LOOPS, _TOO_LONG),
        (Fault.SLEEPS, _TOO_LONG),
        (Fault.CANT_BE_TOLD, "EndlessError: <exception str() failed>"),
    ],
)
def test_it_stops_a_strategy_that_doesnt_come_back(fault: Fault, reason: str) -> None:
    driven = DrivenStrategy(_MARKET, Faulty, {"fault": fault}, guard=_GUARD).begin().run(5)
    assert driven.driver.state is StrategyState.ERROR
    assert reason in driven.driver.reason
    assert not driven.sub_account.open_orders


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault.ALLOCATES, _OUT_OF_MEMORY),
        (Fault.ALLOCATES_AT_ONCE, _OUT_OF_MEMORY),
        (Fault.PILES_UP, "it has piled up more than 16 MiB of memory"),
    ],
)
@pytest.mark.usefixtures("patient")
def test_it_stops_a_strategy_that_takes_too_much_memory(fault: Fault, reason: str) -> None:
    limits = StrategyLimits(memory_mib=16)
    driven = (
        DrivenStrategy(_MARKET, Faulty, {"fault": fault}, guard=_GUARD, limits=limits).begin().run(29)
    )  # what the process holds and doesn't use is taken first
    assert driven.driver.state is StrategyState.ERROR
    assert driven.driver.reason == reason


def test_it_ends_no_call_while_an_order_is_being_placed() -> None:
    _GUARD.begin()
    _GUARD.hold()
    until_now(lambda: _GUARD.reason == _TOO_LONG)
    with pytest.raises(CallEndedError):
        _GUARD.release()
    _GUARD.end()


class _Bound(float):
    """So many seconds that a call may take; the guard's thread waits until `may_tell` to say so."""

    def __init__(self, _: float) -> None:
        self.is_being_told, self.may_tell, self.was_compared = (threading.Event() for _ in range(3))

    def __lt__(self, other: float) -> bool:
        self.was_compared.set()
        return super().__lt__(other)

    def __format__(self, spec: str) -> str:
        self.is_being_told.set()
        assert self.may_tell.wait(10)
        return super().__format__(spec)


def test_it_ends_no_call_for_what_was_found_of_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    former, next_one = _Bound(0.0), _Bound(60.0)
    monkeypatch.setattr(_GUARD, "longest_seconds", former)
    _GUARD.begin()
    _GUARD.hold()
    assert former.is_being_told.wait(10)
    _GUARD.end()
    monkeypatch.setattr(_GUARD, "longest_seconds", next_one)
    _GUARD.begin()
    former.may_tell.set()
    assert next_one.was_compared.wait(10)
    assert not _GUARD.reason
    _GUARD.end()


class _FailingOnce(float):
    """So many seconds that a call may take; the guard's thread can't compare with them at first."""

    def __init__(self, _: float) -> None:
        self.has_failed = False

    def __lt__(self, other: float) -> bool:
        if not self.has_failed:
            self.has_failed = True
            raise OSError(errno.EIO, "it can't be read")
        return super().__lt__(other)


def test_a_call_is_ended_though_a_look_at_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    failing = _FailingOnce(0.2)
    monkeypatch.setattr(_GUARD, "longest_seconds", failing)
    _GUARD.begin()
    _GUARD.hold()
    until_now(lambda: _GUARD.reason == _TOO_LONG)
    assert failing.has_failed
    with pytest.raises(CallEndedError):
        _GUARD.release()
    _GUARD.end()


@pytest.mark.usefixtures("patient")
def test_what_the_engine_does_for_a_call_gets_memory_though_the_call_gets_no_more() -> None:
    def is_given() -> bool:
        """Ask the kernel itself: an allocator may have as much at hand, freed by tests before, and ask for nothing."""
        try:
            mmap.mmap(-1, 64 * 2**20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS).close()
        except OSError as error:
            assert error.errno == errno.ENOMEM
            return False
        return True

    given = [is_given()]
    for step in (_GUARD.begin, _GUARD.hold, _GUARD.release, _GUARD.end):
        step()
        given.append(is_given())
    assert given == [True, False, True, False, True]
