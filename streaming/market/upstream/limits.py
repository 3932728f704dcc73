"""The numbers of the connection to the exchange."""

import msgspec

from streaming.configuration.setting_fields import setting
from streaming.market.upstream.reconnecting import ReconnectLimits
from streaming.market.upstream.renewal import RenewalLimits
from streaming.market.upstream.shards import ShardLimits
from streaming.market.upstream.silence import SilenceLimits
from streaming.market.upstream.subscriptions.stream_subscriptions import SubscriptionLimits


class ConnectionLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds and bytes of one connection."""

    open_timeout: float = setting("BRIDGE_OPEN_TIMEOUT_SECONDS")
    close_timeout: float = setting("BRIDGE_CLOSE_TIMEOUT_SECONDS")
    ping_interval: float = setting("BRIDGE_PING_INTERVAL_SECONDS")
    ping_timeout: float = setting("BRIDGE_PING_TIMEOUT_SECONDS")
    send_interval: float = setting("BRIDGE_SEND_INTERVAL_SECONDS")
    maximum_frame_bytes: int = setting("BRIDGE_MAXIMUM_MESSAGE_BYTES")
    reconnect: ReconnectLimits = msgspec.field(default_factory=ReconnectLimits)
    subscriptions: SubscriptionLimits = msgspec.field(default_factory=SubscriptionLimits)
    shards: ShardLimits = msgspec.field(default_factory=ShardLimits)
    renewal: RenewalLimits = msgspec.field(default_factory=RenewalLimits)
    silence: SilenceLimits = msgspec.field(default_factory=SilenceLimits)
