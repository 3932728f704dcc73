"""How many arenas of glibc a process of the platform has, however many threads it has."""

import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import process_environment

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc's allocator has arenas")

THREADS = 12
_TAKE = f"""
import ctypes, os, sys, threading
library, together = ctypes.CDLL(None), threading.Barrier({THREADS})
library.malloc.restype = ctypes.c_void_p
def take():
    together.wait()  # an arena is for who comes while others are there
    for _ in range(1000):
        library.malloc(2000)
    together.wait()
threads = [threading.Thread(target=take) for _ in range({THREADS})]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
library.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(library.fdopen(1, b"w"))
library.malloc_info(0, out)
library.fflush(out)
"""
_BEGIN = "import django; django.setup()\n"


def arenas(program: str, tmp_path: Path, **settings: str) -> int:
    """Return how many arenas a process has that runs `program`."""
    environment = process_environment({"VAR_DIR": str(tmp_path), **settings})
    said = subprocess.run([sys.executable, "-c", program], env=environment, check=True, capture_output=True, text=True)
    return len(re.findall(r"<heap nr=", said.stdout))


def test_threads_share_two(tmp_path: Path) -> None:
    assert arenas(_BEGIN + _TAKE, tmp_path) <= 2


def test_who_runs_it_may_say_otherwise(tmp_path: Path) -> None:
    assert arenas(_BEGIN + _TAKE, tmp_path, MALLOC_ARENA_MAX="6") > 2


def test_what_is_large_is_given_back_however_large_the_last_was(tmp_path: Path) -> None:
    program = """
import ctypes
from tests.processes import resident_bytes_of
library = ctypes.CDLL(None)
library.malloc.restype = ctypes.c_void_p
def take(size):
    block = ctypes.c_void_p(library.malloc(size))
    ctypes.memset(block, 1, size)
    return block
def give_back(block):
    library.free(block)
give_back(take(20 * 2**20))  # from which on glibc would keep what is smaller
blocks, between = [], []
for _ in range(4):
    blocks.append(take(10 * 2**20))
    between.append(take(100 * 2**10))  # so that they couldn't be cut off at the end
full = resident_bytes_of("self")
for block in blocks:
    give_back(block)
print((full - resident_bytes_of("self")) // 2**20)
"""
    environment = process_environment({"VAR_DIR": str(tmp_path)})
    command = [sys.executable, "-c", _BEGIN + program]
    said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    assert int(said.stdout) >= 39
