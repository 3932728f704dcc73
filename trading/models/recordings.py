"""Recordings of paper runs: what has reached a sub-account, step by step, so that it can be done again."""

from django.db import models
from django.db.models import Q

from trading.models.accounts import SubAccount


class Recording(models.Model):
    """What has reached a sub-account from a moment on, until it has come to `version`.

    It goes on while `ended_at` is null. `start` is how all stood when it began, as JSON; its `steps` are in parts.
    """

    sub_account = models.ForeignKey(SubAccount, on_delete=models.CASCADE, related_name="recordings")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.BigIntegerField()
    steps = models.BigIntegerField(default=0)
    start = models.TextField()

    class Meta:
        """In which order they are read, and that one at most goes on."""

        ordering = ["id"]
        indexes = [models.Index(fields=["started_at"], name="recording_started")]
        constraints = [
            models.UniqueConstraint(
                fields=["sub_account"], condition=Q(ended_at__isnull=True), name="recording_that_goes_on_is_one"
            )
        ]

    def __str__(self) -> str:
        """Return of what it is, and how long."""
        return f"{self.id} of sub-account {self.sub_account_id}: {self.steps} steps"


class RecordedPart(models.Model):
    """Steps of a recording that were stored together, as lines of JSON."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="parts")
    lines = models.TextField()

    class Meta:
        """In which order they are read."""

        ordering = ["id"]

    def __str__(self) -> str:
        """Return of what it is a part."""
        return f"part {self.id} of recording {self.recording_id}"
