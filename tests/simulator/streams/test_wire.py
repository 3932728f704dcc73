"""Frames have the fields, the order and the formats of messages that the real exchange sent."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from streaming.simulator.candles.candles import SECOND
from streaming.simulator.market.instruments import INSTRUMENTS
from streaming.simulator.market.market import Market
from streaming.simulator.streams import wire
from streaming.simulator.streams.streams import open_stream

OF_OTHER_EXCHANGES = ("coinbase", "kraken", "session_")
SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "market-samples"
START = 1_795_003_200_000
# Fields that older recordings have and today's exchange no longer sends, or the other way round.
_CHANGED = {"trade": {"a", "b"}}

STREAMS = {
    "trade": "btcusdt@trade",
    "aggTrade": "btcusdt@aggTrade",
    "kline": "btcusdt@kline_1m",
    "ticker": "btcusdt@ticker",
    "miniTicker": "btcusdt@miniTicker",
    "bookTicker": "btcusdt@bookTicker",
    "avgPrice": "btcusdt@avgPrice",
    "depthUpdate": "btcusdt@depth@100ms",
    "partialDepth": "btcusdt@depth10@100ms",
    "miniTickerArr": "!miniTicker@arr",
    "rollingTicker": "btcusdt@ticker_1h",
}


@pytest.fixture(scope="module")
def frames() -> dict[str, Any]:
    """The first frame of each stream in three seconds of a market."""
    market = Market(seed=1, start=START, instruments=INSTRUMENTS[:1])
    list(market.open_each())
    streams = {kind: open_stream(name, market) for kind, name in STREAMS.items()}
    first: dict[str, Any] = {}
    for step in market.steps_until(START + 3 * SECOND):
        for kind, stream in streams.items():
            assert stream is not None
            for event in stream.events(step):
                first.setdefault(kind, json.loads(wire.encode(event(1))))
    return first


def recorded() -> list[Any]:
    """The samples of the kinds that the simulator sends, one case a line."""
    return samples(lambda case: case.get("kind") in STREAMS and case.get("origin") == "recorded")


def documented(kind: str) -> list[Any]:
    """The examples of the documentation of a kind that was recorded nowhere."""
    return samples(lambda case: case.get("kind") == kind and case.get("origin") == "doc")


def samples(is_wanted: Callable[[dict[str, Any]], bool]) -> list[Any]:
    """The samples that are wanted; one that is skipped where there are none beside the checkout."""
    cases = []
    paths = [path for path in sorted(SAMPLES.glob("*.jsonl")) if not path.name.startswith(OF_OTHER_EXCHANGES)]
    for path in paths:
        for line in path.read_text().splitlines():
            case = json.loads(line)
            if is_wanted(case):
                cases.append(pytest.param(case, id=case["id"]))
    reason = f"no recorded messages at {SAMPLES}"
    return cases or [pytest.param({}, marks=pytest.mark.skip(reason=reason))]


def shape(value: Any) -> Any:
    """What a message looks like: keys in order, and the kind of each value."""
    if isinstance(value, dict):
        return [(key, shape(inner)) for key, inner in value.items()]
    if isinstance(value, list):
        return "list"
    if isinstance(value, str):
        return "number in text" if re.fullmatch(r"-?\d+(\.\d+)?", value) else "text"
    return type(value).__name__


def places(value: Any, path: str = "") -> dict[str, int]:
    """The number of decimals of each text with a decimal point, by where it stands."""
    if isinstance(value, dict):
        return {at: count for key, inner in value.items() for at, count in places(inner, f"{path}.{key}").items()}
    if isinstance(value, str) and re.fullmatch(r"-?\d+\.\d+", value):
        return {path: len(value.partition(".")[2])}
    return {}


@pytest.mark.parametrize("case", recorded())
def test_it_writes_frames_as_the_exchange_does(frames: dict[str, Any], case: dict[str, Any]) -> None:
    message = json.loads(case["raw"])
    message = message.get("data", message) if isinstance(message, dict) else message
    ours = frames[case["kind"]]
    if isinstance(message, list):
        message, ours = message[0], ours[0]
    gone = _CHANGED.get(case["kind"], set())
    theirs = {key: value for key, value in message.items() if key not in gone}
    if "k" in theirs:
        theirs["k"].setdefault("B", "0")
    if list(theirs) == sorted(theirs):  # whoever recorded it sorted the keys
        ours = dict(sorted(ours.items()))
    assert shape(ours) == shape(theirs)
    assert places(ours) == places(theirs)


@pytest.mark.parametrize("case", documented("rollingTicker"))
def test_it_writes_rolling_windows_with_the_fields_of_the_documentation(
    frames: dict[str, Any], case: dict[str, Any]
) -> None:
    ours, theirs = frames["rollingTicker"], json.loads(case["raw"])
    assert [(key, type(value)) for key, value in ours.items()] == [(key, type(value)) for key, value in theirs.items()]
    assert ours["e"] == theirs["e"]


def test_it_writes_each_level_as_price_and_quantity_with_eight_decimals(frames: dict[str, Any]) -> None:
    for rows in (frames["partialDepth"]["bids"], frames["depthUpdate"]["b"], frames["depthUpdate"]["a"]):
        for row in rows:
            assert [len(text.partition(".")[2]) for text in row] == [8, 8]


def test_it_wraps_a_payload_as_it_is() -> None:
    assert wire.wrapped('a"b@trade', b'{"p":"1.10000000"}') == b'{"stream":"a\\"b@trade","data":{"p":"1.10000000"}}'
