"""How much of a run was decided by what happened within candles, which the candles don't tell."""

from trading.engine.backtests.checks.report import PathDependenceReport, Verdict
from trading.engine.backtests.outcome import RunOutcome

HIGHEST_SHARE = 0.1
"""From this share of the fills on, what the run came to is told as doubtful."""


def path_dependence(outcome: RunOutcome) -> PathDependenceReport:
    """Return the share of the fills that depended on the path within their candle."""
    fills, dependent = len(outcome.fills), outcome.path_dependent_fills
    if not fills:
        return PathDependenceReport(finer_candles=outcome.finer_candles)
    return PathDependenceReport(
        verdict=Verdict.FAILED if dependent >= HIGHEST_SHARE * fills else Verdict.PASSED,
        fills=fills,
        dependent=dependent,
        share=dependent / fills,
        finer_candles=outcome.finer_candles,
    )
