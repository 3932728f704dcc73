"""Rows that a worker sees to: each says on whose behalf, so that what is done about it is logged under the same id."""

from django.db import models

from streaming.tracing.correlation import LONGEST_CORRELATION_ID
from streaming.tracing.origin import LONGEST_TRACEPARENT, Origin, origin_now


class CausedRow(models.Model):
    """A row that was caused by a request or a command, within a span of a trace; empty where none was known."""

    correlation_id = models.CharField(
        "correlation id", max_length=LONGEST_CORRELATION_ID, blank=True, default="", db_default="", editable=False
    )
    traceparent = models.CharField(
        max_length=LONGEST_TRACEPARENT, blank=True, default="", db_default="", editable=False
    )

    class Meta:
        """What the tables have in common."""

        abstract = True

    @property
    def origin(self) -> Origin:
        """On whose behalf the row is."""
        return Origin(correlation_id=self.correlation_id, traceparent=self.traceparent)


def caused_now() -> dict[str, str]:
    """Return the columns of a row that is made here."""
    origin = origin_now()
    return {"correlation_id": origin.correlation_id, "traceparent": origin.traceparent}
