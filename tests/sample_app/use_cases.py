"""Writing notes and listing them, for commands and REST."""

from typing import Annotated

import msgspec

from streaming.commands.parameters import Parameters
from streaming.commands.use_cases import Caller, Paged, UseCase
from streaming.identity.scopes import Scope
from tests.sample_app.models import Note


class NewNote(Parameters, frozen=True, kw_only=True):
    """What to write; what is `old` at once goes with the next retention."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    old: bool = False


class NoteAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A note."""

    id: int
    text: str
    stamp: int


class NotesAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Notes, the oldest first."""

    items: list[NoteAnswer]


def _add(caller: Caller, given: NewNote) -> NoteAnswer:
    """Write a note."""
    return _answer(Note.objects.create(owner_id=caller.user_id, text=given.text, is_old=given.old))


def _list(caller: Caller, query: Paged) -> NotesAnswer:
    """List one's notes."""
    rows = Note.objects.filter(owner_id=caller.user_id)[query.offset : query.offset + query.limit]
    return NotesAnswer(items=[_answer(row) for row in rows])


def _answer(note: Note) -> NoteAnswer:
    return NoteAnswer(id=note.pk, text=note.text, stamp=note.stamp)


ADD_NOTE = UseCase(parameters=NewNote, act=_add, answer=NoteAnswer, changes=True, scope=Scope.TRADE, status=201)
LIST_NOTES = UseCase(parameters=Paged, act=_list, answer=NotesAnswer)
