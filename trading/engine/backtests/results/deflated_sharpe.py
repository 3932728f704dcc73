"""How likely a Sharpe ratio is more than the luck of having tried often.

After D. H. Bailey and M. López de Prado, "The Deflated Sharpe Ratio: Correcting for Selection Bias, Backtest
Overfitting and Non-Normality", Journal of Portfolio Management 40 (5), 2014, https://ssrn.com/abstract=2460551.
All ratios here are of one period, not annualised.
"""

import math
from statistics import NormalDist

import msgspec
import numpy as np
from numpy.typing import NDArray

_NORMAL = NormalDist()
_EULER = 0.5772156649015329
"""The Euler-Mascheroni constant."""
_FEWEST_RETURNS = 4
"""With fewer returns, a kurtosis says nothing."""


class ReturnMoments(msgspec.Struct, frozen=True, kw_only=True):
    """What a ratio is judged by: the `sharpe` ratio of one period, and the `skew` and `kurtosis` of `count` returns.

    The kurtosis of a normal distribution is 3.
    """

    sharpe: float
    skew: float
    kurtosis: float
    count: int

    @property
    def variance_of_sharpe(self) -> float:
        """The variance with which such a ratio is estimated (Mertens 2002, the paper's equation 2)."""
        spread = 1 - self.skew * self.sharpe + (self.kurtosis - 1) / 4 * self.sharpe**2
        return spread / (self.count - 1)


def moments_of(returns: NDArray[np.float64]) -> ReturnMoments | None:
    """Return the moments of the returns of equal periods; None where they are too few or all the same."""
    if len(returns) < _FEWEST_RETURNS:
        return None
    centred = returns - returns.mean()
    variance = float((centred**2).mean())
    if variance <= _rounding_variance(returns):
        return None
    return ReturnMoments(
        sharpe=float(returns.mean()) / float(returns.std(ddof=1)),
        skew=float((centred**3).mean()) / variance**1.5,
        kurtosis=float((centred**4).mean()) / variance**2,
        count=len(returns),
    )


def expected_maximum_sharpe(trials: int, variance: float) -> float:
    """Return which Sharpe ratio the best of so many worthless trials is expected to have (the paper's SR₀).

    `variance` is that of the ratios among the trials. One trial isn't chosen among others: 0.
    """
    if trials < 1 or variance < 0:
        raise ValueError("the trials are at least 1, and their variance at least 0")
    if trials == 1:
        return 0.0
    quantile = _NORMAL.inv_cdf
    highest = (1 - _EULER) * quantile(1 - 1 / trials) + _EULER * quantile(1 - 1 / (trials * math.e))
    return math.sqrt(variance) * highest


def deflated_sharpe(moments: ReturnMoments, *, trials: int, variance: float | None = None) -> float | None:
    """Return how probably the true ratio is above what the best of so many worthless trials is expected to have.

    `variance` is that of the ratios among the trials; where it isn't known, that with which a worthless ratio is
    estimated, 1 / (count - 1). None where skew and kurtosis leave the estimate no positive variance.
    """
    if moments.variance_of_sharpe <= 0:
        return None
    known = 1 / (moments.count - 1) if variance is None else variance
    excess = moments.sharpe - expected_maximum_sharpe(trials, known)
    return _NORMAL.cdf(excess / math.sqrt(moments.variance_of_sharpe))


def _rounding_variance(returns: NDArray[np.float64]) -> float:
    """Return the variance that equal returns get by rounding alone."""
    return float(np.abs(returns).max() * 1e-12) ** 2
