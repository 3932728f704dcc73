"""What is deleted."""

from collections.abc import Iterator

from streaming.workers.retention import RetentionRule
from tests.sample_app.models import Note


def old_notes_forget(*, now_ms: int) -> Iterator[int]:
    """Delete what is marked as old."""
    yield Note.objects.filter(is_old=True).delete()[0]


OLD_NOTES = RetentionRule("notes", old_notes_forget, interval_setting="SAMPLE_FORGET_SECONDS")
