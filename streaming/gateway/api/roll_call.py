"""Which connections a user has, at all gateways of the deployment; for the admin and whoever else wants to know.

It is asked within a gateway's process, on its event loop; a synchronous view asks by `async_to_sync`, which finds it.
"""

from streaming.gateway.deployment.connections import ConnectionInfo
from streaming.gateway.runtime import current_runtime

__all__ = ["ConnectionInfo", "connections_of"]


async def connections_of(user_id: str) -> list[ConnectionInfo]:
    """Return the connections that the user has logged in, the oldest first.

    It takes until all known gateways have answered, at most WS_ROLL_CALL_SECONDS; what a gateway that doesn't answer
    serves is left out.
    """
    runtime = await current_runtime()
    return await runtime.roll_call.connections_of(user_id)
