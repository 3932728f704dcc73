"""What is stored of API keys."""

from datetime import datetime

from django.conf import settings
from django.db import models

MAXIMUM_KEY_NAME_LENGTH = 100


class ApiKey(models.Model):
    """A key for programs, which outlives log-outs. Of its secret only the digest is stored, and how it begins."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=MAXIMUM_KEY_NAME_LENGTH)
    hint = models.CharField(max_length=8, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(default=list)
    created = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField("expires", null=True, blank=True)
    last_used_at = models.DateTimeField("last used", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"

    @property
    def prefix(self) -> str:
        """How the key's text begins, by which its owner knows it again."""
        return f"tw_{self.pk}_{self.hint}…"

    @property
    def login_id(self) -> str:
        """What an identity has for its login."""
        return f"key-{self.pk}"

    def has_expired(self, now: datetime) -> bool:
        """Return whether it has ended at that time."""
        return self.expires_at is not None and self.expires_at <= now
