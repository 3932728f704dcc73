"""A version of a model as it is kept: JSON of plain numbers, in which no code could hide, and which is checked."""

import msgspec

from trading.learning.boosting import BoostedTrees
from trading.learning.calibration import RollingState
from trading.learning.errors import StoredModelError
from trading.learning.kinds import ModelKind
from trading.learning.labels import ModelDecision
from trading.learning.model_card import ModelCard
from trading.learning.online import OnlineState
from trading.learning.settings import LearningSettings

MOST_BYTES = 4 * 1024 * 1024
_KIND_OF = {OnlineState: ModelKind.ONLINE, BoostedTrees: ModelKind.BOOSTING}


class StoredModel(msgspec.Struct, frozen=True, kw_only=True):
    """What a model goes on from: card, settings, what it has learnt, and decisions whose horizon hasn't passed."""

    card: ModelCard
    settings: LearningSettings
    model: OnlineState | BoostedTrees
    rolling: RollingState | None = None
    waiting: tuple[ModelDecision, ...] = ()

    def check(self) -> None:
        """Raise `StoredModelError` where parts don't belong together."""
        features = len(self.card.feature_names)
        if self.card.kind is not _KIND_OF[type(self.model)]:
            raise StoredModelError(f"the card is of kind {self.card.kind}, and the model is of another")
        if any(len(decision.features) != features for decision in self.waiting):
            raise StoredModelError("a decision that waits has other features than the model")
        self.model.check(features)


def encode(stored: StoredModel) -> bytes:
    """Return it as JSON."""
    return msgspec.json.encode(stored)


def decode(data: bytes) -> StoredModel:
    """Return a model as it was kept; raise `StoredModelError` for anything else."""
    if len(data) > MOST_BYTES:
        raise StoredModelError(f"a stored model has at most {MOST_BYTES} bytes, and this has {len(data)}")
    try:
        stored = msgspec.json.decode(data, type=StoredModel)
    except (msgspec.MsgspecError, ValueError, RecursionError) as fault:
        raise StoredModelError(f"this is no stored model: {fault}") from fault
    stored.check()
    return stored
