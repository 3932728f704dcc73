"""`/simulator/…`: faults on request, and the truth about what the market made. GET only, JSON out.

`/simulator/faults` lists what is on; `/simulator/faults/<kind>?…` injects; `/simulator/faults/<kind>/end` ends;
the same below `/simulator/archive-faults` for files of the archive;
`/simulator/trades?symbol=S&from_id=n` and `/simulator/candles?symbol=S&interval=1s&start=ms` tell what was made.
A request that can't be carried out is answered with 400 and a sentence, one for nothing with 404.
"""

import asyncio
import http
from typing import Protocol
from urllib.parse import SplitResult, parse_qsl

import msgspec

from streaming.simulator.archive.archive import Archive
from streaming.simulator.archive.fault_parameters import archive_fault_of, archive_kind_of
from streaming.simulator.candles.candles import INTERVALS
from streaming.simulator.faults import endpoint
from streaming.simulator.faults.parameters import FaultParameterError
from streaming.simulator.market.market import Market, SymbolMarket
from streaming.simulator.streams import wire

PREFIX = "/simulator/"
_MOST_CANDLES = 1000
_ROWS_AT_A_TIME = 50  # candles made before others have their turn


class Controlled(endpoint.FaultyExchange, Protocol):
    """The exchange, as far as it is controlled."""

    market: Market
    archive: Archive


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An HTTP answer in JSON."""

    status: http.HTTPStatus
    body: bytes


class ControlEndpoint:
    """Answers what is asked below `/simulator/`."""

    def __init__(self, exchange: Controlled) -> None:
        self._exchange = exchange

    async def answer(self, target: SplitResult) -> Answer:
        """Carry a request out and answer it."""
        query = parse_qsl(target.query, keep_blank_values=True)
        try:
            found = await self._result(target.path.removeprefix(PREFIX).rstrip("/").split("/"), query)
        except (FaultParameterError, _QueryError) as error:
            return Answer(status=http.HTTPStatus.BAD_REQUEST, body=wire.encode({"error": str(error)}))
        if found is None:
            return Answer(status=http.HTTPStatus.NOT_FOUND, body=wire.encode({"error": f"nothing at {target.path}"}))
        return Answer(status=http.HTTPStatus.OK, body=wire.encode(found))

    async def _result(self, path: list[str], query: list[tuple[str, str]]) -> object:
        match path:
            case ["faults", *rest]:
                return await endpoint.answer(self._exchange, rest, query)
            case ["archive-faults", *rest]:
                return self._archive_faults(rest, query)
            case ["trades"]:
                return self._trades(_Query(query, "symbol", "from_id"))
            case ["candles"]:
                return await self._candles(_Query(query, "symbol", "interval", "start"))
            case _:
                return None

    def _archive_faults(self, path: list[str], query: list[tuple[str, str]]) -> object:
        faults = self._exchange.archive.faults
        match path:
            case []:
                _Query(query)
                return faults.active
            case [kind]:
                fault = archive_fault_of(kind, query)
                faults.inject(fault)
                return fault
            case [kind, "end"]:
                _Query(query)
                return {"kind": kind, "ended": faults.end(archive_kind_of(kind))}
            case _:
                return None

    def _trades(self, query: "_Query") -> object:
        symbol = query.symbol(self._exchange.market)
        text = symbol.instrument
        first = query.number("from_id") or 0
        kept = symbol.trades
        if first and len(kept) == kept.maxlen and first < kept[0].trade_id:
            raise _QueryError(f"from_id must be at least {kept[0].trade_id}: older trades are no longer kept")
        return [
            {
                "id": trade.trade_id,
                "price": text.price_text(trade.price),
                "quantity": text.quantity_text(trade.quantity),
                "time": trade.time,
            }
            for trade in kept
            if trade.trade_id >= first
        ]

    async def _candles(self, query: "_Query") -> object:
        symbol = query.symbol(self._exchange.market)
        interval, start = query.interval(), query.number("start")
        rows: list[object] = []
        for index, open_time in enumerate(symbol.candles.open_times(interval, start, None, _MOST_CANDLES)):
            if index % _ROWS_AT_A_TIME == 0:
                await asyncio.sleep(0)
            rows.append(_candle_row(symbol, interval, open_time))
        return rows


def _candle_row(symbol: SymbolMarket, interval: str, open_time: int) -> dict[str, object]:
    text, candle = symbol.instrument, symbol.candles.row(interval, open_time)
    return {
        "open_time": open_time,
        "o": text.price_text(candle.open),
        "h": text.price_text(candle.high),
        "l": text.price_text(candle.low),
        "c": text.price_text(candle.close),
        "volume": text.quantity_text(candle.volume),
        "closed": open_time < symbol.candles.running(interval).open_time,
    }


class _QueryError(Exception):
    """A query that can't be answered; its text is for people."""


class _Query:
    """The parameters of a request, each at most once and none but those named."""

    def __init__(self, pairs: list[tuple[str, str]], *names: str) -> None:
        self._values = dict(pairs)
        if len(self._values) < len(pairs):
            raise _QueryError("a parameter was given twice")
        if unknown := self._values.keys() - set(names):
            raise _QueryError(f"unknown parameter {min(unknown)!r}; there are {', '.join(names) or 'none'}")

    def symbol(self, market: Market) -> SymbolMarket:
        name = self._values.get("symbol", "")
        if name not in market.symbols:
            raise _QueryError(f"symbol must be one of {', '.join(market.symbols)}; not {name!r}")
        return market.symbols[name]

    def interval(self) -> str:
        interval = self._values.get("interval", "")
        if interval not in INTERVALS:
            raise _QueryError(f"interval must be one of {', '.join(INTERVALS)}; not {interval!r}")
        return interval

    def number(self, name: str) -> int | None:
        text = self._values.get(name)
        if text is None:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(2**63))):
            raise _QueryError(f"{name} must be a whole number, not {text!r}")
        return int(text)
