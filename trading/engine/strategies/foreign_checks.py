"""Asks a strategy's own code what is wrong with its parameters, whatever that code does.

It runs wherever parameters are read: as a user types them, in a gateway's event loop too. So a check that doesn't come
back is ended, in whichever thread it runs, and for a while the strategy isn't asked again. What can't be ended so is a
single step in C, such as sleep.
"""

import ctypes
import threading
import time
import traceback
from collections.abc import Callable
from typing import TypeVar

_LONGEST_SECONDS = 0.5
_UNASKED_SECONDS = 60.0
_LONGEST_TEXT = 300
_ENDINGS = 20
"""So often a check is ended: what ends it may be caught, by itself or by what is called on its way."""

Result = TypeVar("Result")
_ended_at: dict[str, float] = {}
"""When the check of a strategy was ended that didn't come back."""


class FailedCheckError(Exception):
    """A strategy's own code couldn't check its parameters; the text says why."""


class _CheckEndedError(BaseException):
    """Raised within a check that doesn't come back: not an `Exception`, which the check may catch."""


def checked(
    name: str,
    check: Callable[[], Result],
    *,
    longest_seconds: float = _LONGEST_SECONDS,
    monotonic: Callable[[], float] = time.monotonic,
) -> Result:
    """Return what a check of the strategy `name` gives; raise `FailedCheckError` where it raises, or takes too long.

    `monotonic` gives the seconds by which it is asked again; how long a check takes, it takes by the machine's.
    """
    if monotonic() - _ended_at.get(name, -_UNASKED_SECONDS) < _UNASKED_SECONDS:
        raise FailedCheckError(f"the check of {name} didn't come back a moment ago; it is asked again in a minute")
    try:
        return _ended_in_time(lambda: _told(name, check), longest_seconds)
    except _CheckEndedError:
        _ended_at[name] = monotonic()
        raise FailedCheckError(f"the check of {name} didn't come back within {longest_seconds:g} seconds") from None


def _ended_in_time(check: Callable[[], Result], longest_seconds: float) -> Result:
    """Do it; raise `_CheckEndedError` in this very thread where that takes too long."""
    thread, lock, is_over = threading.get_ident(), threading.Lock(), threading.Event()

    def end() -> None:
        for _ in range(_ENDINGS):
            if is_over.wait(longest_seconds):
                return
            with lock:
                if not is_over.is_set():
                    _raise_in(thread, ctypes.py_object(_CheckEndedError))

    threading.Thread(target=end, daemon=True).start()
    try:
        return check()
    finally:
        try:
            is_over.set()
        finally:  # it may be ended at this very place
            is_over.set()
            with lock:
                _raise_in(thread, None)  # what was to be raised, and wasn't yet, isn't raised any more


def _raise_in(thread: int, what: object) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), what)


def _told(name: str, check: Callable[[], Result]) -> Result:
    """Do it; tell what it raises, in words that are foreign code, too."""
    try:
        return check()
    except Exception as fault:  # noqa: BLE001 - it is foreign code
        told = "".join(traceback.format_exception_only(fault)).strip()
        raise FailedCheckError(f"the check of {name} failed by {told}"[:_LONGEST_TEXT]) from None
