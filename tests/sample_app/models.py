"""What is stored."""

from django.conf import settings
from django.db import models


class Note(models.Model):
    """What a user wrote; `stamp` is the fencing number of the worker that has seen it, 0 before, `stamped_at` in ms."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=100)
    stamp = models.PositiveIntegerField(default=0)
    stamped_at = models.BigIntegerField(default=0)
    is_old = models.BooleanField(default=False)

    class Meta:
        """Oldest first."""

        ordering = ("pk",)

    def __str__(self) -> str:
        """Return the text."""
        return self.text
