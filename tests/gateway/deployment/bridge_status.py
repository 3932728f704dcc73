"""A bridge's status, as a gateway hears it."""

from streaming.events import Source
from streaming.market.bridge.status import BridgeState, BridgeStatus

NOW = 1_700_000_100_500

BRIDGE = BridgeStatus(
    state=BridgeState.LIVE,
    source=Source.BINANCE,
    since=1,
    lag_ms=12,
    active_streams=("a", "b"),
    symbols_known=True,
    holder="b-1",
    epoch=4,
    published=NOW,
    events=99,
    tasks=35,
    lag_p50_ms=30,
    lag_p99_ms=55,
    address="wss://stream.example.com",
    frames_per_second=81.5,
    reconnects={"disconnected": 2, "silent": 1},
    ack_errors=4,
    dropped=5,
    doubles=6,
    gaps_filled=7,
    gaps_unfilled=8,
    gaps_waiting=9,
    used_weight=40,
)
