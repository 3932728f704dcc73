"""What orders and the kill switch pass, so that no order slips through: those together, this one alone.

Who may order asks for the level after having passed; who throws the switch passes once all who did have committed. With
a database that has one writer at a time (SQLite) nothing is needed.
"""

from django.db import connection

_KEY = 0x7469646577697265 >> 1
"""Ours among the advisory locks of PostgreSQL: a whole number of 63 bits."""


def pass_to_order() -> None:
    """Wait until no kill switch is being thrown; hold one off until this transaction ends."""
    _take("pg_advisory_xact_lock_shared")


def pass_to_switch() -> None:
    """Wait until all who were let pass to order have ended their transactions; hold others off until this one ends."""
    _take("pg_advisory_xact_lock")


def _take(function: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [_KEY])
