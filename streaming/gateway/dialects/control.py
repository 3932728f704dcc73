"""The dialect `zigquant-v2`: events and commands of the trading engine, with times in milliseconds since the epoch."""

from collections.abc import Mapping, Sequence

from streaming.clock import Clock
from streaming.events import Event, NamedEvent, PublicEvent
from streaming.fan_out.frames import Frame
from streaming.gateway.dialects.base import Dialect, LoginMoment, Message
from streaming.gateway.dialects.event_data import EventData
from streaming.gateway.dialects.market_data import Data
from streaming.gateway.errors import CloseCode, GatewayError
from streaming.times import epoch_time

SUBPROTOCOL = "zigquant-v2"
"""What a client asks for in the handshake of `/ws` to be spoken to in this dialect."""


class ControlDialect(Dialect):
    """Speaks `zigquant-v2`. `clock` stamps outgoing events."""

    name = SUBPROTOCOL
    subprotocol = SUBPROTOCOL
    login = LoginMoment.BY_FIRST_FRAME
    answers_each = False
    has_heartbeat = True
    stop_code = CloseCode.SERVICE_RESTART
    client_id_prefix = "zigquant"

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock, EventData(epoch_time))

    def welcome(self, client_id: str, *, authenticated: bool, now_ms: int) -> Sequence[Frame]:
        """Return nothing: the client speaks first."""
        return ()

    def acknowledgement(self, name: str, channels: Sequence[str], active: int) -> Message:
        """Acknowledge a whole message at once."""
        return {"type": name, "data": {"channels": channels, "active_subscriptions": active}}

    def add_resumed(self, acknowledgement: Message, resumed: Mapping[str, Message]) -> None:
        """Say by channel where those stand that a message subscribed."""
        acknowledgement["data"]["resumed"] = dict(resumed)

    def envelope(self, event: Event, channel: str, data: Data) -> Message:
        """Wrap a data object; what anyone may read is all called `update`, other events by their type."""
        happened = "update" if isinstance(event, PublicEvent) else event.frame_type
        return {"type": "event", "channel": channel, "event": happened, "data": data}

    def named_envelope(self, event: NamedEvent, data: Data) -> Message:
        """Wrap a data object with what happened, and where."""
        return {"type": "event", "channel": event.channel, "event": event.event, "data": data}

    def refusal(self, error: GatewayError, named: Message) -> Message:
        """Tell a refusal, with the channel in its data."""
        return {"type": "error", "data": {"code": error.code.value, "message": error.message, **named}}
