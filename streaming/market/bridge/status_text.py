"""What the bridge goes through, in plain words for operators. Pure."""

import msgspec

from streaming.durations import in_words
from streaming.events import Source
from streaming.market.bridge.slots import BRIDGE_SLOT
from streaming.market.bridge.status import BridgeState, BridgeStatus
from streaming.program import management_command

_NAMES = {
    Source.BINANCE: "Binance",
    Source.COINBASE: "Coinbase",
    Source.KRAKEN: "Kraken",
    Source.SIMULATOR: "the simulator",
}

_SENTENCES = {
    BridgeState.CONNECTING: "Connecting to {name}. No prices come yet.",
    BridgeState.LIVE: "Prices come from {name} as it makes them.",
    BridgeState.STALE: "Connected to {name}, which sends nothing new. The last prices are shown, marked as stale.",
    BridgeState.RECONNECTING: (
        "The connection to {name} is lost, and is being made again. What is missed meanwhile is fetched afterwards."
    ),
    BridgeState.FALLBACK: "Prices come from {name}, but from another address than the first, which is tried again.",
}


_STAND_IN = (
    "{name} is away. Simulated prices stand in for its own: they began at the last real ones, and are marked as "
    "simulated. It is tried all the while, and its own prices come back once it has been well for a while."
)


class Fact(msgspec.Struct, frozen=True):
    """One thing that is known of the bridge, with its name."""

    name: str
    value: str


def state_sentence(status: BridgeStatus | None) -> str:
    """Return what the state means for whoever reads prices; None is a bridge that nobody hears."""
    if status is None:
        return (
            "No bridge is heard, so nobody reads the exchange and prices stand still. "
            f"One runs by `{management_command('run_bridge')}`, and within the demo."
        )
    if status.stands_in_for is not None:
        return _STAND_IN.format(name=_NAMES[status.stands_in_for])
    name = _NAMES[status.source]
    return _SENTENCES[status.state].format(name=name)


def facts(status: BridgeStatus, *, now_ms: int) -> tuple[Fact, ...]:
    """Return what a bridge has told of itself; what it hasn't told, and what has never happened, is left out."""
    told = (
        Fact("Since", f"{in_words(now_ms - status.since)} ago"),
        Fact("Address", status.address),
        Fact("Lag", _lag(status)),
        Fact("Frames a second", f"{status.frames_per_second:,.0f}"),
        Fact("Streams", f"{len(status.active_streams):,}"),
        Fact("Events published", f"{status.events:,}"),
        Fact("Reconnects", _causes(status.reconnects)),
        Fact("Gaps", _gaps(status)),
        Fact("Requests refused or unanswered", _count(status.ack_errors)),
        Fact("Events dropped", _count(status.dropped)),
        Fact("Doubles left out", _count(status.doubles)),
        Fact("Candles stored", _count(status.candles_stored)),
        Fact("REST weight this minute", _count(status.used_weight)),
        Fact("Symbols", _symbols(status)),
        Fact("Held by", f"{status.holder}, turn {status.epoch}"),
    )
    return tuple(fact for fact in told if fact.value)


def _symbols(status: BridgeStatus) -> str:
    """Return whether the symbols are known; those of further markets nobody keeps."""
    if status.slot != BRIDGE_SLOT:
        return ""
    return "known" if status.symbols_known else "not known yet"


def _lag(status: BridgeStatus) -> str:
    """Return the lag now and, where it was told, of the last minute."""
    now = "unknown" if status.lag_ms is None else in_words(status.lag_ms)
    if status.lag_p50_ms is None or status.lag_p99_ms is None:
        return now
    return f"{now} (half within {in_words(status.lag_p50_ms)}, 99 of 100 within {in_words(status.lag_p99_ms)})"


def _causes(reconnects: dict[str, int]) -> str:
    """Return how often it reconnected, and why, the most frequent cause first."""
    causes = sorted(reconnects.items(), key=lambda cause: (-cause[1], cause[0]))
    if not causes:
        return "none"
    return f"{sum(reconnects.values()):,}: {', '.join(f'{cause} {count:,}' for cause, count in causes)}"


def _gaps(status: BridgeStatus) -> str:
    counts = ((status.gaps_filled, "filled"), (status.gaps_unfilled, "not filled"), (status.gaps_waiting, "waiting"))
    return ", ".join(f"{count:,} {word}" for count, word in counts if count) or "none"


def _count(number: int) -> str:
    return f"{number:,}" if number else ""
