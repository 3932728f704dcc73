"""Faults of the archive as people write them: `?files=BTCUSDT-1m-*&row=60&rows=15` in an address."""

from collections.abc import Iterable

from streaming.simulator.archive.faults import ArchiveFault, ArchiveFaultKind
from streaming.simulator.faults.parameters import FaultParameterError

_PARAMETERS = ("files", "row", "rows")
_MOST_DIGITS = 9


def archive_fault_of(kind: str, parameters: Iterable[tuple[str, str]]) -> ArchiveFault:
    """Return the fault that a kind and its parameters describe; raise FaultParameterError."""
    known = archive_kind_of(kind)
    values: dict[str, str] = {}
    for name, text in parameters:
        if name not in _PARAMETERS:
            raise FaultParameterError(f"a fault of the archive takes {', '.join(_PARAMETERS)}; not {name!r}")
        if name in values:
            raise FaultParameterError(f"{name} was given twice")
        values[name] = text
    row, rows = _number("row", values.get("row", "0")), _number("rows", values.get("rows", "1"))
    if not rows:
        raise FaultParameterError("rows must be 1 or more")
    return ArchiveFault(kind=known, files=values.get("files") or "*", row=row, rows=rows)


def archive_kind_of(text: str) -> ArchiveFaultKind:
    """Return the kind of that name; raise FaultParameterError."""
    try:
        return ArchiveFaultKind(text)
    except ValueError:
        known = ", ".join(ArchiveFaultKind)
        raise FaultParameterError(f"there is no fault {text!r} of the archive; there are {known}") from None


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise FaultParameterError(f"{name} must be a whole number, not {text!r}")
    return int(text)
