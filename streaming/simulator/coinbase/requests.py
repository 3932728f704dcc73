"""What a client asks of Coinbase's feed, and how it is answered: by all that the connection has now. Pure.

The words of refusals are recorded ones, but for `Malformed JSON` and what a key is needed for beside books.
"""

from collections.abc import Collection, Iterable, Mapping
from random import Random

import msgspec

from streaming.simulator.coinbase.feeds import CHANNELS, STATUS
from streaming.simulator.following.fan_out import FeedKey

_KEY_NEEDED = (
    "level2, level3, and full channels now require authentication. "
    "https://docs.cloud.coinbase.com/exchange/docs/websocket-auth"
)
_NEED_KEY = {"level2": _KEY_NEEDED, "level3": _KEY_NEEDED, "full": _KEY_NEEDED} | {
    name: f"{name} channel requires authentication" for name in ("user", "balance")
}
_ACKNOWLEDGED_AS = {"level2_batch": "level2_50"}
_MOST_NAMED = 10_000

Frame = dict[str, object]


class RefusedError(Exception):
    """A message of which nothing is carried out; its text is the exchange's reason."""

    def __init__(self, reason: str, *, method: str = "subscribe") -> None:
        super().__init__(reason)
        self.method = method


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a message asks for: keys, and the reasons for which others are refused."""

    method: str
    keys: list[FeedKey]
    refused: list[str]


def read(message: str | bytes, listed: Collection[str], subscribed: Collection[FeedKey]) -> Request:
    """Return what a message asks for of the `listed` products; raise RefusedError for what is no request.

    To drop a channel without naming products is to drop all of it that is `subscribed`.
    """
    request = _decoded(message)
    method = request.get("type")
    if method not in ("subscribe", "unsubscribe"):
        raise RefusedError("Type has to be either subscribe or unsubscribe")
    channels = request.get("channels")
    if not isinstance(channels, list) or not channels:
        raise RefusedError("No channels provided", method=str(method))
    everywhere = _names(request.get("product_ids"))
    keys: dict[FeedKey, None] = {}
    refused: list[str] = []
    for channel in channels:
        name, products = _channel(channel, everywhere)
        if reason := _reason_against(name):
            refused.append(reason)
        elif name == STATUS:
            keys[FeedKey(channel=STATUS, symbol="")] = None
        elif method == "unsubscribe" and not products:
            keys.update(dict.fromkeys(key for key in subscribed if key.channel == name))
        else:
            refused += [f"{product} is not a valid product" for product in products or [""] if product not in listed]
            keys.update({FeedKey(channel=name, symbol=product): None for product in products if product in listed})
    return Request(method=str(method), keys=list(keys), refused=refused)


def subscriptions(keys: Iterable[FeedKey], chance: Random) -> Frame:
    """Return all that a connection has now; products are in any order."""
    channels: dict[str, list[str]] = {}
    for key in keys:
        channels.setdefault(key.channel, []).extend([key.symbol] if key.symbol else [])
    rows = [
        {
            "name": _ACKNOWLEDGED_AS.get(name, name),
            "product_ids": chance.sample(products, len(products)),
            "account_ids": None,
        }
        for name, products in channels.items()
    ]
    return {"type": "subscriptions", "channels": rows}


def refusal(reason: str, method: str, chance: Random) -> Frame:
    """Return an error, its members in one of two orders; it names no product and no request."""
    frame: Frame = {"type": "error", "message": f"Failed to {method}", "reason": reason}
    return dict(sorted(frame.items())) if chance.random() < 1 / 2 else frame


def _decoded(message: str | bytes) -> Mapping[str, object]:
    try:
        request = msgspec.json.decode(message)
    except (msgspec.DecodeError, RecursionError):
        raise RefusedError("Malformed JSON") from None
    if not isinstance(request, dict):
        raise RefusedError("Type has to be either subscribe or unsubscribe")
    return request


def _channel(channel: object, everywhere: list[str]) -> tuple[str, list[str]]:
    if isinstance(channel, dict):
        own = _names(channel.get("product_ids"))
        return str(channel.get("name")), list(dict.fromkeys([*everywhere, *own]))
    return str(channel), everywhere


def _names(value: object) -> list[str]:
    return [str(name) for name in value[:_MOST_NAMED]] if isinstance(value, list) else []


def _reason_against(channel: str) -> str | None:
    if channel in _NEED_KEY:
        return _NEED_KEY[channel]
    return None if channel in (*CHANNELS, STATUS) else f"{channel} is not a valid channel"
