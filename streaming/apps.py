"""The app that holds the gateway, the hub and the workers' commands."""

from importlib import import_module

from django.apps import AppConfig

from streaming.commands.registry import command_registry
from streaming.connections.roll_call import RollCall, declare_roll_call
from streaming.workers.retention import declare_forgettable


class StreamingConfig(AppConfig):
    """Streaming: topics, events, hub and gateway."""

    name = "streaming"
    verbose_name = "Streaming"

    def ready(self) -> None:
        """Register the gateway's own commands, and declare what gateways delete and answer."""
        import_module("streaming.gateway.commands.catalog").register_own(command_registry())
        declare_forgettable("commands", import_module("streaming.commands.log").commands_forget)
        declare_roll_call(_roll_call)


async def _roll_call() -> RollCall:
    """Return the running gateway's; its modules are loaded only where one runs."""
    runtime = await import_module("streaming.gateway.runtime").current_runtime()
    roll_call: RollCall = runtime.roll_call
    return roll_call
