"""What a bridge tells of itself."""

from streaming.events import Source
from streaming.market.bridge.slots import BRIDGE_SLOT
from streaming.market.bridge.status import BridgeState, BridgeStatus


def status(
    *,
    epoch: int = 1,
    state: BridgeState = BridgeState.LIVE,
    source: Source = Source.BINANCE,
    symbols_known: bool = True,
    slot: str = BRIDGE_SLOT,
) -> BridgeStatus:
    """Return a status."""
    return BridgeStatus(
        state=state, source=source, since=1, lag_ms=None, active_streams=("a@trade",), symbols_known=symbols_known,
        holder=f"bridge-{epoch}", epoch=epoch, published=2, slot=slot,
    )  # fmt: skip
