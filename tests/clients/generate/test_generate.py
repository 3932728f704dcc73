"""The clients' event types, as they are made of declarations: what a declaration says is what they say."""

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

import msgspec

from clients.generate.channels import channel_files
from clients.generate.events import EventGroup, EventShape, declared_shapes
from clients.generate.javascript import javascript_files
from clients.generate.python import python_files
from streaming.events import UserEvent
from streaming.events.named import NamedEvent
from streaming.topics.kinds import own_kind, user_kind


class Mood(StrEnum):
    """How a robot is."""

    FINE = "fine"
    TIRED = "tired"


class Arm(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One of its arms."""

    grip_force: Decimal


class Robot(UserEvent, frozen=True, kw_only=True, rename="camel"):
    """A robot as it is now; `top_speed` in metres a second, None where it stands.

    `mood` is told by itself. `time` is its own.
    """

    frame_type: ClassVar[str] = "robot"

    top_speed: Decimal | None = None
    mood: Mood = Mood.FINE
    arms: tuple[Arm, ...] = ()
    note: str | msgspec.UnsetType = msgspec.UNSET


class Step(StrEnum):
    """What happened to a walk."""

    BEGUN = "begun"
    ENDED = "ended"


class Walk(NamedEvent, frozen=True, kw_only=True, tag="robot_walk"):
    """A robot walks. `owner` is whose it is."""

    event: Step
    length: Decimal


ROBOTS = EventGroup(
    name="robots",
    about="Robots.",
    events=(EventShape(kind="robot", struct=Robot, base=msgspec.Struct, fields=declared_shapes(Robot)),),
)
WALKS = EventGroup(
    name="walks",
    about="Walks.",
    events=(EventShape(kind="robot.walk", struct=Walk, base=NamedEvent, fields=declared_shapes(Walk)),),
)


def test_python_has_a_class_for_each_event_and_its_values() -> None:
    text = python_files([ROBOTS])["python/tidewire_client/events/robots.py"]
    assert 'class Mood(StrEnum):\n    """How a robot is."""\n\n    FINE = "fine"\n    TIRED = "tired"\n' in text
    assert 'class Arm(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):' in text
    assert "    grip_force: Decimal\n" in text
    assert 'class Robot(Event, frozen=True, kw_only=True, rename="camel"):' in text
    assert '    kind: ClassVar[str] = "robot"\n' in text
    assert "    top_speed: Decimal | None = None\n" in text
    assert "    mood: Mood = Mood.FINE\n" in text
    assert "    arms: tuple[Arm, ...] = ()\n" in text
    assert "    note: str | None = None\n" in text
    assert text.endswith("ROBOTS_EVENTS = (Robot,)\n")


def test_typescript_tells_what_may_be_null_and_what_may_be_absent() -> None:
    text = javascript_files([ROBOTS])["javascript/events/robots.d.ts"]
    assert 'export type Mood = "fine" | "tired";' in text
    assert "export interface Arm {\n  gripForce: number;\n}" in text
    assert (
        "export interface Robot {\n  topSpeed: number | null;\n  mood: Mood;\n  arms: Arm[];\n  note?: string;\n"
        "  timestamp: Time;\n}"
    ) in text
    assert "export interface RobotsData {\n  robot: Robot;\n}" in text


def test_descriptions_name_fields_as_the_language_does() -> None:
    python = python_files([ROBOTS])["python/tidewire_client/events/robots.py"]
    javascript = javascript_files([ROBOTS])["javascript/events/robots.d.ts"]
    assert "`top_speed` in metres a second, None where it stands." in python
    assert "`topSpeed` in metres a second, null where it stands." in javascript


def test_what_a_dotted_name_tells_stands_in_its_description_and_what_nobody_is_told_does_not() -> None:
    python = python_files([WALKS])["python/tidewire_client/events/walks.py"]
    javascript = javascript_files([WALKS])["javascript/events/walks.d.ts"]
    for text in (python, javascript):
        assert "A robot walks.\n" in text
        assert "`event` is `begun` or `ended`." in text
        assert "owner" not in text
    assert "class Walk(DottedEvent, frozen=True, kw_only=True):" in python
    assert '  "robot.walk": Walk;' in javascript


def test_both_clients_know_which_events_come_on_a_channel_by_its_beginning() -> None:
    files = channel_files([own_kind("robots", event=Robot), user_kind("robot", event=Robot)])
    python = files["python/tidewire_client/dialects/channel_kinds.py"]
    assert '    "robots": "robot",\n    "robot": "robot",\n' in python
    assert '  ["robots", "robot"],\n  ["robot", "robot"],\n' in files["javascript/src/channel_types.js"]
    assert '  robots: "robot";\n  robot: "robot";\n' in files["javascript/events/channels.d.ts"]
