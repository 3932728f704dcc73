"""Connections to the database that are kept from one question to the next.

To open one takes longer than most questions. Before a kept one is used again it is asked whether it still works, and
else opened anew: a restart of the database fails nobody's next question.
"""

from channels.db import database_sync_to_async
from django.db import connections

_KEPT = {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}


def keep_connections() -> None:
    """Keep the connections of all threads that are started from now on; for a process that serves no requests.

    Requests' threads come and go, and each would leave a connection behind.
    """
    for alias in connections:
        connections[alias].settings_dict.update(_KEPT)


@database_sync_to_async
def keep_connections_of_the_event_loop() -> None:
    """Keep those of the one thread that asks the database for the event loop; requests have threads of their own."""
    for connection in connections.all():
        connection.settings_dict = {**connection.settings_dict, **_KEPT}
