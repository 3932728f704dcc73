"""Indicators on candles, as rules look at them: what there is, and how each is carried forward."""

from alerts.conditions.indicators.catalogue import (
    CATALOGUE,
    Indicator,
    Parameter,
    Parameters,
    check_output,
    indicator_of,
    whole_parameters,
)
from alerts.conditions.indicators.running import MOST_CANDLES, RunningIndicator, Values, candles_needed

__all__ = [
    "CATALOGUE",
    "MOST_CANDLES",
    "Indicator",
    "Parameter",
    "Parameters",
    "RunningIndicator",
    "Values",
    "candles_needed",
    "check_output",
    "indicator_of",
    "whole_parameters",
]
