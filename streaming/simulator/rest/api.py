"""The REST API: one request in, one answer out. Market data only, as `data-api.binance.vision` offers it.

Weights are those of Binance's documentation; the weight used in the running minute is told in each answer, and who
asks for too much is refused (weights.py).
"""

from collections.abc import Awaitable, Callable

import msgspec

from streaming.clock import Clock
from streaming.simulator.candles.candles import SECOND
from streaming.simulator.market.market import Market
from streaming.simulator.market.ticker import average_price
from streaming.simulator.rest import answer_rows, klines
from streaming.simulator.rest.exchange_info import exchange_info
from streaming.simulator.rest.listing import Listing, of_status, with_permission, without_permission_sets
from streaming.simulator.rest.parameters import Parameters, RestError
from streaming.simulator.rest.special_trading import SpecialTradingEndpoints
from streaming.simulator.rest.tickers import TickerEndpoints
from streaming.simulator.rest.weights import RequestWeights
from streaming.simulator.streams import wire

PREFIX = "/api/v3/"
_DEPTH_WEIGHTS = ((100, 5), (500, 25), (1000, 50), (5000, 250))
_AVERAGED_MINUTES = 5


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An HTTP answer with a JSON body."""

    status: int
    body: bytes
    headers: dict[str, str]


class RestApi:
    """Answers requests about a market and what is listed, at the time of a clock."""

    def __init__(self, market: Market, clock: Clock, weights: RequestWeights, listing: Listing) -> None:
        self._market = market
        self._clock = clock
        self._listing = listing
        self.weights = weights
        self._kline_endpoint = klines.KlineEndpoint(listing, clock)
        self._endpoints: dict[str, Callable[[Parameters, int], Awaitable[object]]] = {
            "ping": self._ping,
            "time": self._time,
            "exchangeInfo": self._exchange_info,
            "klines": self._klines,
            "uiKlines": self._klines,
            "depth": self._depth,
            "trades": self._trades,
            "historicalTrades": self._historical_trades,
            "aggTrades": self._aggregate_trades,
            "avgPrice": self._average_price,
            **TickerEndpoints(market, listing, self._weigh).by_path,
            **SpecialTradingEndpoints(listing, self._weigh).by_path,
        }

    async def answer(self, path: str, query: str, *, microseconds: bool = False) -> Answer | None:
        """Answer a GET of `path`; None where there is no such endpoint."""
        endpoint = self._endpoints.get(path.removeprefix(PREFIX)) if path.startswith(PREFIX) else None
        if endpoint is None:
            return None
        try:
            self.weights.admit(self._clock.now_ms())
            payload = await endpoint(Parameters(query), SECOND if microseconds else 1)
        except RestError as error:
            body = wire.encode({"code": error.code, "msg": str(error)})
            return Answer(status=error.status, body=body, headers=self._headers(error.retry_after))
        return Answer(status=200, body=wire.encode(payload), headers=self._headers())

    def _headers(self, retry_after: int | None = None) -> dict[str, str]:
        used = str(self.weights.used_at(self._clock.now_ms()))
        headers = {
            "Content-Type": "application/json;charset=UTF-8",
            "X-MBX-USED-WEIGHT": used,
            "X-MBX-USED-WEIGHT-1M": used,
        }
        return headers if retry_after is None else {**headers, "Retry-After": str(retry_after)}

    def _weigh(self, weight: int) -> None:
        self.weights.add(weight, self._clock.now_ms())

    async def _ping(self, parameters: Parameters, _scale: int) -> object:
        parameters.finish()
        self._weigh(1)
        return {}

    async def _time(self, parameters: Parameters, scale: int) -> object:
        parameters.finish()
        self._weigh(1)
        return {"serverTime": self._clock.now_ms() * scale}

    async def _exchange_info(self, parameters: Parameters, scale: int) -> object:
        self._weigh(20)
        one, several = parameters.symbol(), parameters.symbols()
        status, permissions = parameters.listed_status(), parameters.permissions()
        shows_permissions = parameters.flag("showPermissionSets", default=True)
        parameters.finish()
        names = [one] if one else several
        rows = with_permission(self._listing.named(names) if names else self._listing.rows(), permissions)
        rows = of_status(rows, status)
        rows = rows if shows_permissions else without_permission_sets(rows)
        return exchange_info(rows, self._clock.now_ms() * scale, self.weights.limit)

    async def _klines(self, parameters: Parameters, scale: int) -> object:
        self._weigh(klines.WEIGHT)
        return await self._kline_endpoint.answer(parameters, scale)

    async def _depth(self, parameters: Parameters, _scale: int) -> object:
        symbol = self._listing.traded(parameters.required_symbol(), parameters.symbol_status())
        limit = parameters.limit(100, 5000)
        parameters.finish()
        self._weigh_depth(limit)
        return wire.depth_frame(symbol.instrument, symbol.book, limit)

    def _weigh_depth(self, limit: int) -> None:
        weight = next(weight for levels, weight in _DEPTH_WEIGHTS if limit <= levels)
        self._weigh(weight)

    async def _trades(self, parameters: Parameters, scale: int) -> object:
        self._weigh(25)
        symbol = self._listing.traded(parameters.required_symbol())
        limit = parameters.limit(500, 1000)
        parameters.finish()
        return [answer_rows.trade_row(symbol.instrument, trade, scale) for trade in list(symbol.trades)[-limit:]]

    async def _historical_trades(self, parameters: Parameters, scale: int) -> object:
        """Answer with trades from an id on; those that are no longer kept are left out."""
        self._weigh(25)
        symbol = self._listing.traded(parameters.required_symbol())
        first, limit = parameters.number("fromId"), parameters.limit(500, 1000)
        parameters.finish()
        kept = list(symbol.trades)
        chosen = kept[-limit:] if first is None else [trade for trade in kept if trade.trade_id >= first][:limit]
        return [answer_rows.trade_row(symbol.instrument, trade, scale) for trade in chosen]

    async def _aggregate_trades(self, parameters: Parameters, scale: int) -> object:
        self._weigh(4)
        symbol = self._listing.traded(parameters.required_symbol())
        first, start, end = (parameters.number(name) for name in ("fromId", "startTime", "endTime"))
        limit = parameters.limit(500, 1000)
        parameters.finish()
        chosen = [
            trade
            for trade in symbol.aggregates.recent
            if trade.aggregate_id >= (first or 0) and (start or 0) <= trade.time <= (end or trade.time)
        ]
        chosen = chosen[-limit:] if first is None and start is None else chosen[:limit]
        return [answer_rows.aggregate_row(symbol.instrument, trade, scale) for trade in chosen]

    async def _average_price(self, parameters: Parameters, scale: int) -> object:
        self._weigh(2)
        symbol = self._listing.traded(parameters.required_symbol())
        parameters.finish()
        candle = average_price(symbol.candles, self._market.time, _AVERAGED_MINUTES)
        price = symbol.instrument.average_text(candle.quote_volume, candle.volume)
        last = symbol.trades[-1].time if symbol.trades else self._market.time
        return {"mins": _AVERAGED_MINUTES, "price": price, "closeTime": last * scale}
