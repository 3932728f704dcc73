"""The channels that are wanted."""

from typing import Any

import pytest

from tidewire_client.channels.subscriptions import SubscriptionOptions, Subscriptions, unsubscribe_frames

PLAIN = SubscriptionOptions()


def _nothing(_: object) -> dict[str, Any]:
    """Say nothing of the history."""
    return {}


def test_a_channel_is_wanted_once_and_keeps_its_options() -> None:
    wanted = Subscriptions()
    assert wanted.add(["b", "a", "b"], SubscriptionOptions(throttle_ms=500)) == ["b", "a"]
    assert wanted.add(["a", "c"], PLAIN) == ["c"]
    assert (wanted.channels, len(wanted), "a" in wanted, "z" in wanted) == (("b", "a", "c"), 3, True, False)
    assert list(wanted.frames(wanted.channels, _nothing)) == [
        {"type": "subscribe", "channels": ["b", "a"], "throttle_ms": 500},
        {"type": "subscribe", "channels": ["c"]},
    ]


def test_only_what_was_wanted_is_removed() -> None:
    wanted = Subscriptions()
    wanted.add(["a", "b"], PLAIN)
    assert wanted.remove(["b", "z", "b"]) == ["b"]
    assert wanted.channels == ("a",)
    assert list(unsubscribe_frames(["b"])) == [{"type": "unsubscribe", "channels": ["b"]}]


def test_a_dotted_name_is_heard_by_itself_and_by_every_pattern_over_it() -> None:
    wanted = Subscriptions()
    wanted.add(["*", "grid.*.order", "grid.b.*", "grid.a.order", "trades:BTCUSDT"], PLAIN)
    assert wanted.that_hear("grid.a.order") == ["*", "grid.*.order", "grid.a.order"]
    assert wanted.that_hear("trades:BTCUSDT") == ["trades:BTCUSDT"], "patterns are over dotted names alone"
    assert wanted.that_hear("trades:ETHUSDT") == []


def test_no_frame_comes_near_what_the_server_takes() -> None:
    wanted = Subscriptions()
    names = [f"klines:SYMBOL{number}USDT:15m" for number in range(1000)]
    wanted.add(names, PLAIN)
    frames = list(wanted.frames(names, _nothing))
    assert [channel for frame in frames for channel in frame["channels"]] == names
    assert max(len(str(frame)) for frame in [*frames, *unsubscribe_frames(names)]) < 16_384


def test_nothing_asks_for_nothing() -> None:
    assert list(Subscriptions().frames([], _nothing)) == []


@pytest.mark.parametrize("channel", [7, None, b"price:BTCUSDT", "price:\ud800"])
def test_what_can_not_be_sent_is_refused_at_once(channel: Any) -> None:
    subscriptions = Subscriptions()
    with pytest.raises((TypeError, ValueError)):
        subscriptions.add(["price:BTCUSDT", channel], SubscriptionOptions())
    assert subscriptions.channels == ()
