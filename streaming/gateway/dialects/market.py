"""The dialect of `/ws`: market data, with ISO 8601 times."""

from collections.abc import Sequence

from streaming.clock import Clock
from streaming.events import Event, NamedEvent
from streaming.fan_out.frames import Frame
from streaming.gateway.dialects.base import Dialect, LoginMoment, Message
from streaming.gateway.dialects.event_data import EventData
from streaming.gateway.dialects.market_data import Data
from streaming.gateway.errors import CloseCode, GatewayError
from streaming.times import iso_time

_TOP_FIELDS = ("symbol", "interval")


class MarketDialect(Dialect):
    """Speaks as `/ws` does. `clock` stamps outgoing events."""

    name = "market"
    subprotocol = None
    login = LoginMoment.OPTIONAL
    answers_each = True
    has_heartbeat = False
    stop_code = CloseCode.SERVICE_RESTART
    client_id_prefix = "ws"

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock, EventData(iso_time))

    def welcome(self, client_id: str, *, authenticated: bool, now_ms: int) -> Sequence[Frame]:
        """Return `connected`, the first frame."""
        data = {"clientId": client_id, "authenticated": authenticated, "timestamp": iso_time(now_ms)}
        return [self.frame({"type": "connected", "data": data}, now_ms)]

    def envelope(self, event: Event, channel: str, data: Data) -> Message:
        """Wrap a data object; symbol and interval stand at the top level too, for clients that read them there."""
        message: Message = {"type": event.frame_type, "channel": channel}
        for field in _TOP_FIELDS:
            if data.get(field) is not None:
                message[field] = data[field]
        message["data"] = data
        return message

    def named_envelope(self, event: NamedEvent, data: Data) -> Message:
        """Wrap a data object with what happened, and where."""
        return {"type": "event", "channel": event.channel, "event": event.event, "data": data}

    def refusal(self, error: GatewayError, named: Message) -> Message:
        """Tell a refusal, with the channel beside its data."""
        return {"type": "error", **named, "data": {"message": error.message, "code": error.code.value}}
