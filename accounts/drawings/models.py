"""What is stored of drawings."""

from django.db import models

from accounts.named_rows.models import NamedRow, unique_name


class SymbolDrawings(NamedRow):
    """All that a user has drawn on the chart of one symbol, which `name` is: a list of `Drawing` as JSON, in order."""

    drawings = models.JSONField()

    class Meta(NamedRow.Meta):
        verbose_name = "drawings of a symbol"
        verbose_name_plural = "drawings"
        constraints = [unique_name("drawings_symbol_is_unique")]
