"""The app that holds the gateway, the hub and the workers' commands."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings

from streaming.connections.control import ConnectionControl, declare_connection_control
from streaming.connections.lookup import ConnectionLookup, declare_connection_lookup
from streaming.database.query_metrics import measure_queries


class StreamingConfig(AppConfig):
    """Streaming: topics, events, hub and gateway."""

    name = "streaming"
    verbose_name = "Streaming"
    declaration = "streaming.declaration.DECLARATION"

    def ready(self) -> None:
        """Declare what gateways answer, and measure what Prometheus reads, where it may."""
        declare_connection_lookup(_connection_lookup)
        declare_connection_control(_connection_control)
        if settings.METRICS != "off":
            measure_queries()


async def _connection_lookup() -> ConnectionLookup:
    """Return the running gateway's; its modules are loaded only where one runs."""
    runtime = await import_module("streaming.gateway.runtime").current_runtime()
    connection_lookup: ConnectionLookup = runtime.connection_lookup
    return connection_lookup


def _connection_control() -> ConnectionControl | None:
    """Return that of the gateway that has started in this event loop."""
    runtime = import_module("streaming.gateway.runtime").known_runtime()
    control: ConnectionControl | None = None if runtime is None else runtime.connection_control
    return control
