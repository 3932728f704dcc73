"""What became of signals: right or wrong at the end of their horizon, how often, and how sure they were of it. Pure.

A signal speaks of the next candles of its strategy's interval, as many as its horizon has, from the first that opens
once it was given. Where the last of them closes above the signal's price a buy was right, where it closes below it a
sell was; at the same price neither was. To hold says nothing of a direction, and isn't judged.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from streaming.events import Interval
from streaming.events.intervals import next_open_time, open_time_at
from trading.engine.strategies.signals import SignalAction

BANDS = 10
"""So many bands of confidence are told apart, all equally wide."""
_DIGITS = Decimal("0.000001")


class GivenSignal(msgspec.Struct, frozen=True, kw_only=True):
    """A signal of a model (a strategy's name, with its version) at `time` (ms), the market standing at `price`.

    It speaks of the close of the last of the next `horizon` candles of its interval.
    """

    model: str
    version: str = ""
    symbol: str
    interval: Interval
    action: SignalAction
    time: int
    price: Decimal
    confidence: Decimal
    reason: str = ""
    horizon: int = 1

    @property
    def judging_candle(self) -> int:
        """When the candle opens by which it is judged, in ms."""
        opened = open_time_at(self.interval, self.time)
        judging = opened if opened == self.time else next_open_time(self.interval, opened)
        for _ in range(self.horizon - 1):
            judging = next_open_time(self.interval, judging)
        return judging

    @property
    def judged_at(self) -> int:
        """When that candle has closed, in ms."""
        return next_open_time(self.interval, self.judging_candle)


class SignalOutcome(StrEnum):
    """What became of a signal."""

    RIGHT = "right"
    WRONG = "wrong"
    WAITING = "waiting"
    HOLD = "hold"


class ConfidenceBand(msgspec.Struct, frozen=True, kw_only=True):
    """The judged signals whose confidence lies from `least` up to `most`: their mean confidence, and how many hit."""

    least: Decimal
    most: Decimal
    signals: int
    confidence: Decimal
    hit_rate: Decimal


class SignalRecord(msgspec.Struct, frozen=True, kw_only=True):
    """How a model's signals on a symbol turned out that spoke of so many candles of one interval: `horizon`.

    Those of one `version`; None stands for all.
    `hit_rate` is the part of the judged ones (right or wrong) that was right; `brier_score` the mean squared distance
    of their confidence from what came (1: right, 0: wrong), 0 being perfect (Brier, Verification of Forecasts Expressed
    in Terms of Probability, 1950). Both are None before one was judged; empty bands are left out.
    """

    model: str
    symbol: str
    interval: Interval
    horizon: int
    version: str | None = None
    right: int
    wrong: int
    waiting: int
    hold: int
    hit_rate: Decimal | None
    brier_score: Decimal | None
    bands: Sequence[ConfidenceBand]


class JudgedSignal(NamedTuple):
    """A signal, and what became of it."""

    signal: GivenSignal
    outcome: SignalOutcome


def outcome_of(signal: GivenSignal, close: Decimal | None) -> SignalOutcome:
    """Return what became of a signal whose candle closed at `close`; None where that isn't known, or not yet."""
    if signal.action is SignalAction.HOLD:
        return SignalOutcome.HOLD
    if close is None:
        return SignalOutcome.WAITING
    change = close - signal.price
    is_right = change > 0 if signal.action is SignalAction.BUY else change < 0
    return SignalOutcome.RIGHT if is_right else SignalOutcome.WRONG


def signal_records(judged: Iterable[JudgedSignal]) -> list[SignalRecord]:
    """Return a record of each symbol, model, interval and horizon, by their names; shorter ones first."""
    groups: defaultdict[tuple[str, str, Interval, int], list[JudgedSignal]] = defaultdict(list)
    for one in judged:
        groups[one.signal.symbol, one.signal.model, one.signal.interval, one.signal.horizon].append(one)
    names = sorted(groups, key=lambda name: (name[0], name[1], next_open_time(name[2], 0), name[3]))
    return [_record(groups[name]) for name in names]


def version_records(judged: Iterable[JudgedSignal]) -> list[SignalRecord]:
    """Return the same of each version: those of one whose last signal is newer come first."""
    ordered = sorted(judged, key=lambda one: one.signal.time, reverse=True)
    versions = dict.fromkeys(one.signal.version for one in ordered)
    return [
        replace(record, version=version)
        for version in versions
        for record in signal_records(one for one in ordered if one.signal.version == version)
    ]


def _record(judged: Sequence[JudgedSignal]) -> SignalRecord:
    first = judged[0].signal
    counts = {outcome: sum(one is outcome for _, one in judged) for outcome in SignalOutcome}
    hits = [
        (signal.confidence, outcome is SignalOutcome.RIGHT)
        for signal, outcome in judged
        if outcome in {SignalOutcome.RIGHT, SignalOutcome.WRONG}
    ]
    return SignalRecord(
        model=first.model,
        symbol=first.symbol,
        interval=first.interval,
        horizon=first.horizon,
        right=counts[SignalOutcome.RIGHT],
        wrong=counts[SignalOutcome.WRONG],
        waiting=counts[SignalOutcome.WAITING],
        hold=counts[SignalOutcome.HOLD],
        hit_rate=_mean([Decimal(hit) for _, hit in hits]) if hits else None,
        brier_score=_mean([(confidence - hit) ** 2 for confidence, hit in hits]) if hits else None,
        bands=_bands(hits),
    )


def _bands(hits: Iterable[tuple[Decimal, bool]]) -> list[ConfidenceBand]:
    banded: defaultdict[int, list[tuple[Decimal, bool]]] = defaultdict(list)
    for confidence, hit in hits:
        banded[min(int(confidence * BANDS), BANDS - 1)].append((confidence, hit))
    return [
        ConfidenceBand(
            least=Decimal(number) / BANDS,
            most=Decimal(number + 1) / BANDS,
            signals=len(members),
            confidence=_mean([confidence for confidence, _ in members]),
            hit_rate=_mean([Decimal(hit) for _, hit in members]),
        )
        for number, members in sorted(banded.items())
    ]


def _mean(values: Sequence[Decimal]) -> Decimal:
    return (sum(values, Decimal(0)) / len(values)).quantize(_DIGITS)
