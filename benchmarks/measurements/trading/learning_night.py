"""A night's training as the trading worker does it: from candles that are stored to versions that are asked.

`run_trading` on PostgreSQL, with two processes for what it trains; each kind of model in a night of its own. How many
symbols and days is an option, and what the whole night would take is reckoned from it.
"""

import os
import time

import msgspec

from benchmarks.measurements.trading.symbols_deployment import LONG_SECONDS, SymbolsDeployment, symbols_deployment
from benchmarks.options import Options
from tests.processes import Process
from tests.waiting import until_now
from trading.learning.kinds import ModelKind

_DAY, _MINUTE_MS = 1440, 60_000
_WHOLE = 50 * 90
"""Symbols times days of the night that is to be reached."""
_LIMIT_MINUTES = 20
_MORE = 120
"""So many candles more than are learnt from: the night goes on meanwhile."""
_PRICE = "({0} / 100) || '.' || lpad(({0} %% 100)::text, 2, '0')"
_FILL = f"""
INSERT INTO market_candle
    (source, symbol, "interval", open_time, open, high, low, close, volume, quote_volume, trades, repaired)
WITH walk AS (
    SELECT number, 1000000 + floor(sum((random() - 0.5) * 400) OVER (ORDER BY number))::bigint AS close
    FROM generate_series(0::bigint, %s) AS number
), bars AS (
    SELECT number, close, coalesce(lag(close) OVER (ORDER BY number), close) AS open,
           floor(random() * 50)::bigint AS above, floor(random() * 50)::bigint AS below,
           1 + floor(random() * 90)::bigint AS volume
    FROM walk
)
SELECT 'simulator', %s, '1m', %s + {_MINUTE_MS} * number, {_PRICE.format("open")},
       {_PRICE.format("(greatest(open, close) + above)")}, {_PRICE.format("(least(open, close) - below)")},
       {_PRICE.format("close")}, volume || '.1234', '1.5', 7, false
FROM bars
"""  # noqa: S608 - our own words
_DONE = "SELECT count(*) FROM trading_modeltraining WHERE state = 'completed'"
_FAILED = "SELECT count(*) FROM trading_modeltraining WHERE attempts > 0"
_SECONDS = "SELECT extract(epoch FROM max(ended_at) - min(requested_at)) FROM trading_modeltraining"


class NightCost(msgspec.Struct, frozen=True, kw_only=True):
    """A night of one kind of model; `load` is the machine's, over a minute, at the end."""

    symbols: int
    days: int
    night_seconds: float
    """From the hour at which it begins until the last version is asked."""
    model_seconds: float
    """Of that, for each model: two are trained at a time."""
    reckoned_minutes: float
    """What 50 symbols of 90 days would take at this pace."""
    of_the_limit: float
    """That, as a part of 20 minutes."""
    load: float


def learning_night(options: Options) -> dict[str, list[NightCost]]:
    """Measure each kind of model as often as asked."""
    return {f"a night, {kind}": [_measured(kind, *options.night) for _ in range(options.rounds)] for kind in ModelKind}


def _measured(kind: ModelKind, symbols: int, days: int) -> NightCost:
    with symbols_deployment(symbols) as deployment:
        _fill(deployment, days)
        settings = {
            "LEARNING_SYMBOLS": ",".join(deployment.symbols),
            "LEARNING_ALGORITHMS": kind.value,
            "LEARNING_DAYS": str(days),
            "LEARNING_HOUR": "0",
            "BACKTESTS_PROCESSES": "2",
        }
        seconds = _trained(deployment, settings)
    reckoned = seconds / 60 * _WHOLE / (symbols * days)
    return NightCost(
        symbols=symbols,
        days=days,
        night_seconds=round(seconds, 1),
        model_seconds=round(seconds / symbols, 2),
        reckoned_minutes=round(reckoned, 1),
        of_the_limit=round(reckoned / _LIMIT_MINUTES, 2),
        load=round(os.getloadavg()[0], 1),
    )


def _fill(deployment: SymbolsDeployment, days: int) -> None:
    """Store candles up to now, of a random walk for each symbol."""
    count = days * _DAY + _MORE
    first = int(time.time() * 1000) // _MINUTE_MS * _MINUTE_MS - count * _MINUTE_MS
    for symbol in deployment.symbols:
        deployment.write(_FILL, count - 1, symbol, first)
    deployment.write("ANALYZE")


def _trained(deployment: SymbolsDeployment, settings: dict[str, str]) -> float:
    """Let a worker have its night; return how many seconds it took."""
    wanted, longest = len(deployment.symbols), LONG_SECONDS + 60 * len(deployment.symbols)
    with Process.command("run_trading", environment={**deployment.environment, **settings}) as worker:
        until_now(
            lambda: deployment.number(_DONE) == wanted or deployment.number(_FAILED) > 0,
            seconds=longest,
            explain=lambda: worker.output[-3000:],
        )
        if deployment.number(_FAILED):
            raise RuntimeError(f"a training has failed\n{worker.output[-3000:]}")
        return deployment.number(_SECONDS)
