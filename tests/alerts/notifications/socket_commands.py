"""Commands about notifications, over a socket."""

from typing import Any

from asgiref.sync import sync_to_async

from accounts.models import User
from accounts.tokens.json_web_tokens import pair_issue
from tests.serving import Serving
from tests.wire.client import Client

BROADCAST = {"title": "Maintenance", "body": "At 8", "severity": "info"}


@sync_to_async
def address(gateway: Serving, who: User, path: str = "") -> str:
    """Return the address of a socket that logs a user in."""
    return f"{gateway.socket_url}{path}?token={pair_issue(user=who).access}"


async def ask(client: Client, action: str, params: dict[str, Any] | None = None, *, command_id: str = "") -> Any:
    """Give a command, and return its data or its error."""
    command_id = command_id or f"{action}.{len(client.frames)}"
    await client.send({"type": "command", "id": command_id, "action": action, "params": params or {}})
    frame = await client.next(lambda frame: frame["type"] == "response" and frame["id"] == command_id)
    return frame["data"] if frame["success"] else frame["error"]
