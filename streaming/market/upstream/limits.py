"""The numbers of the connection to the exchange."""

import msgspec

from streaming.market.upstream.reconnecting import ReconnectLimits
from streaming.market.upstream.renewal import RenewalLimits
from streaming.market.upstream.shards import ShardLimits
from streaming.market.upstream.silence import SilenceLimits
from streaming.market.upstream.subscriptions.stream_subscriptions import SubscriptionLimits


class ConnectionLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds and bytes of one connection."""

    open_timeout: float = 10.0
    close_timeout: float = 2.0
    ping_interval: float = 20.0
    ping_timeout: float = 20.0
    send_interval: float = 0.35
    maximum_frame_bytes: int = 16 * 1024 * 1024
    reconnect: ReconnectLimits = ReconnectLimits()
    subscriptions: SubscriptionLimits = SubscriptionLimits()
    shards: ShardLimits = ShardLimits()
    renewal: RenewalLimits = RenewalLimits()
    silence: SilenceLimits = SilenceLimits()
