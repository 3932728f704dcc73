"""What glibc keeps of the memory that a process has given back: of little it keeps it, and of what is large nothing."""

import ctypes
import os

_ARENAS = 2
_LARGE_BYTES = 256 * 1024
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
"""mallopt(3), of glibc."""
_SET_OTHERWISE = ("MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES")


def limit_arenas() -> bool:
    """Let threads share two arenas, in place of eight a core, and keep nothing large; return whether that is so.

    What one arena holds, another can't use. Threads of Python seldom take memory at once, as one runs at a time; but
    each of the threads that log people in, or ask the database for much, keeps in an arena of its own what it needed at
    the most. Large is what is given back to the system at once, wherever it was taken: left to itself, glibc calls ever
    larger blocks small once one has been given back, up to 32 MiB. Where the environment says otherwise, or the
    allocator isn't glibc's, nothing is changed. To be called before there are threads.
    """
    if any(os.environ.get(name) for name in _SET_OTHERWISE):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl's and macOS' libraries have none
    if mallopt is None:
        return False
    return bool(mallopt(_M_ARENA_MAX, _ARENAS)) and bool(mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES))
