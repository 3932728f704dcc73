"""What staff see."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg"

from datetime import datetime

from django.contrib import admin
from django.urls import reverse
from unfold.admin import ModelAdmin

from streaming.admin.figures import AdminFigures, Card, Viewer
from tests.sample_app.models import Note


@admin.register(Note)
class NoteAdmin(ModelAdmin):
    """The notes."""

    list_display = ("text", "owner", "stamp")


def note_figures(viewer: Viewer, now: datetime) -> AdminFigures:
    """Return how many notes there are."""
    if not viewer.has_perm("sample.view_note"):
        return AdminFigures()
    link = reverse("admin:sample_note_changelist")
    return AdminFigures(cards=(Card(title="Notes", value=Note.objects.count(), foot="of all users", link=link),))
