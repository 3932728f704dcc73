"""Cutting texts to what a service takes, by whatever it counts. Linear in what is kept. Pure."""

from collections.abc import Callable

CUT = "…"


def shortened(text: str, most: int, size: Callable[[str], int]) -> str:
    """Return the text, or as much of its beginning as is of size `most` with an ellipsis.

    `size` is that of a single character; a text's is the sum.
    """
    room, used, kept = most - size(CUT), 0, 0
    for index, character in enumerate(text, start=1):
        used += size(character)
        if used > most:
            return text[:kept] + CUT
        if used <= room:
            kept = index
    return text


def utf8_size(character: str) -> int:
    """Return the bytes of a character."""
    return len(character.encode(errors="replace"))


def utf16_size(text: str) -> int:
    """Return the UTF-16 code units of a character, or of more."""
    return len(text.encode("utf-16-le", errors="replace")) // 2
