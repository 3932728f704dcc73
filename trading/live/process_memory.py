"""How much memory this process holds, and the most that it may take: by what Linux tells, and bounds.

Where there is no /proc (other systems) sizes are 0, and nothing is bounded.
"""

import os
import resource
from pathlib import Path
from typing import NamedTuple

_TOLD = "/proc/self/statm"
_MOST_BYTES_READ = 256
_RESIDENT, _DATA = 1, 5
"""The places of the resident pages, and of the writable private ones, among the numbers there (proc(5))."""
_PAGE = os.sysconf("SC_PAGE_SIZE")


class MemorySize(NamedTuple):
    """In bytes: what is `resident`, and what of memory of its own the process may write (`data`), touched or not."""

    resident: int
    data: int


class ProcessMemory:
    """The memory of the process that first asks for its size."""

    def __init__(self) -> None:
        self._file: int | None = None
        self._is_told = Path(_TOLD).exists()
        self._usual = resource.getrlimit(resource.RLIMIT_DATA)
        self._bound = self._usual

    def size(self) -> MemorySize:
        """Return how large the process is now."""
        if not self._is_told:
            return MemorySize(0, 0)
        if self._file is None:
            self._file = os.open(_TOLD, os.O_RDONLY | os.O_CLOEXEC)
        told = os.pread(self._file, _MOST_BYTES_READ, 0).split()
        return MemorySize(int(told[_RESIDENT]) * _PAGE, int(told[_DATA]) * _PAGE)

    def set_bound(self, most_bytes: int) -> None:
        """Say how large its data may become while that is bounded (RLIMIT_DATA, getrlimit(2)); never more than usual.

        Who asks for more then gets a `MemoryError`, in whichever thread.
        """
        soft, hard = self._usual
        if not self._is_told:
            return
        self._bound = (most_bytes if soft == resource.RLIM_INFINITY else min(most_bytes, soft), hard)

    def bound(self) -> None:
        """Bound it."""
        resource.setrlimit(resource.RLIMIT_DATA, self._bound)

    def release(self) -> None:
        """Bound it as usual again. It takes no memory itself, so that it can be done where there is none left."""
        resource.setrlimit(resource.RLIMIT_DATA, self._usual)
