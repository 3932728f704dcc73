"""What the bridge goes through, in words for operators."""

import msgspec
import pytest

from streaming.events import Source
from streaming.market.bridge.status import BridgeState, BridgeStatus
from streaming.market.bridge.status_text import facts, state_sentence

QUIET = BridgeStatus(
    state=BridgeState.LIVE,
    source=Source.BINANCE,
    since=1_000_000,
    lag_ms=42,
    active_streams=("btcusdt@ticker",),
    symbols_known=True,
    holder="a-bridge",
    epoch=7,
    published=1_125_000,
)
BUSY = msgspec.structs.replace(
    QUIET,
    symbols_known=False,
    lag_p50_ms=20,
    lag_p99_ms=1_500,
    address="wss://stream.example.com:9443",
    frames_per_second=1234.6,
    reconnects={"silent": 1, "cut": 12},
    ack_errors=2,
    dropped=1_000,
    gaps_filled=5,
    gaps_waiting=1,
    used_weight=240,
)


def _told(status: BridgeStatus) -> dict[str, str]:
    return {fact.name: fact.value for fact in facts(status, now_ms=1_125_000)}


def test_it_leaves_out_what_was_never_told_or_never_happened() -> None:
    assert _told(QUIET) == {
        "Since": "2 min 5 s ago",
        "Lag": "42 ms",
        "Frames a second": "0",
        "Streams": "1",
        "Events published": "0",
        "Reconnects": "none",
        "Gaps": "none",
        "Symbols": "known",
        "Held by": "a-bridge, turn 7",
    }


def test_it_tells_what_befell_the_bridge() -> None:
    told = _told(BUSY)
    assert told["Address"] == "wss://stream.example.com:9443"
    assert told["Lag"] == "42 ms (half within 20 ms, 99 of 100 within 1 s)"
    assert told["Frames a second"] == "1,235"
    assert told["Reconnects"] == "13: cut 12, silent 1"
    assert told["Gaps"] == "5 filled, 1 waiting"
    assert told["Requests refused or unanswered"] == "2"
    assert told["Events dropped"] == "1,000"
    assert told["REST weight this minute"] == "240"
    assert told["Symbols"] == "not known yet"
    assert "Doubles left out" not in told


def test_it_says_that_the_lag_is_unknown_while_the_exchange_is_away() -> None:
    assert _told(msgspec.structs.replace(QUIET, lag_ms=None))["Lag"] == "unknown"


@pytest.mark.parametrize("state", BridgeState)
@pytest.mark.parametrize(("source", "name"), [(Source.BINANCE, "Binance"), (Source.SIMULATOR, "the simulator")])
def test_it_says_what_each_state_means(state: BridgeState, source: Source, name: str) -> None:
    sentence = state_sentence(msgspec.structs.replace(QUIET, state=state, source=source))
    assert name in sentence
    assert sentence.endswith(".")


def test_it_says_that_no_bridge_is_heard() -> None:
    assert state_sentence(None).startswith("No bridge is heard")


def test_it_says_whose_place_simulated_prices_take() -> None:
    stand_in = msgspec.structs.replace(
        QUIET, state=BridgeState.FALLBACK, source=Source.SIMULATOR, stands_in_for=Source.BINANCE
    )
    assert state_sentence(stand_in).startswith("Binance is away. Simulated prices stand in")
