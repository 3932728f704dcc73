"""What the bridge goes through, in plain words for operators. Pure."""

import msgspec

from streaming.events import Source
from streaming.market.durations import in_words
from streaming.market.status import BridgeState, BridgeStatus

_NAMES = {Source.BINANCE: "Binance", Source.SIMULATOR: "the simulator"}

_SENTENCES = {
    BridgeState.CONNECTING: "Connecting to {name}. No prices come yet.",
    BridgeState.LIVE: "Prices come from {name} as it makes them.",
    BridgeState.STALE: "Connected to {name}, which sends nothing new. The last prices are shown, marked as stale.",
    BridgeState.RECONNECTING: (
        "The connection to {name} is lost, and is being made again. What is missed meanwhile is fetched afterwards."
    ),
    BridgeState.FALLBACK: "Prices come from {name}, but from another address than the first, which is tried again.",
}


class Fact(msgspec.Struct, frozen=True):
    """One thing that is known of the bridge, with its name."""

    name: str
    value: str


def state_sentence(status: BridgeStatus | None) -> str:
    """Return what the state means for whoever reads prices; None is a bridge that nobody hears."""
    if status is None:
        return (
            "No bridge is heard, so nobody reads the exchange and prices stand still. "
            "One runs by `manage.py run_bridge`, and within the demo."
        )
    name = _NAMES[status.source]
    return _SENTENCES[status.state].format(name=name)


def facts(status: BridgeStatus, *, now_ms: int) -> tuple[Fact, ...]:
    """Return what a bridge has told of itself; what it hasn't told is left out."""
    lag = "unknown" if status.lag_ms is None else in_words(status.lag_ms)
    return (
        Fact("Since", f"{in_words(now_ms - status.since)} ago"),
        Fact("Lag", lag),
        Fact("Streams", str(len(status.active_streams))),
        Fact("Events published", f"{status.events:,}"),
        Fact("Symbols", "known" if status.symbols_known else "not known yet"),
        Fact("Held by", f"{status.holder}, turn {status.epoch}"),
    )
