"""The admin's log of before, when rows were called by their owner's name and not by the id."""

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Value
from django.db.models.functions import Replace


def owner_take_out(*models: type[Model], user_id: int, username: str) -> None:
    """Let entries about rows of these models that end with `of <username>` end with the id in its place."""
    ending = f" of {username}"
    kinds = ContentType.objects.get_for_models(*models).values()
    entries = LogEntry.objects.filter(content_type__in=kinds, object_repr__endswith=ending)
    entries.update(object_repr=Replace("object_repr", Value(ending), Value(f" of {user_id}")))
