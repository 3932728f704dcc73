"""What a program and those that it has started use, seen from outside (Linux)."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")
_CLOCK_OF_PROCESS = 2
_IDLE_SHARE, _IDLE_SECONDS = 0.05, 0.25


def seconds_used(process_id: int) -> float:
    """Return the processor time (user and system) that a program has used so far, in seconds.

    It is read from each process's own clock, which counts nanoseconds: /proc/<id>/stat tells the same in hundredths of
    a second, too coarse for a server that has little to do.
    """
    return sum(time.clock_gettime(_clock(member)) for member in family(process_id))


def wait_until_idle(process_id: int, *, at_most: float = 10.0) -> None:
    """Wait until a program uses next to nothing, or what it still does would count for what is measured next."""
    deadline = time.monotonic() + at_most
    used, share = seconds_used(process_id), 1.0
    while share > _IDLE_SHARE and time.monotonic() < deadline:
        time.sleep(_IDLE_SECONDS)
        before, used = used, seconds_used(process_id)
        share = (used - before) / _IDLE_SECONDS


def resident_bytes(process_id: int) -> int:
    """Return the memory that a program holds; what its processes share counts for each of them."""
    pages = [
        int((_PROC / str(member) / "statm").read_text(encoding="ascii").split()[1]) for member in family(process_id)
    ]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE")


def connections_to(process_id: int, port: int) -> int:
    """Return how many TCP connections a process has to a port of any host."""
    own = {target for target in _open_files(process_id) if target.startswith("socket:")}
    lines = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in (_PROC / str(process_id) / "net" / table).read_text(encoding="ascii").splitlines()[1:]
    ]
    return sum(int(line[2].rpartition(":")[2], 16) == port and f"socket:[{line[9]}]" in own for line in lines)


def family(process_id: int) -> list[int]:
    """Return a process and all that descend from it."""
    children = (_PROC / str(process_id) / "task" / str(process_id) / "children").read_text(encoding="ascii")
    return [process_id, *(member for child in children.split() for member in family(int(child)))]


def _clock(process_id: int) -> int:
    """Return the number of another process's clock (`clock_getcpuclockid` of the C library, which Python lacks)."""
    return ~process_id << 3 | _CLOCK_OF_PROCESS


def _open_files(process_id: int) -> Iterator[str]:
    for file in (_PROC / str(process_id) / "fd").iterdir():
        try:
            yield str(file.readlink())
        except FileNotFoundError:  # closed meanwhile
            continue
