"""The fences of a document, and what is to be done with each.

That says a comment at the end of the line above, which no reader sees:

| comment | the fence is |
|---|---|
| `example: name` | run |
| `printed: name` | what the example or the program of this name prints |
| `file: path` | saved as that file |
| `running: name` | started in a terminal of its own, where it stays |
| `tested by: path` | read by the test at this path |
| `not run: reason` | shown, and run by no test |
"""

import re
from enum import StrEnum

import msgspec


class FenceKind(StrEnum):
    """What is done with a fence."""

    EXAMPLE = "example"
    PRINTED = "printed"
    FILE = "file"
    RUNNING = "running"
    TESTED = "tested by"
    NOT_RUN = "not run"


class Fence(msgspec.Struct, frozen=True):
    """A fence, with what the comment above it says; `kind` is None, and `name` empty, where there is none."""

    kind: FenceKind | None
    name: str
    language: str
    body: str


_FENCE = re.compile(
    rf"(?:<!-- (?P<kind>{'|'.join(FenceKind)}): (?P<name>[^\n]+) -->\n)?"
    r"^ *```(?P<language>\w*)\n(?P<body>.*?)^ *```$",
    re.MULTILINE | re.DOTALL,
)


def fences_of(text: str) -> list[Fence]:
    """Return the fences of a document in their order."""
    return [
        Fence(
            kind=FenceKind(found["kind"]) if found["kind"] else None,
            name=found["name"] or "",
            language=found["language"],
            body=found["body"],
        )
        for found in _FENCE.finditer(text)
    ]
