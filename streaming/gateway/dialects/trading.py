"""The dialect of `/ws/trading`: the chart endpoint, with times in milliseconds since the epoch."""

from collections.abc import Sequence

from streaming.clock import Clock
from streaming.events import Event, NamedEvent
from streaming.fan_out.frames import Frame
from streaming.gateway.dialects.base import Dialect, LoginMoment, Message
from streaming.gateway.dialects.event_data import EventData
from streaming.gateway.dialects.market_data import Data
from streaming.gateway.dialects.trading_data import TRADING_NAMES
from streaming.gateway.errors import CloseCode, GatewayError, InvalidMessageError, InvalidSinceError
from streaming.times import epoch_time


class TradingDialect(Dialect):
    """Speaks as `/ws/trading` does. `clock` stamps outgoing events."""

    name = "trading"
    subprotocol = None
    login = LoginMoment.IN_HANDSHAKE
    answers_each = True
    has_heartbeat = False
    stop_code = CloseCode.NORMAL
    client_id_prefix = "client"

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock, EventData(epoch_time, TRADING_NAMES))

    def welcome(self, client_id: str, *, authenticated: bool, now_ms: int) -> Sequence[Frame]:
        """Return `connected`, the first frame."""
        return [self.frame({"type": "connected", "clientId": client_id}, now_ms)]

    def envelope(self, event: Event, channel: str, data: Data) -> Message:
        """Wrap a data object twice: every event is a `data` frame, which tells inside what it is."""
        return {"type": "data", "channel": channel, "data": {"type": event.frame_type, "data": data}}

    def named_envelope(self, event: NamedEvent, data: Data) -> Message:
        """Wrap a data object twice, with what happened."""
        told = {"type": "event", "event": event.event, "data": data}
        return {"type": "data", "channel": event.channel, "data": told}

    def refusal(self, error: GatewayError, named: Message) -> Message:
        """Tell a refusal; that of an unreadable frame has no code.

        A `since` that can't be taken stands in a frame that was read.
        """
        if isinstance(error, InvalidMessageError) and not isinstance(error, InvalidSinceError):
            return {"type": "error", "message": error.message}
        return {"type": "error", **named, "message": error.message, "code": error.code.value}
