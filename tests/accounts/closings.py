"""Hears, as a gateway does, whose connections are to be closed."""

from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from msgspec import msgpack

from streaming.connections.closing import CLOSE_USER_MESSAGE, ClosingOrder
from streaming.layer.groups import GATEWAYS_GROUP

_END = {"type": "end"}


class Closings:
    """Listens from its creation on."""

    def __init__(self) -> None:
        layer: Any = get_channel_layer()
        self._layer = layer
        self._channel = async_to_sync(self._layer.new_channel)()
        async_to_sync(self._layer.group_add)(GATEWAYS_GROUP, self._channel)

    def heard(self) -> list[ClosingOrder]:
        """Return the orders since the last call."""
        return async_to_sync(self._read)()

    def end(self) -> None:
        """Listen no more."""
        async_to_sync(self._layer.group_discard)(GATEWAYS_GROUP, self._channel)

    async def _read(self) -> list[ClosingOrder]:
        orders = []
        await self._layer.send(self._channel, _END)
        while (message := await self._layer.receive(self._channel)) != _END:
            assert message["type"] == CLOSE_USER_MESSAGE
            orders.append(msgpack.decode(message["body"], type=ClosingOrder))
        return orders
