"""What is found of a part: well, doubtful or broken, and what to do. Pure."""

from enum import StrEnum

import msgspec


class State(StrEnum):
    """How a part is: only what FAILED keeps the platform from working as it should."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


class Finding(msgspec.Struct, frozen=True):
    """One line: of which part, in words, and what to do, which is empty where it is well."""

    state: State
    subject: str
    text: str
    to_do: str = ""


def ok(subject: str, text: str) -> Finding:
    """Return that a part is well."""
    return Finding(State.OK, subject, text)


def warning(subject: str, text: str, to_do: str) -> Finding:
    """Return what is doubtful of a part."""
    return Finding(State.WARNING, subject, text, to_do)


def failed(subject: str, text: str, to_do: str) -> Finding:
    """Return what is broken of a part."""
    return Finding(State.FAILED, subject, text, to_do)
