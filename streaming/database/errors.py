"""What a database's errors mean, named once for all who must not end by them.

Django's `DatabaseError` is neither: `InterfaceError`, which a connection raises that is closed already, is none.
"""

from django.db import Error as AnyDatabaseError
from django.db import InterfaceError, InternalError, OperationalError

__all__ = ["DATABASE_OUTAGES", "AnyDatabaseError"]

DATABASE_OUTAGES = (OperationalError, InterfaceError, InternalError)
"""What a database says that is away, too busy, or read-only for the time of a change of servers (an `InternalError`).

Asked again, it may do the same. Anything else it always refuses.
"""
