"""What a client saw, held against what the protocol promises: shapes, order, nothing lost, nothing late."""

import itertools
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

Frame = dict[str, Any]

_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_WHERE_KNOWN = {"change1h"}
_MARKS = {"source", "simulated"}
LATEST_NEWS_MS = 5000
"""Prices, tickers and depth of an active market come at least so often."""

FIELDS: Mapping[str, set[str]] = {
    "price": {
        "symbol", "price", "change24h", "changePercent24h", "high24h", "low24h", "volume24h", "timestamp",
    },
    "ticker": {
        "symbol", "price", "bid", "ask", "volume", "change", "changePercent", "high", "low", "open", "previousClose",
        "timestamp",
    },
    "kline": {
        "symbol", "interval", "time", "open", "high", "low", "close", "volume", "isFinal", "timestamp",
    },
    "trade": {"symbol", "price", "quantity", "side", "tradeId", "timestamp"},
    "depth": {"symbol", "bids", "asks", "timestamp"},
    "overview": {"symbols", "gainers", "losers", "volumes", "timestamp"},
}  # fmt: skip
TRADING_FIELDS: Mapping[str, set[str]] = {
    **FIELDS,
    "kline": {
        "symbol", "interval", "startTime", "endTime", "open", "high", "low", "close", "volume", "closed", "trades",
    },
    "ticker": {
        "symbol", "price", "priceChange", "priceChangePercent", "high", "low", "volume", "quoteVolume",
    },
    "trade": {"symbol", "price", "quantity", "side", "tradeId", "time"},
    "depth": {"symbol", "bids", "asks", "time"},
}  # fmt: skip


class Sighting:
    """All that one client told: its frames as they read, when each came (ms), and how the connection ended."""

    def __init__(self, lines: Iterable[str]) -> None:
        told = [json.loads(line) for line in lines if line.strip()]
        assert not any(one.get("isBinary") for one in told), "a binary frame"
        self.frames: list[Frame] = [json.loads(one["text"], parse_float=Decimal) for one in told if "text" in one]
        self.texts = [one["text"] for one in told if "text" in one]
        self.times = [one["at"] for one in told if "text" in one]
        self.end = told[-1] if told and "closed" in told[-1] else None

    def of_type(self, *types: str) -> list[Frame]:
        """Return the frames of these types, in order."""
        return [frame for frame in self.frames if frame["type"] in types]

    @property
    def types(self) -> Counter[str]:
        """How many frames of each type came."""
        return Counter(frame["type"] for frame in self.frames)


def judge_end(sighting: Sighting) -> None:
    """The client left, and nobody else ended it."""
    assert sighting.end is not None, "it never closed"
    assert sighting.end["closed"] == 1000, sighting.end


def judge_numbers(sighting: Sighting) -> None:
    """No number is written with an exponent."""
    for text in sighting.texts:
        assert not re.search(r"[:\[,]\s*-?\d+(\.\d+)?[eE]", text), text


def judge_market(sighting: Sighting, channels: Iterable[str], *, style: str) -> None:
    """Every channel's data came: whole, in order, nothing lost, never late."""
    events = [(_read(frame, style), at) for frame, at in zip(sighting.frames, sighting.times, strict=True)]
    by_channel: dict[str, list[tuple[str, Frame, int]]] = defaultdict(list)
    for event, at in events:
        if event is not None:
            channel, name, data = event
            by_channel[channel].append((name, data, at))
    for channel in channels:
        assert by_channel[channel], f"nothing came on {channel}"
        _judge_fields(by_channel[channel], style)
    for channel, seen in by_channel.items():
        _judge_order(channel, seen)
    last = sighting.times[-1]
    for channel in channels:
        if channel.split(":")[0] in {"price", "ticker", "depth"}:
            times = [at for _, _, at in by_channel[channel]]
            gaps = [later - earlier for earlier, later in zip(times, [*times[1:], last], strict=True)]
            assert max(gaps) <= LATEST_NEWS_MS, f"{channel} was silent for {max(gaps)} ms"


def _read(frame: Frame, style: str) -> tuple[str, str, Frame] | None:
    """Return channel, name and data of an event's frame; None for any other frame."""
    if style == "trading":
        return (frame["channel"], frame["data"]["type"], frame["data"]["data"]) if frame["type"] == "data" else None
    if style == "zigquant-v2":
        is_market = frame["type"] == "event" and ":" in frame["channel"]
        return (frame["channel"], _name_of(frame["channel"]), frame["data"]) if is_market else None
    return (frame["channel"], frame["type"], frame["data"]) if frame["type"] in FIELDS else None


def _name_of(channel: str) -> str:
    head = channel.split(":", maxsplit=1)[0]
    return {"klines": "kline", "trades": "trade", "market": "overview"}.get(head, head)


def _judge_fields(seen: Iterable[tuple[str, Frame, int]], style: str) -> None:
    fields = TRADING_FIELDS if style == "trading" else FIELDS
    for name, data, _ in seen:
        assert set(data) - _WHERE_KNOWN == fields[name] | _MARKS, (name, sorted(data))
        assert (data["source"], data["simulated"]) == ("simulator", True)
        if "timestamp" in data:
            written_as_text = style == "market" and name != "price"
            assert bool(written_as_text and _ISO.fullmatch(data["timestamp"])) or isinstance(data["timestamp"], int)


def _judge_order(channel: str, seen: list[tuple[str, Frame, int]]) -> None:
    name = seen[0][0]
    if name == "trade":
        identities = [data["tradeId"] for _, data, _ in seen]
        expected = list(range(identities[0], identities[0] + len(identities)))
        assert identities == expected, f"{channel} lost or doubled a trade"
    if name == "kline":
        candles = [(_opening(data), _is_final(data)) for _, data, _ in seen]
        assert candles == sorted(candles), f"{channel} went back in time"
        finals = [time for time, is_final in candles if is_final]
        steps = {later - earlier for earlier, later in itertools.pairwise(finals)}
        assert len(steps) <= 1, f"{channel} lost or doubled a closed candle: {steps}"


def _opening(data: Frame) -> int:
    return int(data["time"] if "time" in data else data["startTime"])


def _is_final(data: Frame) -> bool:
    return bool(data.get("isFinal", data.get("closed")))
