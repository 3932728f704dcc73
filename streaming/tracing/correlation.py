"""The correlation id: what one request or command has caused bears it, in whichever process. Pure.

It is known wherever the context of the request or command is (`contextvars`): in its tasks and threads, and in what
these begin. What goes on elsewhere takes it along, in a row or a message: see `origin`.
"""

import hashlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

LONGEST_CORRELATION_ID = 100
_LONGEST_GIVEN = 64
_GIVEN = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{_LONGEST_GIVEN - 1}}}")
"""No colon: nobody gives a request the id of a command."""
_DIGEST_LENGTH = 32

_correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")


def correlation_id() -> str:
    """Return the id of what is being done here; empty where nobody has asked for it."""
    return _correlation_id.get()


def new_correlation_id() -> str:
    """Return an id that nothing else has: 32 hexadecimal digits."""
    return secrets.token_hex(16)


def given_or_new(given: str | None) -> str:
    """Return the id that a request brings along (`X-Request-ID`), a new one where it brings none that is good.

    It has 1 to 64 letters, digits, dots, hyphens and underscores, of ASCII, and begins with a letter or digit.
    """
    return given if given is not None and _GIVEN.fullmatch(given) else new_correlation_id()


def command_correlation_id(client_id: str, command_id: str) -> str:
    """Return the id of a command: whoever knows its connection and its own id finds it.

    Of a command's id that is longer than 64 characters, or has others than `X-Request-ID` may, stands the beginning of
    its SHA-256 there.

    >>> command_correlation_id("ws_1701806400000_abc123def", "7")
    'ws_1701806400000_abc123def:7'
    """
    is_plain = _GIVEN.fullmatch(command_id) is not None
    return f"{client_id}:{command_id if is_plain else _digest(command_id)}"


@contextmanager
def correlated(correlation_id: str) -> Iterator[None]:
    """Let what is done within the `with`, and in what it begins, bear this id."""
    token = _correlation_id.set(correlation_id)
    try:
        yield
    finally:
        _correlation_id.reset(token)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:_DIGEST_LENGTH]
