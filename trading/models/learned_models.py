"""Versions of the models that learn, the trainings that were asked for, and what they learn from besides candles."""

from django.db import models
from django.db.models import Q

from streaming.database.caused_rows import CausedRow
from streaming.database.choices import choices_of, values_of
from streaming.events import Interval, Source
from trading.ids import new_model_id
from trading.learning.kinds import ModelKind
from trading.models.choices import INTERVALS, MODEL_KINDS
from trading.price_models.states import CURRENT, LiveState, ModelState, SilencedFor, TrainingState


class ModelVersion(models.Model):
    """One version of a model of a symbol's price; `number` counts those of one symbol, interval and algorithm from 1.

    `source` made the candles that it learnt from, and it is asked only of the same one's; empty where that isn't known.
    `horizon` is in candles of the interval; it learnt from candles from `trained_from` to before `trained_to`.
    `card` is its `trading.learning.model_card.ModelCard`; `stored` the fitted model as JSON of plain numbers
    (`trading.learning.stored_model`), in which no code could hide. At most one version of a model is current
    for each source. What an online one has learnt since is counted as it is asked: `newest_label_at` is when the last
    of these labels became known. `live_state` is empty where no live strategy asks it, and until it is known.
    """

    id = models.CharField(primary_key=True, max_length=20, default=new_model_id, editable=False)
    source = models.CharField(max_length=10, choices=choices_of(Source), blank=True)
    symbol = models.CharField(max_length=64)
    interval = models.CharField(max_length=4, choices=INTERVALS)
    algorithm = models.CharField(max_length=10, choices=MODEL_KINDS)
    number = models.PositiveIntegerField("version")
    horizon = models.PositiveIntegerField()
    seed = models.BigIntegerField()
    features_hash = models.CharField(max_length=64)
    data_hash = models.CharField(max_length=64)
    trained_from = models.DateTimeField()
    trained_to = models.DateTimeField()
    trained_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    state = models.CharField(max_length=10, choices=choices_of(ModelState), default=ModelState.ACTIVE.value)
    silenced_for = models.CharField(max_length=10, choices=choices_of(SilencedFor), blank=True)
    reason = models.CharField(max_length=500, blank=True)
    labels_since_training = models.PositiveIntegerField("labels learnt since its training", default=0, db_default=0)
    newest_label_at = models.DateTimeField("newest label", null=True, blank=True)
    live_state = models.CharField(
        "live", max_length=11, choices=choices_of(LiveState), blank=True, default="", db_default=""
    )
    card = models.JSONField()
    stored = models.TextField()

    class Meta:
        """How the model is shown and what always holds."""

        ordering = ["-trained_at", "-id"]
        indexes = [models.Index(fields=["trained_at"], name="model_version_by_time")]
        constraints = [
            models.UniqueConstraint(fields=["symbol", "interval", "algorithm", "number"], name="model_version_is_one"),
            models.UniqueConstraint(
                fields=["source", "symbol", "interval", "algorithm"],
                condition=Q(state__in=CURRENT),
                name="model_version_current_is_one",
            ),
            models.CheckConstraint(
                condition=Q(source__in=values_of(Source)) | Q(source="", state=ModelState.RETIRED.value),
                name="model_version_source_is_known_while_asked",
            ),
            models.CheckConstraint(condition=Q(state__in=values_of(ModelState)), name="model_version_state_is_known"),
            models.CheckConstraint(
                condition=Q(interval__in=values_of(Interval), algorithm__in=values_of(ModelKind)),
                name="model_version_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        """Return what it is a version of."""
        return f"{self.algorithm} v{self.number} on {self.symbol} {self.interval}"


class ModelTraining(CausedRow):
    """A training that was asked for, by staff or, with a `night`, by the clock; the trading worker does it.

    `claim` is the fencing number of the worker that does it; `reason` says why it failed, `attempts` how often.
    One that is to be tried again waits until `due_at`.
    """

    symbol = models.CharField(max_length=64)
    interval = models.CharField(max_length=4, choices=INTERVALS)
    algorithm = models.CharField(max_length=10, choices=MODEL_KINDS)
    night = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=choices_of(TrainingState), default=TrainingState.WAITING.value)
    reason = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField("failed attempts", default=0, db_default=0)
    due_at = models.DateTimeField("next attempt", null=True, blank=True)
    version = models.ForeignKey(ModelVersion, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    claim = models.BigIntegerField(null=True, blank=True)
    requested_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The newest first; one a night, and one that waits."""

        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["symbol", "interval", "algorithm", "night"], name="model_training_of_night_is_one"
            ),
            models.UniqueConstraint(
                fields=["symbol", "interval", "algorithm"],
                condition=Q(state=TrainingState.WAITING.value),
                name="model_training_waiting_is_one",
            ),
            models.CheckConstraint(
                condition=Q(state__in=values_of(TrainingState)), name="model_training_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        """Return what is trained."""
        return f"training of {self.algorithm} on {self.symbol} {self.interval}"


class BookImbalance(models.Model):
    """By how much bids outweighed asks, from -1 to 1, when a candle closed, which no stored candle tells.

    `close_time` is the candle's last ms: where a longer candle closes then, too, it stands for both.
    """

    source = models.CharField(max_length=10, choices=choices_of(Source))
    symbol = models.CharField(max_length=64)
    close_time = models.BigIntegerField()
    imbalance = models.FloatField()

    class Meta:
        """One at a time of a market; its index serves every read of a range."""

        constraints = [
            models.UniqueConstraint(fields=["source", "symbol", "close_time"], name="book_imbalance_is_one"),
            models.CheckConstraint(condition=Q(source__in=values_of(Source)), name="book_imbalance_source_is_known"),
            models.CheckConstraint(condition=Q(imbalance__gte=-1, imbalance__lte=1), name="book_imbalance_is_a_share"),
        ]

    def __str__(self) -> str:
        """Return of what it is, and how much."""
        return f"{self.symbol} at {self.close_time}: {self.imbalance:+.3f}"
