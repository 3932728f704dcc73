"""What is stored of watch lists."""

from django.db import models

from accounts.named_rows.models import NamedRow, unique_name


class WatchList(NamedRow):
    """A user's list of symbols, in that user's order."""

    symbols = models.JSONField(default=list, blank=True)

    class Meta(NamedRow.Meta):
        constraints = [unique_name("watch_list_name_is_unique")]
