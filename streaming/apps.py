"""The app that holds the gateway, the hub and the workers' commands."""

from importlib import import_module

from django.apps import AppConfig

from streaming.connections.roll_call import RollCall, declare_roll_call


class StreamingConfig(AppConfig):
    """Streaming: topics, events, hub and gateway."""

    name = "streaming"
    verbose_name = "Streaming"
    declaration = "streaming.declaration.DECLARATION"

    def ready(self) -> None:
        """Declare what gateways answer."""
        declare_roll_call(_roll_call)


async def _roll_call() -> RollCall:
    """Return the running gateway's; its modules are loaded only where one runs."""
    runtime = await import_module("streaming.gateway.runtime").current_runtime()
    roll_call: RollCall = runtime.roll_call
    return roll_call
