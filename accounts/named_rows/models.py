"""What is stored of everything that users keep by name."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from accounts.named_rows.parameters import LONGEST_NAME


class NamedRow(models.Model):
    """A user's row, whose name is unique among that user's of its kind, in any case: see `unique_name`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=LONGEST_NAME)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
        ordering = ["user", "pk"]

    def __str__(self) -> str:
        return f"{self.name} of {self.user_id}"


def unique_name(constraint: str) -> models.UniqueConstraint:
    """Return the constraint, of that name, that a user has one row of a name."""
    return models.UniqueConstraint("user", Lower("name"), name=constraint)
