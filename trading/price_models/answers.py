"""What is answered of versions of models: the card's figures by the names of the interface. Times as it writes them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import prod
from typing import Any

import msgspec

from streaming.events import Interval, Source
from streaming.times import WriteTime, WrittenTime, milliseconds, written_time
from trading.learning.kinds import ModelKind, has_skill
from trading.models import ModelVersion
from trading.price_models.selectors import is_in_use, live_states_are_kept, silence_of
from trading.price_models.states import LiveState, ModelState, SilencedFor


class EarningsAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A return net of fees (0.01 is a per cent), and how often a position was opened."""

    net_return: float
    trades: int


class BaselinesAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What is earned without a model: by nothing, by holding, by being long after each rise."""

    flat: EarningsAnswer
    hold: EarningsAnswer
    last_sign: EarningsAnswer


class CalibrationAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How scores become probabilities, and the AUC of the outcomes that tell whether there is any skill."""

    slope: float
    intercept: float
    outcomes: int
    auc: float
    auc_error: float
    has_skill: bool


class WindowAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How a model did from `start` to before `end`, trained only on what was known before."""

    start: WrittenTime
    end: WrittenTime
    examples: int
    rises: int
    auc: float | None
    auc_error: float
    brier: float | None
    brier_of_base_rate: float
    calibration_error: float | None
    decided: int
    right: float | None
    earnings: EarningsAnswer
    baselines: BaselinesAnswer


class ReliabilityAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Predictions of about one probability: how many, what was said on average, and how often it came."""

    count: int
    said: float
    came: float


class LearntAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How many labels a version has learnt since its training, and when the newest became known."""

    labels: int
    newest: WrittenTime | None


class ModelVersionAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A version of a model; `horizon` in candles. `windows` and `reliability` are told of a single one only.

    `source` made the candles that it learnt from, None where that isn't known. `in_use` is the one that is asked now,
    be it silenced: it isn't retired, and learnt from the market that there is. `learnt_since_training` is None of one
    that learns in trainings alone. `live_state` is what it does for the live strategies that ask it, None where none
    does, no trading worker runs, or that isn't known yet. `silence` tells of an active one, too, that has expired.
    """

    id: str
    source: Source | None
    symbol: str
    interval: Interval
    algorithm: ModelKind
    horizon: int
    version: int
    state: ModelState
    in_use: bool
    silence: SilencedFor | None
    live_state: LiveState | None
    reason: str | None
    trained_at: WrittenTime
    valid_until: WrittenTime
    trained_from: WrittenTime
    trained_to: WrittenTime
    learnt_since_training: LearntAnswer | None
    candles: int
    examples: int
    features_hash: str
    features: Sequence[str]
    data_hash: str
    seed: int
    parameters: Mapping[str, float]
    libraries: Mapping[str, str]
    fee_rate: float
    abstain_within: float
    break_even: float | None
    calibration: CalibrationAnswer | None
    earnings: EarningsAnswer
    baselines: BaselinesAnswer
    windows: Sequence[WindowAnswer] | None = None
    reliability: Sequence[ReliabilityAnswer] | None = None


class ModelVersionsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Some versions, and how many there are in all."""

    items: Sequence[ModelVersionAnswer]
    total: int


def version_answer(
    version: ModelVersion, write_time: WriteTime, *, now: datetime, whole: bool = False
) -> ModelVersionAnswer:
    """Return the JSON of a version as it stands `now`; the `whole` card with its windows and its reliability curve."""
    card = version.card
    windows: Sequence[Mapping[str, Any]] = card["windows"]
    return ModelVersionAnswer(
        id=version.pk,
        source=Source(version.source) if version.source else None,
        symbol=version.symbol,
        interval=Interval(version.interval),
        algorithm=ModelKind(version.algorithm),
        horizon=version.horizon,
        version=version.number,
        state=ModelState(version.state),
        in_use=is_in_use(version),
        silence=silence_of(version, now=now),
        live_state=_live_state(version, now),
        reason=version.reason or None,
        trained_at=write_time(milliseconds(version.trained_at)),
        valid_until=write_time(milliseconds(version.valid_until)),
        trained_from=write_time(milliseconds(version.trained_from)),
        trained_to=write_time(milliseconds(version.trained_to)),
        learnt_since_training=_learnt(version, write_time),
        candles=card["candles"],
        examples=card["examples"],
        features_hash=version.features_hash,
        features=card["feature_names"],
        data_hash=version.data_hash,
        seed=version.seed,
        parameters=card["parameters"],
        libraries=card["libraries"],
        fee_rate=card["fee_rate"],
        abstain_within=card["abstain_within"],
        break_even=card["break_even"],
        calibration=_calibration(card["calibration"]),
        earnings=total_earnings(window["earnings"] for window in windows),
        baselines=_total_baselines(windows),
        windows=[_window(window, write_time) for window in windows] if whole else None,
        reliability=[ReliabilityAnswer(**each) for each in card["reliability"]] if whole else None,
    )


def _live_state(version: ModelVersion, now: datetime) -> LiveState | None:
    if not version.live_state or not live_states_are_kept(now=now):
        return None
    return LiveState(version.live_state)


def _learnt(version: ModelVersion, write_time: WriteTime) -> LearntAnswer | None:
    if version.algorithm != ModelKind.ONLINE.value:
        return None
    return LearntAnswer(labels=version.labels_since_training, newest=written_time(version.newest_label_at, write_time))


def total_earnings(parts: Iterable[Mapping[str, Any]]) -> EarningsAnswer:
    """Return what comes of windows one after another: returns multiply, trades add up."""
    known = list(parts)
    net_return = prod(1 + part["net_return"] for part in known) - 1
    return EarningsAnswer(net_return=net_return, trades=sum(part["trades"] for part in known))


def _total_baselines(windows: Sequence[Mapping[str, Any]]) -> BaselinesAnswer:
    names = BaselinesAnswer.__struct_fields__
    return BaselinesAnswer(**{name: total_earnings(window["baselines"][name] for window in windows) for name in names})


def _calibration(calibration: Mapping[str, Any] | None) -> CalibrationAnswer | None:
    if calibration is None:
        return None
    rule = {name: calibration[name] for name in ("slope", "auc", "auc_error")}
    return CalibrationAnswer(**calibration, has_skill=has_skill(**rule))


def _window(window: Mapping[str, Any], write_time: WriteTime) -> WindowAnswer:
    written = {"start": write_time(window["start"]), "end": write_time(window["end"])}
    earned = {
        "earnings": EarningsAnswer(**window["earnings"]),
        "baselines": BaselinesAnswer(
            **{name: EarningsAnswer(**window["baselines"][name]) for name in BaselinesAnswer.__struct_fields__}
        ),
    }
    return WindowAnswer(**{**window, **written, **earned})
