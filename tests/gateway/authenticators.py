"""Authenticators that tests give to a gateway by its setting."""

import asyncio

from django.db import OperationalError

from streaming.gateway.login.identity import Credential, Identity


async def database_is_away(credential: Credential) -> Identity:
    """Fail as the real one does while the database can't be reached."""
    raise OperationalError("connection refused")


async def never_answers(credential: Credential) -> Identity:
    """Hang as the real one does while the database hangs."""
    await asyncio.Event().wait()
    raise AssertionError
