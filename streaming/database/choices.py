"""The choices of a column, and what a constraint allows it, from an enum."""

from enum import StrEnum


def choices_of(kind: type[StrEnum]) -> list[tuple[str, str]]:
    """Return the members of an enum for a column: the value, and its words."""
    return [(member.value, member.value.replace("_", " ")) for member in kind]


def values_of(kind: type[StrEnum]) -> list[str]:
    """Return the values of an enum for a constraint."""
    return [member.value for member in kind]
