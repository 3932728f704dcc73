"""How much memory a stretch of a program takes at its peak, from the kernel's count. It needs nothing but Linux."""

from pathlib import Path

_STATUS = Path("/proc/self/status")
_RESET_PEAK = "5"


class PeakMemory:
    """From its making on, how far the process grew at its peak beyond what it had then."""

    def __init__(self) -> None:
        Path("/proc/self/clear_refs").write_text(_RESET_PEAK, encoding="ascii")
        self._before = _kilobytes("VmRSS")

    def growth_mb(self) -> float:
        """Return by how much, in MB."""
        return max(0, _kilobytes("VmHWM") - self._before) / 1024


def _kilobytes(name: str) -> int:
    line = next(line for line in _STATUS.read_text(encoding="ascii").splitlines() if line.startswith(name))
    return int(line.split()[1])
