"""Deliveries: one for each channel by which a notification is to reach its user."""

from django.conf import settings
from django.db import models

from alerts.models.choices import ChannelChoices, DeliveryState
from alerts.models.notifications import Notification


class Delivery(models.Model):
    """A notification's way by one channel; one row per notification and channel, whoever asks twice.

    `held` marks one that waits for the end of quiet hours, and may go into a digest; with `over_cap` it waits since
    too many went out, and does go into one. `attempted_at` is when the newest attempt had ended, `took_ms` how long it
    took: of a channel that sends many at once, all of them.
    """

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=20, choices=ChannelChoices)
    state = models.CharField(max_length=20, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    held = models.BooleanField(default=False)
    over_cap = models.BooleanField(default=False, db_default=False)
    holder = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    attempted_at = models.DateTimeField(null=True, blank=True)
    took_ms = models.PositiveIntegerField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        """How the model is shown and what always holds."""

        ordering = ["-id"]
        verbose_name_plural = "deliveries"
        permissions = [("resend_delivery", "Can send dead deliveries again")]
        indexes = [
            models.Index(
                fields=["not_before"],
                condition=models.Q(state__in=["waiting", "sending"]),
                name="delivery_to_do",
            ),
            models.Index(fields=["-id"], condition=models.Q(state="dead"), name="delivery_dead"),
        ]
        constraints = [models.UniqueConstraint(fields=["notification", "channel"], name="delivery_is_unique")]

    def __str__(self) -> str:
        """Return by which channel, and how far it is."""
        return f"{self.channel}: {self.state}"


class ChannelUse(models.Model):
    """How many deliveries to a user have begun to go out by a channel in an hour of UTC.

    `told_until` is until when the user knows that there is no more room.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=20, choices=ChannelChoices)
    hour = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)
    told_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        """What always holds."""

        constraints = [models.UniqueConstraint(fields=["user", "channel", "hour"], name="channel_use_is_unique")]

    def __str__(self) -> str:
        """Return how much of what."""
        return f"{self.count} by {self.channel} at {self.hour:%d %H:00}"
