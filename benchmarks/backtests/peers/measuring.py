"""What the peers' programs share: candles as they read them, and how what a run took is told."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from memory import PeakMemory

FAST, SLOW = 10, 30
CASH = 1_000_000_000
SHARE = 0.01
FEE = 0.001
SLIPPAGE = 0.0005


def candles() -> pd.DataFrame:
    """Return the candles of the file that the program was given: prices in dollars, volume in coins."""
    with np.load(sys.argv[1]) as columns:
        index = pd.DatetimeIndex(pd.to_datetime(columns["open_time"], unit="ms"))
        prices = {name.capitalize(): columns[name] / 100 for name in ("open", "high", "low", "close")}
        return pd.DataFrame({**prices, "Volume": columns["volume"] / 1e5}, index=index)


def measure(count: int, run: Callable[[], int]) -> None:
    """Run what returns the number of executions, and tell what it took."""
    memory, started, used = PeakMemory(), time.perf_counter(), time.process_time()
    executions = run()
    told: dict[str, Any] = {
        "candles": count,
        "executions": executions,
        "seconds": time.perf_counter() - started,
        "processor_seconds": time.process_time() - used,
        "memory_mb": memory.growth_mb(),
        "stored_mb": 0.0,
    }
    print(json.dumps(told))
