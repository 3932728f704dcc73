"""Notifications: what a user is told, whatever the channel."""

from django.conf import settings
from django.db import models

from alerts.events import Severity
from alerts.models.choices import KINDS, SEVERITIES
from alerts.models.events import AlertEvent
from alerts.models.rules import AlertRule
from streaming.database.caused_rows import CausedRow


class NotificationCounter(models.Model):
    """How many notifications a user has had: the next one's number is one more. Locked while numbers are given."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        """Return whose it is."""
        return f"{self.user_id}: {self.last}"


class Notification(CausedRow):
    """One thing that a user is told. `seq` counts the user's; `count` is how often the same has happened.

    `data` is an object for programs, with numbers as JSON numbers in plain notation and times in ms.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=20, choices=KINDS)
    severity = models.CharField(max_length=10, choices=SEVERITIES, default=Severity.INFO.value)
    title = models.CharField(max_length=200)
    body = models.CharField(max_length=2000, blank=True)
    data = models.TextField(default="{}", help_text="JSON, as text, so that its numbers stay exact")
    rule = models.ForeignKey(AlertRule, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    event = models.OneToOneField(
        AlertEvent, null=True, blank=True, on_delete=models.SET_NULL, related_name="notification"
    )
    count = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """How the model is shown and what always holds."""

        ordering = ["-id"]
        permissions = [("broadcast_notification", "Can tell users something")]
        indexes = [
            models.Index(fields=["user", "seq"], condition=models.Q(read_at__isnull=True), name="notification_unread"),
        ]
        constraints = [models.UniqueConstraint(fields=["user", "seq"], name="notification_is_numbered")]

    def __str__(self) -> str:
        """Return its title."""
        return self.title
