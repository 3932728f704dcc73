"""How many arenas glibc keeps for the memory that a process takes: what one has given back, another can't use."""

import ctypes
import os

_ARENAS = 2
_M_ARENA_MAX = -8
"""mallopt(3), of glibc."""
_SET_OTHERWISE = ("MALLOC_ARENA_MAX", "GLIBC_TUNABLES")


def limit_arenas() -> bool:
    """Let threads share two arenas, in place of eight a core; return whether the process's allocator does.

    Threads of Python seldom take memory at once, as one runs at a time; but each of the threads that log people in or
    ask the database for much keeps, in an arena of its own, what it needed at the most. Where the environment says how
    many there are, or the allocator isn't glibc's, nothing is changed. To be called before there are threads.
    """
    if any(os.environ.get(name) for name in _SET_OTHERWISE):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl's and macOS' libraries have none
    return mallopt is not None and bool(mallopt(_M_ARENA_MAX, _ARENAS))
