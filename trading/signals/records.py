"""What became of signals: right or wrong at the end of their horizon, how often, and how sure they were of it. Pure.

A signal speaks of the next candles of its strategy's interval, as many as its horizon has, from the first that opens
once it was given. Where the last of them closes above the signal's price a buy was right, where it closes below it a
sell was; at the same price neither was. To hold says nothing of a direction, and isn't judged.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from streaming.events import Interval
from streaming.events.intervals import later_open_time, next_open_time, open_time_at
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
    def first_candle(self) -> int:
        """When the first candle opens of which it speaks, in ms."""
        opened = open_time_at(self.interval, self.time)
        return opened if opened == self.time else next_open_time(self.interval, opened)

    @property
    def judging_candle(self) -> int:
        """When the candle opens by which it is judged, in ms."""
        return later_open_time(self.interval, self.first_candle, self.horizon - 1)

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
    """The judged signals whose confidence lies from `least` up to `most`: their mean confidence, and how many hit.

    `independent` is the largest number of them whose horizons don't overlap.
    """

    least: Decimal
    most: Decimal
    signals: int
    independent: int
    confidence: Decimal
    hit_rate: Decimal


class SignalRecord(msgspec.Struct, frozen=True, kw_only=True):
    """How a model's signals on a symbol turned out that spoke of so many candles of one interval: `horizon`.

    Those of one `version`; None stands for all.
    `hit_rate` is the part of the judged ones (right or wrong) that was right; `brier_score` the mean squared distance
    of their confidence from what came (1: right, 0: wrong), 0 being perfect (Brier, Verification of Forecasts Expressed
    in Terms of Probability, 1950). Both are None before one was judged; empty bands are left out.
    Signals whose horizons overlap share what the market did, so that many of them say little more than one:
    `independent` is the largest number of judged ones whose horizons don't.
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
    independent: int
    hit_rate: Decimal | None
    brier_score: Decimal | None
    bands: Sequence[ConfidenceBand]


class JudgedSignal(NamedTuple):
    """A signal, and what became of it."""

    signal: GivenSignal
    outcome: SignalOutcome


class _Hit(NamedTuple):
    """How sure a judged signal was, whether it was right, and from when to when (ms) it spoke of the market."""

    confidence: Decimal
    is_right: bool
    begins_at: int
    ends_at: int


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
    versions: defaultdict[str, list[JudgedSignal]] = defaultdict(list)
    for one in sorted(judged, key=lambda one: one.signal.time, reverse=True):
        versions[one.signal.version].append(one)
    return [
        replace(record, version=version) for version, members in versions.items() for record in signal_records(members)
    ]


def _record(judged: Sequence[JudgedSignal]) -> SignalRecord:
    first = judged[0].signal
    counts = {outcome: sum(one is outcome for _, one in judged) for outcome in SignalOutcome}
    hits = [
        _Hit(signal.confidence, outcome is SignalOutcome.RIGHT, signal.first_candle, signal.judged_at)
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
        independent=_independent(hits),
        hit_rate=_mean([Decimal(hit.is_right) for hit in hits]) if hits else None,
        brier_score=_mean([(hit.confidence - hit.is_right) ** 2 for hit in hits]) if hits else None,
        bands=_bands(hits),
    )


def _independent(hits: Iterable[_Hit]) -> int:
    """Return the largest number of signals whose horizons don't overlap: those that end first, one after the other."""
    count, ended = 0, 0
    for hit in sorted(hits, key=attrgetter("ends_at")):
        if hit.begins_at >= ended:
            count, ended = count + 1, hit.ends_at
    return count


def _bands(hits: Iterable[_Hit]) -> list[ConfidenceBand]:
    banded: defaultdict[int, list[_Hit]] = defaultdict(list)
    for hit in hits:
        banded[min(int(hit.confidence * BANDS), BANDS - 1)].append(hit)
    return [
        ConfidenceBand(
            least=Decimal(number) / BANDS,
            most=Decimal(number + 1) / BANDS,
            signals=len(members),
            independent=_independent(members),
            confidence=_mean([hit.confidence for hit in members]),
            hit_rate=_mean([Decimal(hit.is_right) for hit in members]),
        )
        for number, members in sorted(banded.items())
    ]


def _mean(values: Sequence[Decimal]) -> Decimal:
    return (sum(values, Decimal(0)) / len(values)).quantize(_DIGITS)
