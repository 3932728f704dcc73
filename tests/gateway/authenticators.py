"""Authenticators that tests give to a gateway by its setting."""

import asyncio
from collections.abc import Collection, Mapping
from typing import ClassVar

from django.db import OperationalError

from accounts.authentication import authenticate
from streaming.identity.identity import Credential, Identity, UserStanding


async def database_is_away(credential: Credential) -> Identity:
    """Fail as the real one does while the database can't be reached."""
    raise OperationalError("connection refused")


async def never_answers(credential: Credential) -> Identity:
    """Hang as the real one does while the database hangs."""
    await asyncio.Event().wait()
    raise AssertionError


class Late:
    """A check that has looked at the database, and answers only later; the one made last is `current`."""

    current: ClassVar["Late"]

    def __init__(self) -> None:
        Late.current = self
        self.has_looked = asyncio.Event()
        self.may_answer = asyncio.Event()


async def answers_late(credential: Credential) -> Identity:
    """Answer what the real one said, once the test lets it."""
    identity = await authenticate(credential)
    Late.current.has_looked.set()
    await Late.current.may_answer.wait()
    return identity


faults = 0
"""How often `standing_after_faults` still fails."""


async def standing_after_faults(identities: Collection[Identity]) -> Mapping[str, UserStanding]:
    """Fail some times, in both ways; then know nobody."""
    global faults  # noqa: PLW0603 - it is configured by its name
    if not faults:
        return {}
    faults -= 1
    raise OperationalError("connection refused") if faults % 2 else ValueError("a fault of ours")
