"""What is stored of watch lists."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from accounts.watch_lists.parameters import LONGEST_NAME


class WatchList(models.Model):
    """A user's list of symbols, in that user's order; its name is unique among that user's, in any case."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watch_lists")
    name = models.CharField(max_length=LONGEST_NAME)
    symbols = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["user", "pk"]
        constraints = [models.UniqueConstraint("user", Lower("name"), name="watch_list_name_is_unique")]

    def __str__(self) -> str:
        return f"{self.name} of {self.user}"
