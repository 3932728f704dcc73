"""The columns that each app's table of events to be told has."""

from django.db import models


class StoredEvent(models.Model):
    """Something to be told, stored in the transaction that it is of; deleted once it was published.

    `event` is as the app's `EventOutbox` writes it; empty where only the worker is told, that something has changed. No
    foreign keys: what was deleted meanwhile is told all the same. Of what it tells (a sub-account, a chain), a
    column of the app says; events of one subject have rising ids in their order.

    One that can't be published is set aside: since `refused_at` it holds up nothing, and `refusal` is why.
    """

    owner_id = models.BigIntegerField(null=True, blank=True)
    event = models.TextField(blank=True)
    created_at = models.DateTimeField()
    refused_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=500, blank=True, default="", db_default="")

    class Meta:
        """What the tables have in common."""

        abstract = True
        ordering = ["id"]
        verbose_name = "event that can't be told"
        verbose_name_plural = "events that can't be told"
