"""What is answered of public signals: numbers exact, times as the interface writes them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from streaming.commands.use_cases import JsonNumber
from streaming.events.intervals import span_text
from streaming.numbers import exact_json, json_number
from streaming.times import WriteTime, WrittenTime
from trading.backtests.strategies import title_of
from trading.engine.strategies.signals import SignalAction
from trading.signals.records import (
    ConfidenceBand,
    JudgedSignal,
    SignalOutcome,
    SignalRecord,
    signal_records,
    version_records,
)


class ConfidenceBandAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Judged signals whose confidence lay from `least` up to `most`: their mean confidence, and how many were right.

    `independent` is the largest number of them whose horizons don't overlap.
    """

    least: JsonNumber
    most: JsonNumber
    signals: int
    independent: int
    confidence: JsonNumber
    hit_rate: JsonNumber


class VersionRecordAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The same of the signals of one version alone; `version` is empty where it isn't known."""

    version: str
    right: int
    wrong: int
    waiting: int
    hold: int
    independent: int
    hit_rate: JsonNumber | None
    brier_score: JsonNumber | None
    calibration: Sequence[ConfidenceBandAnswer]


class SignalRecordAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a model's public signals on a symbol, each at the end of its `horizon`.

    `waiting` are those whose candle has not closed, or isn't stored; `hold` says nothing of a direction. `hit_rate` is
    right / (right + wrong); `brier_score` the mean squared distance of the confidence from what came, 0 being perfect.
    `independent` is the largest number of judged ones whose horizons don't overlap: what chance allows goes by it.
    `versions` tell the same of each version, that whose last signal is the newest first.
    """

    symbol: str
    model: str
    title: str
    horizon: str
    right: int
    wrong: int
    waiting: int
    hold: int
    independent: int
    hit_rate: JsonNumber | None
    brier_score: JsonNumber | None
    calibration: Sequence[ConfidenceBandAnswer]
    versions: Sequence[VersionRecordAnswer]


class SignalRecordsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The records of public signals; `complete` is false where only the newest were looked at."""

    items: Sequence[SignalRecordAnswer]
    complete: bool


class PublicSignalAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A public signal, and what became of it; `confidence` is from 0 to 1, `title` what people call the model.

    `version` is empty where it isn't known. `outcome` is known some time after `judged_at`: once the candle is stored
    that closes then.
    """

    symbol: str
    model: str
    title: str
    version: str
    horizon: str
    action: SignalAction
    price: JsonNumber
    confidence: JsonNumber
    reason: str
    timestamp: WrittenTime
    outcome: SignalOutcome
    judged_at: WrittenTime


class NewestSignalsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The newest public signals by symbol, the newest first; `symbols` are those on which some may come.

    `complete` is false where only the newest strategies of each symbol were looked at.
    """

    items: Sequence[PublicSignalAnswer]
    symbols: Sequence[str]
    complete: bool


def signal_record_answers(judged: Iterable[JudgedSignal]) -> list[SignalRecordAnswer]:
    """Return the JSON of the records of signals, each with those of its versions."""
    known = list(judged)
    by_series: defaultdict[tuple[str, str, str, int], list[VersionRecordAnswer]] = defaultdict(list)
    for record in version_records(known):
        by_series[_series(record)].append(VersionRecordAnswer(version=record.version or "", **_figures(record)))
    return [
        SignalRecordAnswer(
            symbol=record.symbol,
            model=record.model,
            title=title_of(record.model),
            horizon=span_text(record.interval, record.horizon),
            **_figures(record),
            versions=by_series[_series(record)],
        )
        for record in signal_records(known)
    ]


def public_signal_answer(judged: JudgedSignal, write_time: WriteTime) -> PublicSignalAnswer:
    """Return the JSON of a signal."""
    signal = judged.signal
    return PublicSignalAnswer(
        symbol=signal.symbol,
        model=signal.model,
        title=title_of(signal.model),
        version=signal.version,
        horizon=span_text(signal.interval, signal.horizon),
        action=signal.action,
        price=json_number(signal.price),
        confidence=json_number(signal.confidence),
        reason=signal.reason,
        timestamp=write_time(signal.time),
        outcome=judged.outcome,
        judged_at=write_time(signal.judged_at),
    )


def _series(record: SignalRecord) -> tuple[str, str, str, int]:
    return record.symbol, record.model, record.interval.value, record.horizon


def _figures(record: SignalRecord) -> dict[str, Any]:
    return {
        "right": record.right,
        "wrong": record.wrong,
        "waiting": record.waiting,
        "hold": record.hold,
        "independent": record.independent,
        "hit_rate": exact_json(record.hit_rate),
        "brier_score": exact_json(record.brier_score),
        "calibration": [_band(band) for band in record.bands],
    }


def _band(band: ConfidenceBand) -> ConfidenceBandAnswer:
    return ConfidenceBandAnswer(
        least=json_number(band.least),
        most=json_number(band.most),
        signals=band.signals,
        independent=band.independent,
        confidence=json_number(band.confidence),
        hit_rate=json_number(band.hit_rate),
    )
