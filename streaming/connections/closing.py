"""Ending a user's connections, from wherever that is decided, at every gateway of the deployment.

Whoever decides it has stored it first (a log-out, a deactivated user): what is told here ends connections sooner, and a
message that is lost costs no more than the time until the token expires.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from streaming.fan_out.hub import Hub
from streaming.identity.identity import Identity
from streaming.layer.channel_layer import Message
from streaming.layer.groups import GATEWAYS_GROUP

CLOSE_USER_MESSAGE = "gateway.close_user"
LOGGED_OUT = "Logged out"
USER_DEACTIVATED = "User deactivated"
API_KEY_REVOKED = "API key revoked"
_SEND_SECONDS = 2.0

logger = structlog.get_logger(__name__)


class ClosingOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Whose connections end, and the reason that they are told.

    With a `before_generation`, only those that logged in before the user was logged out everywhere that time, and with
    no API key; with a `login_id`, only those of that login or key.
    """

    user_id: str
    reason: str
    before_generation: int | None = None
    login_id: str | None = None

    def concerns(self, identity: Identity) -> bool:
        """Return whether a connection of the user, logged in so, ends."""
        if self.before_generation is not None and not identity.is_before(self.before_generation):
            return False
        return self.login_id is None or identity.login_id == self.login_id


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(ClosingOrder).decode


async def close_connections_of(
    user_id: str, reason: str, *, before_generation: int | None = None, login_id: str | None = None
) -> None:
    """Tell every gateway to close the user's connections with 4401; a layer that is away is logged, not raised."""
    order = ClosingOrder(user_id=user_id, reason=reason, before_generation=before_generation, login_id=login_id)
    layer: Any = get_channel_layer()
    try:
        async with asyncio.timeout(_SEND_SECONDS):
            await layer.group_send(GATEWAYS_GROUP, {"type": CLOSE_USER_MESSAGE, "body": _encode(order)})
    except Exception as error:  # noqa: BLE001 - whatever a layer raises: what was decided is stored already
        logger.warning("the gateways could not be told to close connections", user_id=user_id, reason=repr(error))


close_connections_of_sync = async_to_sync(close_connections_of)
"""The same for synchronous callers; in a gateway's own thread it runs on the gateway's event loop."""


class ClosingListener:
    """Hears the orders in one gateway, and hands each to `close`."""

    def __init__(self, close: Callable[[ClosingOrder], None]) -> None:
        self._close = close

    async def start(self, hub: Hub) -> None:
        """Listen to whoever orders it."""
        await hub.listen(GATEWAYS_GROUP, CLOSE_USER_MESSAGE, self._hear)

    def _hear(self, message: Message) -> None:
        self._close(_decode(message["body"]))
