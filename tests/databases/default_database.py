"""Another database in place of the tests' own, for what asks the one that the settings name."""

from collections.abc import Iterator
from contextlib import contextmanager

import dj_database_url
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler


@contextmanager
def default_database(url: str) -> Iterator[BaseDatabaseWrapper]:
    """Let the `default` database of this thread be that at `url` for the time of the `with`."""
    before = connections["default"]
    own = connections["default"] = ConnectionHandler({"default": dj_database_url.parse(url)})["default"]
    try:
        yield own
    finally:
        own.close()
        connections["default"] = before
