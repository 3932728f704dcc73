"""Candles in memory that several processes read: a file without a name, which is gone with the last that holds it.

A worker that is killed leaves nothing behind, as named shared memory would be.
"""

import mmap
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

import numpy as np

from trading.engine.backtests.series import COLUMNS, CandleSeries
from trading.engine.instrument import Instrument
from trading.running.jobs import Columns

_BYTES = 8


@contextmanager
def shared(series: Sequence[CandleSeries]) -> Iterator[tuple[int, tuple[Columns, ...]]]:
    """Give the number of an open file that holds the series, and where each lies in it, for the time of the `with`."""
    with _nameless() as file:
        places = []
        for one in series:
            places.append(Columns(interval=one.interval, count=len(one), offset=file.tell()))
            for name in COLUMNS:
                file.write(np.ascontiguousarray(getattr(one, name)).tobytes())
        file.flush()
        yield file.fileno(), tuple(places)


def series_at(number: int, columns: Columns, instrument: Instrument) -> CandleSeries:
    """Return a series that another process has put into the file of that number; nothing is copied."""
    if not columns.count:
        empty = np.empty(0, np.int64)
        return CandleSeries(instrument, columns.interval, *[empty] * len(COLUMNS))
    size = os.fstat(number).st_size
    table = np.frombuffer(mmap.mmap(number, size, prot=mmap.PROT_READ), np.int64)
    first = columns.offset // _BYTES
    parts = [table[first + at * columns.count : first + (at + 1) * columns.count] for at in range(len(COLUMNS))]
    return CandleSeries(instrument, columns.interval, *parts)


def _nameless() -> IO[bytes]:
    """Return an open file in memory, where the system has such, which no size of /dev/shm bounds."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("candles"), "w+b")
    return tempfile.TemporaryFile()
