"""Alert rules, and what tells the evaluator that one has changed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from alerts.conditions.rule import AlertSource, Combine, TriggerPolicy
from alerts.events import AlertState, Severity
from alerts.models.choices import COMBINES, INTERVALS, OPERATORS, SEVERITIES, SOURCES, STATES, TRIGGERS
from streaming.database.caused_rows import CausedRow
from streaming.database.exact_decimals import ExactDecimalField

EVALUATED_FIELDS = [
    "state",
    "state_since",
    "error",
    "memory",
    "firings",
    "last_fired_at",
    "last_value",
    "last_value_at",
]
"""What the evaluator writes, not the user."""
_WITHOUT_SYMBOL = [AlertSource.PORTFOLIO.value, AlertSource.WALLET.value]


class AlertRule(models.Model):
    """A user's rule on one symbol, or without one on all that the user holds, or on what happens on a chain.

    `conditions` is a list of one or more objects, with numbers as text, as `alerts.rules.definition` writes and reads
    them; `source`, `operator`, `threshold` and `interval` are those of the first, to look for. `channels` is empty
    where the user's preferences decide. `memory` is the evaluator's (`RuleMemory`). `beginnings` is how often the rule
    has begun anew: what was remembered as of another number counts no more.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="alert_rules")
    name = models.CharField(max_length=100)
    symbol = models.CharField(max_length=64, blank=True)
    conditions = models.JSONField()
    combine = models.CharField(max_length=3, choices=COMBINES, default=Combine.ALL.value)
    source = models.CharField(max_length=20, choices=SOURCES)
    operator = models.CharField(max_length=20, choices=OPERATORS)
    threshold = ExactDecimalField(null=True, blank=True)
    interval = models.CharField(max_length=3, choices=INTERVALS, blank=True)
    trigger = models.CharField(max_length=30, choices=TRIGGERS, default=TriggerPolicy.ONCE.value)
    cooldown_seconds = models.PositiveIntegerField("cool-down (seconds)", default=0)
    expires_at = models.DateTimeField("expires", null=True, blank=True)
    max_firings = models.PositiveIntegerField("most firings", null=True, blank=True)
    severity = models.CharField(max_length=10, choices=SEVERITIES, default=Severity.INFO.value)
    channels = models.JSONField(default=list, blank=True)
    template = models.CharField(max_length=500, blank=True)
    enabled = models.BooleanField(default=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    state = models.CharField(max_length=10, choices=STATES, default=AlertState.PENDING.value, editable=False)
    state_since = models.DateTimeField(null=True, editable=False)
    error = models.CharField(max_length=500, blank=True, editable=False)
    memory = models.JSONField(default=dict, blank=True, editable=False)
    beginnings = models.PositiveIntegerField(default=0, editable=False)
    firings = models.PositiveIntegerField(default=0, editable=False)
    last_fired_at = models.DateTimeField(null=True, editable=False)
    last_value = ExactDecimalField(null=True, editable=False)
    last_value_at = models.DateTimeField(null=True, editable=False)

    history = HistoricalRecords(excluded_fields=[*EVALUATED_FIELDS, "beginnings"], related_name="changes")

    class Meta:
        """How the model is shown and what always holds."""

        ordering = ["-id"]
        permissions = [
            ("test_alertrule", "Can test alert rules"),
            ("pause_alertrule", "Can pause and resume alert rules"),
            ("clone_alertrule", "Can clone alert rules"),
            ("transfer_alertrule", "Can import and export alert rules"),
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="alert_rule_of_owner"),
            models.Index(fields=["symbol"], condition=Q(enabled=True), name="alert_rule_enabled"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & (~Q(symbol="") | Q(source__in=_WITHOUT_SYMBOL)),
                name="alert_rule_is_named",
            ),
            models.CheckConstraint(
                condition=Q(max_firings__isnull=True) | Q(max_firings__gt=0), name="alert_rule_may_fire"
            ),
        ]

    def __str__(self) -> str:
        """Return the name, and of which symbol it is."""
        return f"{self.name} ({self.symbol})" if self.symbol else self.name


class RuleChange(CausedRow):
    """A rule that was made, changed or deleted, until the evaluator has taken note of it.

    Rows, not a time stamp: of two changes the one with the earlier stamp may be committed last, and would be missed.
    """

    rule_id = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """In which order they are read."""

        ordering = ["id"]

    def __str__(self) -> str:
        """Return which rule it is."""
        return f"change of rule {self.rule_id}"
