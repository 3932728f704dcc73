"""Coinbase's public REST: a request in, an answer out. Refusals are words alone.

The words for a granularity that isn't one, and for a malformed parameter, are only believed.
"""

import asyncio
import http
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import parse_qsl

import msgspec

from streaming.clock import Clock
from streaming.simulator.candles.candles import SECOND
from streaming.simulator.coinbase import frames, rest_rows
from streaming.simulator.following.call_limit import CallLimit, CallRate
from streaming.simulator.following.market import FollowedMarket, PairMarket
from streaming.simulator.following.times import time_text

RATE = CallRate(burst=15, a_second=10.0)
"""What is documented to be answered."""
_GRANULARITIES = (60, 300, 900, 3600, 21_600, 86_400)
_MOST_CANDLES, _USUAL_CANDLES = 300, 350
_TOO_MANY = "granularity too small for the requested time range. Count of aggregations requested exceeds 300"
_MOST_TRADES = 1000
_ROWS_AT_A_TIME = 50  # candles made before others have their turn
_LONGEST_NUMBER = 15
_JSON = {"Content-Type": "application/json; charset=utf-8"}

Parameters = Mapping[str, str]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An HTTP answer in JSON."""

    body: bytes
    status: int = http.HTTPStatus.OK
    headers: dict[str, str] = msgspec.field(default_factory=_JSON.copy)


class Exchange(Protocol):
    """The exchange, as far as REST tells of it."""

    clock: Clock
    market: FollowedMarket

    def now_ms(self) -> int:
        """Return the time by its own clock, in ms since the epoch."""
        ...


class _RefusedError(Exception):
    """A request that is refused; its text is the exchange's."""

    def __init__(self, words: str, status: int = http.HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(words)
        self.status = status


class CoinbaseRest:
    """Answers requests about a market."""

    def __init__(self, exchange: Exchange, rate: CallRate) -> None:
        self._exchange = exchange
        self._limit = CallLimit(rate, exchange.clock.monotonic())

    async def answer(self, path: str, query: str) -> Answer:
        """Answer a GET."""
        try:
            self._admit()
            return await self._answered(path.strip("/").split("/"), dict(parse_qsl(query)))
        except _RefusedError as error:
            return Answer(body=frames.encode({"message": str(error)}), status=error.status)

    def _admit(self) -> None:
        if not self._limit.admit(self._exchange.clock.monotonic()):
            raise _RefusedError("Public rate limit exceeded", http.HTTPStatus.TOO_MANY_REQUESTS)

    async def _answered(self, path: list[str], parameters: Parameters) -> Answer:
        match path:
            case ["time"]:
                return _answer(self._time())
            case ["products"]:
                return _answer([frames.product(market.pair) for market in self._exchange.market.pairs.values()])
            case ["products", product]:
                return _answer(frames.product(self._found(product).pair))
            case ["products", product, "candles"]:
                return Answer(body=await self._candles(self._found(product), parameters))
            case ["products", product, "trades"]:
                return _trades(self._found(product), parameters)
            case ["products", product, what]:
                return _answer(self._row(self._found(product), what, parameters))
            case _:
                raise _RefusedError("NotFound", http.HTTPStatus.NOT_FOUND)

    def _row(self, market: PairMarket, what: str, parameters: Parameters) -> object:
        match what:
            case "book":
                level = _number(parameters, "level", 1)
                if level not in (1, 2):
                    raise _RefusedError("Invalid level")
                return rest_rows.book(market, self._exchange.market.time, None if level > 1 else 1)
            case "ticker":
                return rest_rows.ticker(market)
            case "stats":
                return rest_rows.stats(market)
            case _:
                raise _RefusedError("NotFound", http.HTTPStatus.NOT_FOUND)

    def _found(self, product: str) -> PairMarket:
        try:
            return self._exchange.market.pairs[product]
        except KeyError:
            raise _RefusedError("NotFound", http.HTTPStatus.NOT_FOUND) from None

    def _time(self) -> object:
        now = self._exchange.now_ms()
        return {"iso": time_text(now, 3), "epoch": now / SECOND}

    async def _candles(self, market: PairMarket, parameters: Parameters) -> bytes:
        granularity = _number(parameters, "granularity", 60)
        if granularity not in _GRANULARITIES:
            raise _RefusedError("Unsupported granularity")
        length = granularity * SECOND
        times = market.candles.open_times(length, _USUAL_CANDLES)
        if "start" in parameters or "end" in parameters:
            times = self._range(market, parameters, length)
        rows: list[bytes] = []
        for count, time in enumerate(reversed(times)):
            if count % _ROWS_AT_A_TIME == 0:
                await asyncio.sleep(0)
            candle = market.candles.row(time, length)
            if candle.trades:
                rows.append(rest_rows.candle(market.pair, candle))
        return b"[%b]" % b",".join(rows)

    def _range(self, market: PairMarket, parameters: Parameters, length: int) -> list[int]:
        """Return the open times between start and end, both inclusive; there may be one more than 300."""
        end = _moment(parameters, "end", self._exchange.market.time)
        start = _moment(parameters, "start", end - _MOST_CANDLES * length)
        if end - start > _MOST_CANDLES * length:
            raise _RefusedError(_TOO_MANY)
        running = market.candles.open_times(length, 1)[-1]
        first = max(-(-start // length) * length, market.candles.first_open_time(length))
        return list(range(first, min(end, running) + 1, length))


def _trades(market: PairMarket, parameters: Parameters) -> Answer:
    """Return the newest trades, newest first; `after` an id are older ones, `before` it newer ones."""
    limit = _number(parameters, "limit", _MOST_TRADES)
    if not 0 < limit <= _MOST_TRADES:
        raise _RefusedError("Invalid limit")
    after, before = _number(parameters, "after", 2**63), _number(parameters, "before", 0)
    chosen = [trade for trade in market.trades if before < trade.trade_id < after][-limit:][::-1]
    headers = {"CB-AFTER": str(chosen[-1].trade_id), "CB-BEFORE": str(chosen[0].trade_id)} if chosen else {}
    answer = _answer([rest_rows.trade(market.pair, trade) for trade in chosen])
    return msgspec.structs.replace(answer, headers={**answer.headers, **headers})


def _answer(value: object) -> Answer:
    return Answer(body=frames.encode(value))


def _number(parameters: Parameters, name: str, otherwise: int) -> int:
    text = parameters.get(name)
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise _RefusedError(f"Invalid {name}")
    return int(text)


def _moment(parameters: Parameters, name: str, otherwise: int) -> int:
    """Return a time in ms, given in seconds or in ISO 8601."""
    text = parameters.get(name)
    if text is None:
        return otherwise
    if text.isascii() and text.isdigit():
        return _number(parameters, name, 0) * SECOND
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _RefusedError(f"Invalid {name}") from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * SECOND)
