"""What became of the earlier public signals of models, kept by whoever tells new ones.

A record costs the same few statements whatever the history: read are the signals that were given, and the closes that
were stored, since it was last asked for.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec
from django.db.models import Q

from streaming.events import Source
from trading.events import CalibrationBand, ModelRecord, TrackRecord
from trading.models import Strategy
from trading.signals.records import JudgedSignal, SignalOutcome, SignalRecord, signal_records, version_records
from trading.signals.selectors import (
    MOST_PUBLIC_STRATEGIES,
    SIGNALS_OF_EACH,
    PublicStrategy,
    public_strategies,
    signals_given,
    signals_judged,
)

RecordsByHorizon = Mapping[int, ModelRecord]
"""What became of a model's signals on one symbol and interval, by their horizon in candles."""


class _Series(NamedTuple):
    """What signals are counted together."""

    symbol: str
    model: str
    interval: str


class _LastSignals(NamedTuple):
    """The last signals of a strategy, the oldest first, up to a number."""

    signals: Sequence[JudgedSignal]
    number: int


_NONE_YET = _LastSignals((), 0)


class TrackRecords:
    """Keeps what became of the last signals of those models that it was asked for; `source` makes their candles.

    It is for whoever stores new ones, and as long as nobody else does.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._kept: dict[_Series, dict[str, _LastSignals]] = {}

    def of(self, strategies: Collection[Strategy]) -> Mapping[str, RecordsByHorizon]:
        """Return by the id of each strategy that is public now what became of the signals of its model so far."""
        if not strategies:
            return {}
        symbols, models = {one.symbol for one in strategies}, {one.strategy for one in strategies}
        public = public_strategies(Q(symbol__in=symbols, strategy__in=models))
        ids = {one.pk for one in strategies}
        asked = [one for one in public if one.pk in ids]
        series = {_series(one) for one in asked}
        self._follow(_counted(public, series))
        records = {one: _records(self._kept[one].values()) for one in series}
        return {one.pk: records[_series(one)] for one in asked}

    def _follow(self, counted: Mapping[_Series, Sequence[PublicStrategy]]) -> None:
        """Read what is new of strategies, and judge what has waited; who isn't counted any more is let go."""
        strategies = [one for members in counted.values() for one in members]
        last = {one.pk: self._kept.get(_series(one), {}).get(one.pk, _NONE_YET) for one in strategies}
        given = signals_given(strategies, known={pk: kept.number for pk, kept in last.items()})
        new = {pk: [JudgedSignal(one, SignalOutcome.WAITING) for one in reversed(given[pk])] for pk in given}
        judged = self._judged({one.pk: _last([*last[one.pk].signals, *new[one.pk]], one) for one in strategies})
        for series, members in counted.items():
            self._kept[series] = {one.pk: _LastSignals(judged[one.pk], one.newest) for one in members}

    def _judged(self, signals: Mapping[str, Sequence[JudgedSignal]]) -> Mapping[str, Sequence[JudgedSignal]]:
        """Return the same, with what became of those that have waited."""
        waiting = [one.signal for of_one in signals.values() for one in of_one if one.outcome is SignalOutcome.WAITING]
        again = iter(signals_judged(waiting, source=self._source))
        return {
            pk: [next(again) if one.outcome is SignalOutcome.WAITING else one for one in of_one]
            for pk, of_one in signals.items()
        }


def _counted(public: Iterable[PublicStrategy], wanted: Collection[_Series]) -> Mapping[_Series, list[PublicStrategy]]:
    """Return by series whose signals count: those of the newest strategies of a model on a symbol."""
    counted: dict[_Series, list[PublicStrategy]] = {series: [] for series in wanted}
    seen = Counter[tuple[str, str]]()
    for strategy in public:
        series = _series(strategy)
        seen[strategy.symbol, strategy.model] += 1
        if series in counted and seen[strategy.symbol, strategy.model] <= MOST_PUBLIC_STRATEGIES:
            counted[series].append(strategy)
    return counted


def _series(strategy: PublicStrategy) -> _Series:
    return _Series(strategy.symbol, strategy.model, strategy.interval)


def _last(signals: Sequence[JudgedSignal], strategy: PublicStrategy) -> Sequence[JudgedSignal]:
    """Return those that count, of all up to the newest one."""
    return signals[max(0, len(signals) - min(SIGNALS_OF_EACH, strategy.signals_stored)) :]


def _records(kept: Iterable[_LastSignals]) -> RecordsByHorizon:
    judged = [signal for one in kept for signal in one.signals]
    by_version: defaultdict[int, dict[str, TrackRecord]] = defaultdict(dict)
    for record in version_records(judged):
        by_version[record.horizon][record.version or ""] = _track_record(record)
    overall = {record.horizon: _track_record(record) for record in signal_records(judged)}
    return {horizon: ModelRecord(record, by_version[horizon]) for horizon, record in overall.items()}


def _track_record(record: SignalRecord) -> TrackRecord:
    return TrackRecord(
        right=record.right,
        wrong=record.wrong,
        independent=record.independent,
        hit_rate=record.hit_rate,
        brier_score=record.brier_score,
        calibration=tuple(CalibrationBand(**msgspec.structs.asdict(band)) for band in record.bands),
    )
