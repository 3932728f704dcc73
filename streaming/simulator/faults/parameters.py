"""Faults as people write them: `?seconds=15` in an address, `freeze:seconds=15` behind a flag."""

from collections.abc import Callable, Iterable, Mapping

import msgspec

from streaming.simulator.faults.faults import AT_ONCE, Fault, FaultKind

_LASTING = {
    FaultKind.FREEZE: (),
    FaultKind.STALL: (),
    FaultKind.LATE_PONG: ("delay",),
    FaultKind.REFUSE_STREAMS: ("status", "retry_after"),
    FaultKind.REFUSE_REST: ("status", "retry_after"),
    FaultKind.MALFORMED: ("streams",),
    FaultKind.SILENCE: ("streams",),
    FaultKind.UNANSWERED: (),
    FaultKind.LATE_CANDLES: ("delay", "streams"),
    FaultKind.MISSING_CANDLES: ("streams",),
    FaultKind.LIFETIME: ("delay",),
    FaultKind.STANDSTILL: (),
    FaultKind.WRONG_CHECKSUM: ("streams",),
    FaultKind.MAINTENANCE: (),
}
PARAMETERS: Mapping[FaultKind, tuple[str, ...]] = {
    FaultKind.CUT: (),
    FaultKind.CLOSE: ("code", "reason"),
    FaultKind.SERVER_SHUTDOWN: ("delay", "reason"),
    FaultKind.FORGET: ("streams",),
    FaultKind.LOSE: ("streams",),
    **{kind: ("seconds", *names) for kind, names in _LASTING.items()},
}
"""What each kind takes."""
_NEEDS_DELAY = (FaultKind.LATE_PONG, FaultKind.LATE_CANDLES, FaultKind.LIFETIME)


class FaultParameterError(ValueError):
    """A fault that can't be understood or can't be; its text is for people."""


def fault_of(kind: str, parameters: Iterable[tuple[str, str]]) -> Fault:
    """Return the fault that a kind and its parameters describe; raise FaultParameterError."""
    known = kind_of(kind)
    values: dict[str, object] = {}
    for name, text in parameters:
        if name not in PARAMETERS[known]:
            takes = ", ".join(PARAMETERS[known]) or "no parameters"
            raise FaultParameterError(f"{kind} takes {takes}; not {name!r}")
        if name in values:
            raise FaultParameterError(f"{name} was given twice")
        values[name] = _value(name, text)
    if known in _NEEDS_DELAY and "delay" not in values:
        raise FaultParameterError(f"{kind} needs delay, in seconds")
    try:
        return Fault(**{"kind": known, **values})  # type: ignore[arg-type]  # checked one by one
    except ValueError as error:
        raise FaultParameterError(str(error)) from None


def described(fault: Fault) -> dict[str, object]:
    """Return a fault's kind and what its kind takes, as it was asked for."""
    return {"kind": fault.kind, **{name: getattr(fault, name) for name in PARAMETERS[fault.kind]}}


def kind_of(text: str) -> FaultKind:
    """Return the kind of that name; raise FaultParameterError."""
    try:
        return FaultKind(text)
    except ValueError:
        known = ", ".join(FaultKind)
        raise FaultParameterError(f"there is no fault {text!r}; there are {known}") from None


def fault_from_flag(text: str) -> Fault:
    """Return the lasting fault of `kind[:key=value,…]`; a comma before what has no `=` belongs to the value."""
    kind, _, rest = text.partition(":")
    if kind_of(kind) in AT_ONCE:
        raise FaultParameterError(f"{kind} happens at once, and there is nobody yet: ask for it through --control")
    pairs: list[tuple[str, str]] = []
    for part in rest.split(",") if rest else ():
        name, equals, value = part.partition("=")
        if equals:
            pairs.append((name, value))
        elif pairs:
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]},{part}")
        else:
            raise FaultParameterError(f"expected key=value after {kind!r}, not {part!r}")
    return fault_of(kind, pairs)


def _value(name: str, text: str) -> object:
    kind, read = _READERS[name]
    try:
        return read(text)
    except ValueError:
        raise FaultParameterError(f"{name} must be {kind}, not {text!r}") from None


def _streams(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if not all(names):
        raise ValueError(text)
    return names


def _whole(text: str) -> int:
    return msgspec.convert(text, int, strict=False)


def _number(text: str) -> float:
    return msgspec.convert(text, float, strict=False)


_READERS: dict[str, tuple[str, Callable[[str], object]]] = {
    "seconds": ("a number of seconds", _number),
    "delay": ("a number of seconds", _number),
    "streams": ("names of streams with commas between", _streams),
    "status": ("a whole number", _whole),
    "retry_after": ("a whole number of seconds", _whole),
    "code": ("a whole number", _whole),
    "reason": ("a text", str),
}
