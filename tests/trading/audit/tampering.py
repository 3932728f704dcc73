"""Changes of the audit past its services, and walks over it."""

from django.db import connection

from trading.audit.verification import audit_verify


def change(statement: str) -> None:
    """Do what the database would refuse to anybody but whoever owns it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)


def verified(*, batch: int = 3) -> list[tuple[int, int]]:
    """Return how far each step of a walk over the audit came, and how far there is any."""
    return list(audit_verify(batch=batch))
