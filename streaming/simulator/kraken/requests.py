"""What a client asks of Kraken's feed, and how it is answered: once for each symbol. Pure.

The words of refusals are recorded ones, but for those of an unknown channel, a missing list of symbols (both
`Malformed request`), a length of candles that doesn't exist, and too many messages (version 1 has the last two).
"""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple, Protocol

import msgspec

from streaming.simulator.following.fan_out import FeedKey
from streaming.simulator.kraken.listing import DEPTHS, INTERVALS

_TOKEN_CHANNELS = {"level3", "executions", "balances"}
_TRIGGERS = ("trades", "bbo")
_WARNINGS = {
    "ohlc": ["timestamp is deprecated, use interval_begin"],
    "instrument": ["tick_size is deprecated, use price_increment"],
}

Answer = dict[str, object]


class Session(Protocol):
    """The connection whose subscriptions are asked for."""

    @property
    def keys(self) -> Collection[FeedKey]:
        """What it is subscribed to."""
        ...

    def subscribe(self, key: FeedKey, *, has_snapshot: bool) -> None:
        """Begin to send."""
        ...

    def unsubscribe(self, key: FeedKey) -> None:
        """Send no more."""
        ...


class RefusedError(Exception):
    """A request that is refused; its text is the exchange's, `method` what the answer says that it answers."""

    def __init__(self, words: str, *, method: str = "subscribe", symbol: str | None = None) -> None:
        super().__init__(words)
        self.method = method
        self.symbol = symbol


class _Wanted(NamedTuple):
    """What `params` ask for, without the symbol."""

    channel: str
    parameter: int | str | None
    has_snapshot: bool
    echo: Answer


def answers(message: str | bytes, session: Session, listed: Collection[str]) -> list[Answer]:
    """Carry out a message and return its answers, without their times. `listed` are the pairs that there are."""
    request: Mapping[str, object] = {}
    try:
        request = _decoded(message)
        return [_with_id(answer, request) for answer in _carried_out(request, session, listed)]
    except RefusedError as error:
        return [_with_id(refusal(error), request)]


def refusal(error: RefusedError) -> Answer:
    """Return the answer that refuses: it names no channel, and a symbol only where it is about one."""
    answer: Answer = {"error": str(error), "method": error.method, "success": False}
    return answer if error.symbol is None else {**answer, "symbol": error.symbol}


def _decoded(message: str | bytes) -> Mapping[str, object]:
    try:
        request = msgspec.json.decode(message)
    except (msgspec.DecodeError, RecursionError):
        raise RefusedError("Malformed request", method="error") from None
    if not isinstance(request, dict) or not isinstance(request.get("req_id", 0), int):
        raise RefusedError("Malformed request", method="error")
    return request


def _with_id(answer: Answer, request: Mapping[str, object]) -> Answer:
    return {**answer, "req_id": request["req_id"]} if isinstance(request.get("req_id"), int) else answer


def _carried_out(request: Mapping[str, object], session: Session, listed: Collection[str]) -> list[Answer]:
    method = request.get("method")
    if method == "ping":
        if extra := next((name for name in request if name not in ("method", "req_id")), None):
            raise RefusedError(f"Unsupported field: '{extra}' for the given msg type: ping", method="ping")
        return [{"method": "pong"}]
    if method not in ("subscribe", "unsubscribe"):
        raise RefusedError("Unsupported event", method=method if isinstance(method, str) else "error")
    parameters = request.get("params")
    if not isinstance(parameters, dict):
        raise RefusedError("Malformed request", method="error")
    wanted = _wanted(parameters)
    carry_out = _subscribed if method == "subscribe" else _unsubscribed
    return [_of_symbol(carry_out, wanted, symbol, session, listed) for symbol in _symbols(parameters, wanted.channel)]


def _wanted(parameters: Mapping[str, object]) -> _Wanted:
    channel = parameters.get("channel")
    if not isinstance(channel, str):
        raise RefusedError("Malformed request", method="error")
    if channel in _TOKEN_CHANNELS:
        raise RefusedError("ESession:Invalid session")
    if channel not in _PARAMETERS:
        raise RefusedError("Malformed request")
    name, read = _PARAMETERS[channel]
    parameter = read(parameters)
    echo: Answer = {"channel": channel} if name is None else {"channel": channel, name: parameter}
    return _Wanted(channel, parameter, parameters.get("snapshot") is not False, echo)


def _symbols(parameters: Mapping[str, object], channel: str) -> list[str]:
    if channel == "instrument":
        return [""]
    symbols = parameters.get("symbol")
    if symbols is None or symbols == []:
        raise RefusedError("Malformed request")
    if not isinstance(symbols, list):
        raise RefusedError("Symbol field must be an array")
    return [str(symbol) for symbol in symbols]


def _of_symbol(
    carry_out: Callable[[_Wanted, str, Session], Answer],
    wanted: _Wanted,
    symbol: str,
    session: Session,
    listed: Collection[str],
) -> Answer:
    try:
        _require_listed(symbol, listed)
        return carry_out(wanted, symbol, session)
    except RefusedError as error:
        return refusal(error)


def _require_listed(symbol: str, listed: Collection[str]) -> None:
    if symbol and symbol not in listed:
        raise RefusedError(f"Currency pair not supported {symbol}", symbol=symbol)


def _subscribed(wanted: _Wanted, symbol: str, session: Session) -> Answer:
    key = FeedKey(channel=wanted.channel, symbol=symbol, parameter=wanted.parameter)
    if any(_is_same(key, other) for other in session.keys):
        raise RefusedError("Already subscribed", symbol=symbol or None)
    session.subscribe(key, has_snapshot=wanted.has_snapshot or wanted.channel == "book")
    result = {**wanted.echo, "snapshot": wanted.has_snapshot, **({"symbol": symbol} if symbol else {})}
    if wanted.channel in _WARNINGS:
        result["warnings"] = _WARNINGS[wanted.channel]
    return {"method": "subscribe", "result": result, "success": True}


def _unsubscribed(wanted: _Wanted, symbol: str, session: Session) -> Answer:
    key = FeedKey(channel=wanted.channel, symbol=symbol, parameter=wanted.parameter)
    found = next((other for other in session.keys if _is_same(key, other)), None)
    if found is None:
        raise RefusedError("Subscription Not Found", symbol=symbol or None)
    session.unsubscribe(found)
    result = {**wanted.echo, **({"symbol": symbol} if symbol else {})}
    return {"method": "unsubscribe", "result": result, "success": True}


def _is_same(one: FeedKey, other: FeedKey) -> bool:
    """Whether two are one subscription: a channel has one of each pair, but candles one of each length."""
    return (one.channel, one.symbol) == (other.channel, other.symbol) and (
        one.channel != "ohlc" or one.parameter == other.parameter
    )


def _depth(parameters: Mapping[str, object]) -> int:
    depth = parameters.get("depth", DEPTHS[0])
    if not isinstance(depth, int) or depth not in DEPTHS:
        raise RefusedError("Subscription depth not supported")
    return depth


def _interval(parameters: Mapping[str, object]) -> int:
    interval = parameters.get("interval", INTERVALS[0])
    if not isinstance(interval, int) or interval not in INTERVALS:
        raise RefusedError("Subscription ohlc interval not supported")
    return interval


def _trigger(parameters: Mapping[str, object]) -> str:
    trigger = parameters.get("event_trigger", _TRIGGERS[0])
    if not isinstance(trigger, str) or trigger not in _TRIGGERS:
        raise RefusedError("Malformed request")
    return trigger


def _nothing(_parameters: Mapping[str, object]) -> None:
    return None


_PARAMETERS: dict[str, tuple[str | None, Callable[[Mapping[str, object]], int | str | None]]] = {
    "ticker": ("event_trigger", _trigger),
    "trade": (None, _nothing),
    "book": ("depth", _depth),
    "ohlc": ("interval", _interval),
    "instrument": (None, _nothing),
}
"""What each channel takes beside symbols and `snapshot`."""
