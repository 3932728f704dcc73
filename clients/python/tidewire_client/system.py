"""A client and its state sync, made at once."""

from typing import Self

from tidewire_client.client import TidewireClient
from tidewire_client.dialects import Dialect
from tidewire_client.logging_in.tokens import TokenSource
from tidewire_client.options import ClientOptions
from tidewire_client.synced_state.state_sync import StateSync


class WebSocketSystem:
    """A client and its state sync; the client's calls stand here as well. See `TidewireClient` for each."""

    def __init__(self, client: TidewireClient) -> None:
        """Put a state sync beside `client`."""
        self.client = client
        self.state_sync = StateSync(client)
        self.connect = client.connect
        self.disconnect = client.disconnect
        self.reconnect = client.reconnect
        self.on = client.on
        self.off = client.off
        self.on_message = client.on_message
        self.off_message = client.off_message
        self.events = client.events
        self.subscribe = client.subscribe
        self.unsubscribe = client.unsubscribe
        self.resubscribe = client.resubscribe
        self.command = client.command

    async def __aenter__(self) -> Self:
        """Connect."""
        await self.client.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Disconnect."""
        await self.disconnect()


def create_websocket_system(
    url: str,
    *,
    dialect: Dialect | str = Dialect.MARKET,
    token: TokenSource = None,
    options: ClientOptions | None = None,
) -> WebSocketSystem:
    """Make a client of the server whose socket is at `url`, and its state sync; see `TidewireClient`."""
    return WebSocketSystem(TidewireClient(url, dialect=dialect, token=token, options=options))
