"""Firings, and the last value of each series that was taken into account."""

from django.conf import settings
from django.db import models

from alerts.models.choices import OPERATORS, SOURCES
from alerts.models.rules import AlertRule
from streaming.database.exact_decimals import ExactDecimalField


class AlertEvent(models.Model):
    """A rule fired. `number` counts the firings of its rule, so that none can be stored twice.

    The rule as it was then: `name`, `symbol`, `source`, `operator`, `threshold` (or the bound that was passed).
    `suppressed` is how often it would have fired since its firing before, had it not been cooling down.
    """

    rule = models.ForeignKey(AlertRule, on_delete=models.CASCADE, related_name="events")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=100)
    symbol = models.CharField(max_length=64, blank=True)
    source = models.CharField(max_length=20, choices=SOURCES)
    operator = models.CharField(max_length=20, choices=OPERATORS)
    condition = models.PositiveSmallIntegerField(default=0)
    threshold = ExactDecimalField(null=True, blank=True)
    value = ExactDecimalField()
    previous = ExactDecimalField(null=True, blank=True)
    late = models.BooleanField(default=False)
    simulated = models.BooleanField(default=False)
    suppressed = models.PositiveIntegerField(default=0)
    fired_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """How the model is shown and what always holds."""

        ordering = ["-id"]
        indexes = [models.Index(fields=["owner", "-id"], name="alert_event_of_owner")]
        constraints = [models.UniqueConstraint(fields=["rule", "number"], name="alert_event_is_unique")]

    def __str__(self) -> str:
        """Return what fired, and when."""
        return f"{self.name} at {self.fired_at}"


class SeriesPoint(models.Model):
    """The last value of a series that the rules have seen, so that a restart misses no level in between.

    `time` is the exchange's, in ms since the epoch. `windows` is what rules on moves still need of the values before,
    `heard` are the last signals or transactions, oldest first: the id of each, and how much of it has counted.
    """

    key = models.CharField(max_length=200, unique=True)
    value = ExactDecimalField()
    time = models.BigIntegerField()
    simulated = models.BooleanField(default=False)
    windows = models.JSONField(default=dict, blank=True)
    heard = models.JSONField(default=list, blank=True)

    class Meta:
        """In which order they are shown."""

        ordering = ["key"]

    def __str__(self) -> str:
        """Return which series it is."""
        return f"{self.key} = {self.value}"
