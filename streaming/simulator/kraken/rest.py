"""Kraken's public REST: a request in, an answer out. Errors come with HTTP 200, in words of their own.

Those recorded are `EQuery:Unknown asset pair` and `EGeneral:Too many requests`; the others are documented.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import parse_qsl

import msgspec

from streaming.clock import Clock
from streaming.simulator.candles.candles import MINUTE, SECOND
from streaming.simulator.following.call_limit import CallLimit, CallRate
from streaming.simulator.following.market import FollowedMarket, PairMarket
from streaming.simulator.kraken import listing, rest_rows

RATE = CallRate(burst=30, a_second=1.0)
"""What was observed to be answered."""
_MOST_CANDLES = 721  # with the running one
_MOST_TRADES = 1000
_MOST_LEVELS, _USUAL_LEVELS = 500, 100
_ROWS_AT_A_TIME = 50  # candles made before others have their turn
_LONGEST_NUMBER = 19
_INVALID = "EGeneral:Invalid arguments"

Parameters = Mapping[str, str]


class Status(Protocol):
    """The exchange, as far as REST tells how it is."""

    clock: Clock
    market: FollowedMarket

    @property
    def system(self) -> str:
        """`online`, or what else it is."""
        ...

    def now_ms(self) -> int:
        """Return the time by its own clock, in ms since the epoch."""
        ...


class _RefusedError(Exception):
    """A request that is refused; its text is the exchange's."""


class KrakenRest:
    """Answers requests about a market."""

    def __init__(self, exchange: Status, rate: CallRate) -> None:
        self._exchange = exchange
        self._limit = CallLimit(rate, exchange.clock.monotonic())
        self._market_endpoints: dict[str, Callable[[Parameters], Awaitable[bytes]]] = {
            "AssetPairs": self._pairs,
            "OHLC": self._candles,
            "Trades": self._trades,
            "Depth": self._depth,
            "Ticker": self._tickers,
        }
        self._status_endpoints = {"SystemStatus": self._system_status, "Time": self._time}

    async def answer(self, method: str, query: str) -> bytes:
        """Return the body that answers a GET."""
        try:
            if not self._limit.admit(self._exchange.clock.monotonic()):
                return _refusal("EGeneral:Too many requests")
            return b'{"error":[],"result":%b}' % await self._result(method, dict(parse_qsl(query)))
        except _RefusedError as error:
            return _refusal(str(error))

    async def _result(self, method: str, parameters: Parameters) -> bytes:
        if tell := self._status_endpoints.get(method):
            return _json(tell())
        endpoint = self._market_endpoints.get(method)
        if endpoint is None:
            raise _RefusedError("EGeneral:Unknown method")
        if self._exchange.system != "online":
            raise _RefusedError("EService:Unavailable")
        return await endpoint(parameters)

    def _system_status(self) -> object:
        now = datetime.fromtimestamp(self._exchange.now_ms() // SECOND, UTC)
        return {"status": self._exchange.system, "timestamp": f"{now:%Y-%m-%dT%H:%M:%SZ}"}

    def _time(self) -> object:
        seconds = self._exchange.now_ms() // SECOND
        return {"unixtime": seconds, "rfc1123": f"{datetime.fromtimestamp(seconds, UTC):%a, %d %b %y %H:%M:%S +0000}"}

    async def _pairs(self, parameters: Parameters) -> bytes:
        rows = {listing.key(one.pair): rest_rows.pair_row(one.pair, "online") for one in self._named(parameters)}
        return _json(rows)

    async def _tickers(self, parameters: Parameters) -> bytes:
        market = self._exchange.market
        rows = {}
        for one in self._named(parameters):
            rows[listing.key(one.pair)] = rest_rows.ticker_row(one, market.time)
            await asyncio.sleep(0)
        return _json(rows)

    async def _candles(self, parameters: Parameters) -> bytes:
        key, market = self._one(parameters)
        minutes = _number(parameters, "interval", 1)
        if minutes not in listing.INTERVALS:
            raise _RefusedError(_INVALID)
        since = _number(parameters, "since", 0) * SECOND
        length = minutes * MINUTE
        rows: list[object] = []
        times = market.candles.open_times(length, _MOST_CANDLES)
        for time in (time for time in times if time > since):
            if len(rows) % _ROWS_AT_A_TIME == 0:
                await asyncio.sleep(0)
            rows.append(rest_rows.candle_row(market.pair, market.candles.row(time, length)))
        return _json({key: rows, "last": (times[-1] - length) // SECOND})

    async def _trades(self, parameters: Parameters) -> bytes:
        key, market = self._one(parameters)
        count = _number(parameters, "count", _MOST_TRADES)
        if not 0 < count <= _MOST_TRADES:
            raise _RefusedError(_INVALID)
        since = _number(parameters, "since", 0)
        kept = list(market.trades)
        if since:
            chosen = [trade for trade in kept if rest_rows.nanoseconds_of(trade) >= since][:count]
        else:
            chosen = kept[-count:]
        last = rest_rows.nanoseconds_of(chosen[-1]) if chosen else since
        rows = ",".join(rest_rows.trade_row(market.pair, trade) for trade in chosen)
        return f'{{"{key}":[{rows}],"last":"{last}"}}'.encode()

    async def _depth(self, parameters: Parameters) -> bytes:
        key, market = self._one(parameters)
        count = _number(parameters, "count", _USUAL_LEVELS)
        if not 0 < count <= _MOST_LEVELS:
            raise _RefusedError(_INVALID)
        time = self._exchange.market.time
        sides = {"asks": market.book.asks.best(count), "bids": market.book.bids.best(count)}
        rows = {name: rest_rows.level_rows(market.pair, levels, time) for name, levels in sides.items()}
        return _json({key: rows})

    def _named(self, parameters: Parameters) -> Iterable[PairMarket]:
        names = parameters.get("pair")
        if names is None:
            return self._exchange.market.pairs.values()
        return [self._found(name) for name in names.split(",")]

    def _one(self, parameters: Parameters) -> tuple[str, PairMarket]:
        """Return the pair that is asked for, and the key of its rows: of a feed's name, that name."""
        name = parameters.get("pair")
        if name is None:
            raise _RefusedError(_INVALID)
        market = self._found(name)
        return (name if "/" in name else listing.key(market.pair)), market

    def _found(self, name: str) -> PairMarket:
        for feed_name, market in self._exchange.market.pairs.items():
            spelt = (feed_name, listing.old_name(market.pair), listing.alternative_name(market.pair))
            if name in (*spelt, listing.key(market.pair)):
                return market
        raise _RefusedError("EQuery:Unknown asset pair")


def _refusal(words: str) -> bytes:
    return _json({"error": [words]})


def _json(value: object) -> bytes:
    return msgspec.json.encode(value)


def _number(parameters: Parameters, name: str, otherwise: int) -> int:
    text = parameters.get(name)
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise _RefusedError(_INVALID)
    return int(text)
