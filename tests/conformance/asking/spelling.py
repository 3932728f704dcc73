"""The three dialects as docs/protocol tells them: how a test asks, and what it reads in the frames that come back.

This is written from the pages, and shares no code with the gateway.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.wire.client import Frame

_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_NEAR_MS = 120_000
ACKNOWLEDGEMENTS = frozenset({"subscribed", "unsubscribed"})


@dataclass(frozen=True)
class Refusal:
    """What an error frame says."""

    code: str | None
    message: str
    channel: str | None = None


@dataclass(frozen=True)
class Seen:
    """What an event frame says: its channel, its type, what happened (dotted names only), its data."""

    channel: str
    type: str
    event: str | None
    data: dict[str, Any]

    @property
    def is_of_a_gap(self) -> bool:
        """True where it tells of a gap, or was filled in after one: it may be of a gap that another test made."""
        return self.type == "resync" or "repaired" in self.data


@dataclass(frozen=True)
class Dialect:
    """One dialect: where it is spoken, and how its frames read."""

    name: str
    path: str
    time_ms: Callable[[Any], int]
    read_refusal: Callable[[Frame], Refusal]
    read_acknowledged: Callable[[Frame], list[str]]
    read_event: Callable[[Frame], Seen | None]
    subprotocol: str | None = None
    has_welcome: bool = True
    needs_login: bool = False

    @property
    def acknowledges_each(self) -> bool:
        """True where each channel of a message gets an answer of its own."""
        return self.subprotocol is None

    def assert_is_now(self, value: Any) -> None:
        """Check that a time is in the dialect's format, and of this moment."""
        assert abs(self.time_ms(value) - time.time() * 1000) < _NEAR_MS, value


def _iso_ms(value: Any) -> int:
    assert isinstance(value, str), value
    assert _ISO_TIME.fullmatch(value), value
    return round(datetime.fromisoformat(value).timestamp() * 1000)


def _epoch_ms(value: Any) -> int:
    assert isinstance(value, int), value
    return value


def _market_refusal(frame: Frame) -> Refusal:
    assert set(frame) - {"channel"} == {"type", "data", "timestamp"}, frame
    assert set(frame["data"]) == {"code", "message"}, frame
    return Refusal(frame["data"]["code"], frame["data"]["message"], frame.get("channel"))


def _trading_refusal(frame: Frame) -> Refusal:
    assert set(frame) - {"channel", "code"} == {"type", "message", "timestamp"}, frame
    return Refusal(frame.get("code"), frame["message"], frame.get("channel"))


def _control_refusal(frame: Frame) -> Refusal:
    assert set(frame) == {"type", "data", "timestamp"}, frame
    assert set(frame["data"]) - {"channel"} == {"code", "message"}, frame
    return Refusal(frame["data"]["code"], frame["data"]["message"], frame["data"].get("channel"))


def _one_channel(frame: Frame) -> list[str]:
    assert set(frame) == {"type", "channel", "timestamp"}, frame
    return [frame["channel"]]


def _many_channels(frame: Frame) -> list[str]:
    assert set(frame) == {"type", "timestamp", "data"}, frame
    assert set(frame["data"]) == {"channels", "active_subscriptions"}, frame
    channels: list[str] = frame["data"]["channels"]
    return channels


_NO_EVENTS = frozenset({"connected", "subscribed", "unsubscribed", "pong", "ping", "error", "auth_result", "response"})


def _market_event(frame: Frame) -> Seen | None:
    if frame["type"] in _NO_EVENTS:
        return None
    expected = {"type", "channel", "data", "timestamp"}
    expected |= {"event"} if frame["type"] == "event" else {"symbol", "interval"} & set(frame["data"])
    assert set(frame) == expected, frame
    return Seen(frame["channel"], frame["type"], frame.get("event"), frame["data"])


def _trading_event(frame: Frame) -> Seen | None:
    if frame["type"] != "data":
        assert frame["type"] in _NO_EVENTS, frame
        return None
    assert set(frame) == {"type", "channel", "data", "timestamp"}, frame
    inner = frame["data"]
    assert set(inner) == {"type", "data"} | ({"event"} if inner["type"] == "event" else set()), frame
    return Seen(frame["channel"], inner["type"], inner.get("event"), inner["data"])


def _control_event(frame: Frame) -> Seen | None:
    if frame["type"] != "event":
        assert frame["type"] in _NO_EVENTS, frame
        return None
    assert set(frame) == {"type", "channel", "event", "timestamp", "data"}, frame
    is_dotted = ":" not in frame["channel"] and "." in frame["channel"]
    kind = "event" if is_dotted else frame["event"]
    return Seen(frame["channel"], kind, frame["event"] if is_dotted else None, frame["data"])


MARKET = Dialect("market", "/ws", _iso_ms, _market_refusal, _one_channel, _market_event)
TRADING = Dialect("trading", "/ws/trading", _epoch_ms, _trading_refusal, _one_channel, _trading_event, needs_login=True)
CONTROL = Dialect(
    "zigquant-v2", "/ws", _epoch_ms, _control_refusal, _many_channels, _control_event,
    subprotocol="zigquant-v2", has_welcome=False, needs_login=True,
)  # fmt: skip
DIALECTS = (MARKET, TRADING, CONTROL)
