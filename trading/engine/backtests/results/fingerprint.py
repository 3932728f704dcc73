"""What a result was made of, as hashes: candles, code and parameters. The same three give the same bytes."""

import hashlib
import sys
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import msgspec
import numpy as np
import talib

from trading.engine.backtests.series import COLUMNS, CandleSeries

_PACKAGES = ("trading.engine", "streaming.indicators", "streaming.events")
"""What runs a backtest and judges it."""


class Fingerprint(msgspec.Struct, frozen=True, kw_only=True):
    """SHA-256 in hexadecimal of the candles, of the code, of the plan, and of these three together."""

    data: str
    code: str
    parameters: str
    hash: str


def fingerprint_of(plan: msgspec.Struct, *series: CandleSeries | None, strategy_module: str) -> Fingerprint:
    """Return the fingerprint of what a plan asks for over these series, without those that it had not (None).

    `strategy_module` defines the strategy.
    """
    data = "".join(_of_candles(candles) for candles in series if candles is not None)
    written = msgspec.to_builtins(plan, str_keys=True)  # predictions are by their times
    code, parameters = code_hash(strategy_module), _digest(msgspec.json.encode(written, order="sorted"))
    data = _digest(data.encode())
    return Fingerprint(data=data, code=code, parameters=parameters, hash=_digest(f"{data}{code}{parameters}".encode()))


@lru_cache(maxsize=64)
def code_hash(strategy_module: str) -> str:
    """Return the hash of the sources of the engine and of a strategy, and of the libraries that compute for them.

    Read once in a process: what it runs doesn't change while it runs.
    """
    digest = hashlib.sha256(f"numpy {np.__version__} talib {talib.__version__}".encode())
    for name, path in sorted({**_sources(), **_module_source(strategy_module)}.items()):
        digest.update(f"\n{name}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources() -> dict[str, Path]:
    found: dict[str, Path] = {}
    for package in _PACKAGES:
        spec = find_spec(package)
        for folder in map(Path, (spec and spec.submodule_search_locations) or ()):
            found |= {f"{package}/{path.relative_to(folder).as_posix()}": path for path in folder.rglob("*.py")}
    return found


def _module_source(name: str) -> dict[str, Path]:
    """Return the file of a module that has been imported, or of the program that runs."""
    file = getattr(sys.modules.get(name), "__file__", None)
    return {} if file is None or name.startswith(_PACKAGES) else {name: Path(file)}


def _of_candles(candles: CandleSeries) -> str:
    digest = hashlib.sha256(f"{candles.instrument!r} {candles.interval} {len(candles)}".encode())
    for name in COLUMNS:
        digest.update(np.ascontiguousarray(getattr(candles, name), dtype="<i8").data)
    return digest.hexdigest()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
