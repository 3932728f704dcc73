"""What a user prefers, and where the channels reach that user."""

from django.conf import settings
from django.db import models

from alerts.models.choices import ChannelChoices


class NotificationPreferences(models.Model):
    """A user's choice; who has no row has the defaults.

    `kinds` is an object from kind to a list of channels, in the order in which they are tried; a kind that is missing
    has the default. Quiet hours are of the local time in `timezone` (IANA), over midnight where the end is earlier.
    With `escalate` only the first channel is used at once, and the next one where nobody acknowledges. With `sound` and
    `vibration` open pages sound and vibrate when an alert has fired.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_preferences"
    )
    kinds = models.JSONField(default=dict, blank=True)
    quiet_start = models.TimeField(null=True, blank=True)
    quiet_end = models.TimeField(null=True, blank=True)
    timezone = models.CharField(max_length=64, default="UTC")
    digest = models.BooleanField(default=True)
    escalate = models.BooleanField(default=False)
    sound = models.BooleanField(default=False)
    vibration = models.BooleanField(default=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        """How the model is shown and what always holds."""

        verbose_name = "preferences"
        verbose_name_plural = "preferences"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quiet_start__isnull=True, quiet_end__isnull=True)
                | models.Q(quiet_start__isnull=False, quiet_end__isnull=False),
                name="preferences_quiet_hours_are_whole",
            ),
        ]

    def __str__(self) -> str:
        """Return whose they are."""
        return f"preferences of {self.user_id}"


class ChannelSwitch(models.Model):
    """A channel that was switched off for a user, because it can't reach that user any more."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="switched_off_channels")
    channel = models.CharField(max_length=20, choices=ChannelChoices)
    reason = models.CharField(max_length=500)
    switched_off_at = models.DateTimeField()

    class Meta:
        """What always holds."""

        verbose_name_plural = "channel switches"
        ordering = ["user", "channel"]
        constraints = [models.UniqueConstraint(fields=["user", "channel"], name="channel_switch_is_unique")]

    def __str__(self) -> str:
        """Return which channel of whom."""
        return f"{self.channel} of {self.user_id} is off"


class PushSubscription(models.Model):
    """A browser that a user let us push to (W3C Push API); keys in URL-safe base64, as the browser gives them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions")
    endpoint = models.URLField(max_length=500, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=60)
    user_agent = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """In which order they are shown."""

        ordering = ["id"]

    def __str__(self) -> str:
        """Return whose it is."""
        return f"push subscription {self.pk} of {self.user_id}"


class ServiceAddress(models.Model):
    """Where a user is reached by a service, such as Slack, by what that service asks for.

    Whoever knows the URL of a webhook or of a topic, or a bot's token, may send there: they are secrets.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="service_addresses")
    channel = models.CharField(max_length=20, choices=ChannelChoices)
    url = models.URLField(max_length=500, blank=True)
    token = models.CharField(max_length=200, blank=True)
    chat_id = models.CharField(max_length=64, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        """What always holds."""

        verbose_name_plural = "service addresses"
        constraints = [models.UniqueConstraint(fields=["user", "channel"], name="service_address_is_unique")]

    def __str__(self) -> str:
        """Return by which service, and whose it is."""
        return f"{self.channel} of {self.user_id}"


class WebhookTarget(models.Model):
    """Where a user's webhook is, and the secret that signs what is sent there."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="webhook_target")
    url = models.URLField(max_length=500)
    secret = models.CharField(max_length=64)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        """Return whose it is."""
        return f"webhook of {self.user_id}"
