"""Which features there are, in which order, and how each is made of indicators on closed candles and of the book.

All are without a unit, so that one model's numbers mean the same at any price. A quotient whose denominator is 0 is 0.
Each is computed from one candle, the close before it, and indicators up to it: nothing here could see a later one.
"""

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import msgspec

from streaming.indicators.catalogue import Parameters, whole_parameters
from trading.learning.errors import FeatureMismatchError

Vector = tuple[float, ...]
"""A set's features at one candle, in its order."""


class Reading(NamedTuple):
    """One output of an indicator that features are made of."""

    indicator: str
    output: str
    parameters: Parameters


def _reading(indicator: str, output: str = "value", /, **parameters: int) -> Reading:
    given = {name: Decimal(value) for name, value in parameters.items()}
    return Reading(indicator, output, whole_parameters(indicator, given))


READINGS = (
    _reading("roc", period=5),
    _reading("roc", period=20),
    _reading("rsi", period=14),
    _reading("macd", "histogram", fast=12, slow=26, signal=9),
    _reading("bollinger", "upper", period=20, deviations=2),
    _reading("bollinger", "middle", period=20, deviations=2),
    _reading("bollinger", "lower", period=20, deviations=2),
    _reading("donchian", "upper", period=20),
    _reading("donchian", "lower", period=20),
    _reading("stochastic", "k", k=14, slowing=3, d=3),
    _reading("atr", period=14),
    _reading("adx", period=14),
    _reading("mfi", period=14),
)


class Moment(NamedTuple):
    """What features are made of at a candle's close: the candle, the close before it, `READINGS`, the book."""

    open: float
    high: float
    low: float
    close: float
    previous_close: float
    roc_5: float
    roc_20: float
    rsi: float
    macd_histogram: float
    bollinger_upper: float
    bollinger_middle: float
    bollinger_lower: float
    donchian_upper: float
    donchian_lower: float
    stochastic_k: float
    atr: float
    adx: float
    mfi: float
    book_imbalance: float


class Feature(NamedTuple):
    """A feature: its formula in words, which counts in the hash, and how it is computed."""

    name: str
    formula: str
    compute: Callable[[Moment], float]


def _quotient(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator else 0.0


_CANDLES = (
    Feature("return_1", "ln(close / previous close)", lambda now: math.log(now.close / now.previous_close)),
    Feature("return_5", "ln(1 + roc(5) / 100)", lambda now: math.log1p(now.roc_5 / 100)),
    Feature("return_20", "ln(1 + roc(20) / 100)", lambda now: math.log1p(now.roc_20 / 100)),
    Feature("rsi", "rsi(14) / 50 - 1", lambda now: now.rsi / 50 - 1),
    Feature(
        "macd_histogram", "macd(12, 26, 9) histogram / atr(14)", lambda now: _quotient(now.macd_histogram, now.atr)
    ),
    Feature(
        "bollinger_position",
        "(close - middle) / (upper - lower) of bollinger(20, 2)",
        lambda now: _quotient(now.close - now.bollinger_middle, now.bollinger_upper - now.bollinger_lower),
    ),
    Feature(
        "bollinger_width",
        "(upper - lower) / middle of bollinger(20, 2)",
        lambda now: _quotient(now.bollinger_upper - now.bollinger_lower, now.bollinger_middle),
    ),
    Feature(
        "donchian_position",
        "(2 close - upper - lower) / (upper - lower) of donchian(20)",
        lambda now: _quotient(
            2 * now.close - now.donchian_upper - now.donchian_lower, now.donchian_upper - now.donchian_lower
        ),
    ),
    Feature("stochastic", "k of stochastic(14, 3, 3) / 50 - 1", lambda now: now.stochastic_k / 50 - 1),
    Feature("atr", "atr(14) / close", lambda now: now.atr / now.close),
    Feature("adx", "adx(14) / 50 - 1", lambda now: now.adx / 50 - 1),
    Feature("mfi", "mfi(14) / 50 - 1", lambda now: now.mfi / 50 - 1),
    Feature(
        "close_location",
        "(2 close - high - low) / (high - low)",
        lambda now: _quotient(2 * now.close - now.high - now.low, now.high - now.low),
    ),
    Feature("body", "(close - open) / (high - low)", lambda now: _quotient(now.close - now.open, now.high - now.low)),
)
_BOOK = Feature(
    "book_imbalance",
    "(bids - asks) / (bids + asks) of the quantities on the best 10 levels",
    lambda now: now.book_imbalance,
)
BOOK_LEVELS = 10


@dataclass(frozen=True, slots=True)
class FeatureSet:
    """Features in a fixed order."""

    features: tuple[Feature, ...]
    digest: str

    @classmethod
    def of(cls, features: tuple[Feature, ...]) -> "FeatureSet":
        """Return the set of these features; `digest` is SHA-256 of their names, formulas and indicators."""
        readings = [
            [reading.indicator, reading.output, [[name, str(value)] for name, value in reading.parameters]]
            for reading in READINGS
        ]
        definition = [[[feature.name, feature.formula] for feature in features], readings]
        return cls(features, hashlib.sha256(msgspec.json.encode(definition)).hexdigest())

    @property
    def names(self) -> tuple[str, ...]:
        """Their names, in order."""
        return tuple(feature.name for feature in self.features)

    @property
    def needs_book(self) -> bool:
        """Whether there are none where the book isn't known."""
        return _BOOK in self.features

    def vector(self, moment: Moment) -> Vector:
        """Return the features at a candle's close."""
        return tuple([feature.compute(moment) for feature in self.features])

    def check(self, digest: str) -> None:
        """Raise `FeatureMismatchError` where a model was made for other features than these."""
        if digest != self.digest:
            raise FeatureMismatchError(expected=digest, given=self.digest)


CANDLE_FEATURES = FeatureSet.of(_CANDLES)
"""For models of symbols whose books nobody noted: no candle tells of them."""
BOOK_FEATURES = FeatureSet.of((*_CANDLES, _BOOK))
FEATURE_SETS = {each.digest: each for each in (CANDLE_FEATURES, BOOK_FEATURES)}
"""Those by which models are trained and asked, by their hash."""


def feature_set_of(digest: str) -> FeatureSet:
    """Return the set that a model was made for; raise `FeatureMismatchError` where there is none such any more."""
    found = FEATURE_SETS.get(digest)
    if found is None:
        raise FeatureMismatchError(expected=digest, given=CANDLE_FEATURES.digest)
    return found


def book_imbalance(bids: Sequence[tuple[float, float]], asks: Sequence[tuple[float, float]]) -> float | None:
    """Return by how much bids outweigh asks, from -1 to 1; None where both are empty.

    `bids` and `asks` are prices and quantities, the best first; the best `BOOK_LEVELS` of each count. The order
    imbalance of Cont, Kukanov and Stoikov, The Price Impact of Order Book Events, 2014, over several levels.
    """
    bid = sum(quantity for _, quantity in bids[:BOOK_LEVELS])
    ask = sum(quantity for _, quantity in asks[:BOOK_LEVELS])
    return (bid - ask) / (bid + ask) if bid + ask > 0 else None
