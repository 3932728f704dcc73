"""The secrets that a test told a server, and where they came out again."""

import re
from urllib.parse import quote

_WINDOW, _STEP = 12, 4
"""Pieces of so many characters are looked for, one at every so many; no shorter piece is of use to anybody."""


class ToldSecrets:
    """All secrets of one test, each by the name that a failure shows."""

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}

    def tell(self, name: str, secret: str) -> str:
        """Remember a secret, and return it."""
        assert len(secret) >= _WINDOW, "too short to be found for sure"
        self._secrets[f"{name} ({len(self._secrets)})"] = secret
        return secret

    def found_in(self, output: str) -> list[str]:
        """Return the lines of `output` that show a secret, whole or in part, in any of its spellings."""
        return [
            f"{name}: {line}"
            for name, secret in self._secrets.items()
            if any(piece in output for piece in _pieces(secret))
            for line in output.splitlines()
            if any(piece in line for piece in _pieces(secret))
        ]


def _pieces(secret: str) -> list[str]:
    """Return what must not be seen: pieces of the secret, and of its two percent-encoded spellings.

    The head of a JSON Web Token is the same in all of them, so it is no secret.
    """
    parts = secret.split(".")
    own = ".".join(parts[1:]) if len(parts) == 3 else secret
    spellings = {own, quote(own, safe=""), percent_encoded(own)}
    return [
        spelling[start : start + length]
        for spelling in spellings
        for length in (_WINDOW * 3 if spelling.startswith("%") else _WINDOW,)
        for start in range(0, max(len(spelling) - length, 0) + 1, _STEP)
    ]


def percent_encoded(text: str) -> str:
    """Return `text` with every character percent-encoded."""
    return re.sub(r".", lambda match: f"%{ord(match[0]):02X}", text)
