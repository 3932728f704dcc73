"""What can be subscribed, and what is told first: all of one's notes that are stamped."""

from collections.abc import Sequence

from channels.db import database_sync_to_async

from streaming.database.fair_queries import in_turn
from streaming.topics.dotted_names import InstanceKind
from streaming.topics.kinds import public_kind, user_kind
from streaming.topics.topic import LastValueLookup, Snapshot, Topic
from tests.sample_app.events import NoteStamp, OwnNote, Stamped
from tests.sample_app.models import Note


@database_sync_to_async
def owners_of_note(name: str) -> frozenset[str]:
    """Return whose a note is; nobody's where there is none."""
    notes = Note.objects.filter(pk=name) if name.isdecimal() else Note.objects.none()
    return frozenset(map(str, notes.values_list("owner", flat=True)))


@in_turn
def _notes_of(user_id: str) -> Sequence[OwnNote]:
    return [own_note(note) for note in Note.objects.filter(owner=int(user_id), stamp__gt=0)]


async def stamped_notes(values: LastValueLookup, topic: Topic) -> Sequence[OwnNote]:
    """Return the notes of a user that are stamped, as they are told."""
    return await _notes_of(topic.owner)


def own_note(note: Note) -> OwnNote:
    """Return what its owner is told of a note."""
    return OwnNote(id=note.pk, text=note.text, time=note.stamped_at)


_NOTES = Snapshot("tests.sample_app.topics.stamped_notes", version_of=lambda note: (note.id, note.time))

TOPICS = (
    public_kind("stamped", event=Stamped, name_of=lambda stamped: stamped.board),
    user_kind("notes", event=OwnNote, snapshot=_NOTES),
    InstanceKind(category="note", events={"stamp": NoteStamp}, owners=owners_of_note),
)
