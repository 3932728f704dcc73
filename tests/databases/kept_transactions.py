"""Transactions of tests that outlive what a test asks of the code that closes connections after each question."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections


@contextmanager
def transactions_kept() -> Iterator[None]:
    """Let Channels close no connection that is within a transaction.

    It does so around whatever is asked from an event loop, and in a test that asks from its own thread the connection
    holds all that the test has made. Django's client leaves the same out around requests.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("channels.db.close_old_connections", _close_old_connections)
        yield


def _close_old_connections() -> None:
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
