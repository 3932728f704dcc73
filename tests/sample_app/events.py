"""What is told: of stamped notes to anyone, of one's own notes to oneself, and of each note to its owner."""

from enum import StrEnum
from typing import ClassVar

import msgspec

from streaming.events import Milliseconds, NamedEvent, PublicEvent, UserEvent

ALL = "all"
"""The one board."""


class Stamped(PublicEvent, frozen=True, kw_only=True, tag="sample_stamped"):
    """A note was stamped, of `stamped:<board>`; what it says is nobody else's business."""

    frame_type: ClassVar[str] = "stamped"

    board: str = ALL
    note: int
    time: Milliseconds = msgspec.field(name="timestamp")


class OwnNote(UserEvent, frozen=True, kw_only=True, tag="sample_note"):
    """A note of one's own as it is now, of `notes:<user>`."""

    frame_type: ClassVar[str] = "note"

    id: int
    text: str


class Happened(StrEnum):
    """What happened to a note."""

    STAMPED = "stamped"


class NoteStamp(NamedEvent, frozen=True, kw_only=True, tag="sample_note_stamp"):
    """A note's stamp, of `note.<id>.stamp`."""

    event: Happened = Happened.STAMPED
    id: int
    stamp: int
