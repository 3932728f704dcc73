"""A result between its Struct and the bytes that are stored of it. Pure."""

import zlib

import msgspec

from trading.engine.backtests.results.result import BacktestResult
from trading.engine.backtests.sweeps.result import SweepResult

_LEVEL = 1
"""Amounts are mostly zeros: more effort than the least makes a result little smaller."""


def packed(result: BacktestResult | SweepResult) -> bytes:
    """Return a result as it is stored."""
    return zlib.compress(msgspec.msgpack.encode(result), _LEVEL)


def unpacked(data: bytes) -> BacktestResult:
    """Return a stored result."""
    return msgspec.msgpack.decode(zlib.decompress(data), type=BacktestResult)


def unpacked_sweep(data: bytes) -> SweepResult:
    """Return the stored result of a sweep."""
    return msgspec.msgpack.decode(zlib.decompress(data), type=SweepResult)
