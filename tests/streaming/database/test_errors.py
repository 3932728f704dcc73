"""What counts as a database that is away, by the errors that a real one raises."""

import dj_database_url
import pytest
from django.db import DataError
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from streaming.database.errors import DATABASE_OUTAGES
from tests.services import POSTGRES_URL

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize(
    ("sql", "is_outage"),
    [
        ("BEGIN READ ONLY; CREATE TABLE nothing (id int)", True),
        ("SELECT pg_terminate_backend(pg_backend_pid())", True),
        ("SET statement_timeout = 10; SELECT pg_sleep(5)", True),
        ("SELECT repeat('x', 20)::int", False),
    ],
    ids=["read-only", "connection ended", "too slow", "a value that is refused"],
)
def test_it_takes_for_an_outage_what_may_be_otherwise_when_asked_again(
    sql: str, is_outage: bool, django_db_blocker: DjangoDbBlocker
) -> None:
    connection = ConnectionHandler({"default": dict(dj_database_url.parse(POSTGRES_URL))})["default"]
    expected = DATABASE_OUTAGES if is_outage else DataError
    try:
        with django_db_blocker.unblock(), pytest.raises(expected), connection.cursor() as cursor:
            cursor.execute(sql)
    finally:
        connection.close()
