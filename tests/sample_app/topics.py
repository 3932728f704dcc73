"""What can be subscribed."""

from channels.db import database_sync_to_async

from streaming.topics.dotted_names import InstanceKind
from streaming.topics.kinds import public_kind, user_kind
from tests.sample_app.events import NoteStamp, OwnNote, Stamped
from tests.sample_app.models import Note


@database_sync_to_async
def owners_of_note(name: str) -> frozenset[str]:
    """Return whose a note is; nobody's where there is none."""
    notes = Note.objects.filter(pk=name) if name.isdecimal() else Note.objects.none()
    return frozenset(map(str, notes.values_list("owner", flat=True)))


TOPICS = (
    public_kind("stamped", event=Stamped, name_of=lambda stamped: stamped.board),
    user_kind("notes", event=OwnNote),
    InstanceKind(category="note", events={"stamp": NoteStamp}, owners=owners_of_note),
)
