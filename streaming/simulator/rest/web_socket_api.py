"""The WebSocket API: REST's requests for market data, and its answers, on a connection.

Pure: text in, text out. Each answer has its request's id, the status that HTTP would have, and the weight used.
Source: Binance's documentation of its WebSocket API; it names no code for what isn't a request, which here is -1135.
"""

from urllib.parse import urlencode

import msgspec

from streaming.simulator.candles.candles import SECOND
from streaming.simulator.rest.api import PREFIX, Answer, RestApi
from streaming.simulator.streams import wire

_VERSION = "v3/"
_SUCCESS, _BAD_REQUEST = 200, 400
_INVALID = (-1135, "Invalid JSON Request")
_SHOWS_LIMITS = "returnRateLimits"
PATHS = {
    "ping": "ping",
    "time": "time",
    "exchangeInfo": "exchangeInfo",
    "executionRules": "executionRules",
    "depth": "depth",
    "trades.recent": "trades",
    "trades.historical": "historicalTrades",
    "trades.aggregate": "aggTrades",
    "blockTrades.historical": "historicalBlockTrades",
    "klines": "klines",
    "uiKlines": "uiKlines",
    "avgPrice": "avgPrice",
    "ticker": "ticker",
    "ticker.24hr": "ticker/24hr",
    "ticker.tradingDay": "ticker/tradingDay",
    "ticker.price": "ticker/price",
    "ticker.book": "ticker/bookTicker",
    "referencePrice": "referencePrice",
    "referencePrice.calculation": "referencePrice/calculation",
}
"""Its methods, and the paths of REST that answer them."""


class _Request(msgspec.Struct, frozen=True):
    method: str
    id: int | str | None = None
    params: dict[str, str | int | float | bool | list[str] | None] = {}


async def answer(message: str | bytes, rest: RestApi, *, now: int, microseconds: bool, shows_limits: bool) -> bytes:
    """Carry out one request and return the frame that answers it; `now` is the time in ms."""
    try:
        request = msgspec.json.decode(message, type=_Request)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _refusal(_identifier(message))
    path = PATHS.get(request.method.removeprefix(_VERSION))
    if path is None:
        return _refusal(request.id)
    query = urlencode({name: _text(value) for name, value in request.params.items() if name != _SHOWS_LIMITS})
    answered = await rest.answer(PREFIX + path, query, microseconds=microseconds)
    if answered is None:
        return _refusal(request.id)
    shown = request.params.get(_SHOWS_LIMITS, shows_limits)
    limits = {"rateLimits": [_weight(rest, now)]} if shown else {}
    return wire.encode({"id": request.id, "status": answered.status, **_content(answered, now), **limits})


def _content(answered: Answer, now: int) -> dict[str, object]:
    if answered.status == _SUCCESS:
        return {"result": msgspec.Raw(answered.body)}
    error: dict[str, object] = msgspec.json.decode(answered.body)
    if wait := answered.headers.get("Retry-After"):
        error["data"] = {"serverTime": now, "retryAfter": now + int(wait) * SECOND}
    return {"error": error}


def _refusal(identifier: object) -> bytes:
    code, words = _INVALID
    return wire.encode({"id": identifier, "status": _BAD_REQUEST, "error": {"code": code, "msg": words}})


def _identifier(message: str | bytes) -> object:
    """Return the id of what is no request, as far as it has one."""
    try:
        decoded = msgspec.json.decode(message)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return decoded.get("id") if isinstance(decoded, dict) else None


def _text(value: str | float | bool | list[str] | None) -> str:
    """Return a parameter as the address of a REST request has it."""
    if isinstance(value, bool | list):
        return wire.encode(value).decode()
    return "" if value is None else str(value)


def _weight(rest: RestApi, now: int) -> dict[str, object]:
    return {
        "rateLimitType": "REQUEST_WEIGHT",
        "interval": "MINUTE",
        "intervalNum": 1,
        "limit": rest.weights.limit,
        "count": rest.weights.used_at(now),
    }
