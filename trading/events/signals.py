"""What anyone is told of the strategies and the models that staff marked public."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import ClassVar, NamedTuple

import msgspec

from streaming.events import MarketEvent, Milliseconds, SignalAction, SignalEvent


class CalibrationBand(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Judged signals whose confidence lay from `least` up to `most`: its mean, and how many of them were right.

    `independent` is the largest number of them whose horizons don't overlap.
    """

    least: Decimal
    most: Decimal
    signals: int
    independent: int
    confidence: Decimal
    hit_rate: Decimal


class TrackRecord(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What became of a model's earlier public signals on a symbol and a horizon, of the last 200 of each strategy.

    `hit_rate` is the part of the judged ones that was right; `brier_score` the mean squared distance of their
    confidence from what came, 0 being perfect. Both are null before one was judged. `independent` is the largest number
    of judged ones whose horizons don't overlap: so many say what the market did once each.
    """

    right: int
    wrong: int
    independent: int
    hit_rate: Decimal | None
    brier_score: Decimal | None
    calibration: tuple[CalibrationBand, ...]


NOTHING_JUDGED = TrackRecord(right=0, wrong=0, independent=0, hit_rate=None, brier_score=None, calibration=())
"""The record of a model of whose signals none was judged yet."""


class ModelRecord(NamedTuple):
    """What became of a model's earlier public signals on a symbol and a horizon: of all, and by version."""

    overall: TrackRecord = NOTHING_JUDGED
    by_version: Mapping[str, TrackRecord] = MappingProxyType({})

    def of(self, version: str) -> TrackRecord:
        """Return what became of those of one version."""
        return self.by_version.get(version, NOTHING_JUDGED)


class Signal(MarketEvent, SignalEvent, frozen=True, kw_only=True, tag="signal"):
    """A public trading signal, of `signals:<SYMBOL>`; `confidence` is from 0 to 1, `reason` says why in words.

    `model` is the strategy's name in the registry, `version` that of its class, or of the model that learnt by which it
    goes (`boosting 7`); at the end of `horizon` (`1m`, `15m`) the signal is judged. `track_record` tells what became of
    earlier ones, `version_record` of those of the same version. `id` is the same however often the signal is told, and
    says nothing of whose it is.
    """

    frame_type: ClassVar[str] = "signal"

    action: SignalAction
    confidence: Decimal
    reason: str = ""
    model: str
    version: str = ""
    horizon: str
    price: Decimal
    track_record: TrackRecord | None = msgspec.field(default=None, name="trackRecord")
    version_record: TrackRecord | None = msgspec.field(default=None, name="versionRecord")
    time: Milliseconds = msgspec.field(name="timestamp")
    id: str = ""

    @property
    def signal_id(self) -> str:
        """The signal's id among all that are public."""
        return self.id

    @property
    def given_by(self) -> str:
        """The name of the strategy."""
        return self.model

    @property
    def why(self) -> str:
        """Its reason."""
        return self.reason
