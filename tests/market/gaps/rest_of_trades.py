"""A REST interface over trades that a test names."""

from collections.abc import Sequence
from decimal import Decimal

from streaming.events import Interval, Side, Source, Ticker
from streaming.events.intervals import close_time_of, open_times
from streaming.market.sources.answers import BookSnapshot, ExchangeInfo, KlineRow, RestTrade
from streaming.market.sources.errors import ExchangeError


class RestOfTrades:
    """A REST interface over trades of one symbol, whose prices are their ids."""

    used_weight = candles_weight = 0

    def __init__(self, times: Sequence[int], *, lags: int = 0) -> None:
        self._trades = [
            RestTrade(trade_id=number, price=Decimal(number), quantity=Decimal(1), time=time, taker_side=Side.BUY)
            for number, time in enumerate(times, start=1)
        ]
        self._lags = lags
        self.asked: list[str] = []
        self.failures: list[ExchangeError] = []
        """Raised once each, before anything is answered."""

    async def candles(
        self, symbol: str, interval: Interval, *, start: int | None = None, end: int | None = None, limit: int
    ) -> tuple[KlineRow, ...]:
        """Return the candles of a range in which there were trades."""
        self.asked.append(interval.value)
        rows = (self._row(interval, opens) for opens in open_times(interval, start or 0, end or 0))
        return tuple(row for row in rows if row is not None)

    def _row(self, interval: Interval, opens: int) -> KlineRow | None:
        closes = close_time_of(interval, opens)
        known = self._trades[: len(self._trades) - self._lags]
        prices = [trade.price for trade in known if opens <= trade.time <= closes]
        if not prices:
            return None
        volume = Decimal(len(prices))
        return KlineRow(
            open_time=opens,
            open=prices[0],
            high=prices[-1],
            low=prices[0],
            close=prices[-1],
            volume=volume,
            close_time=closes,
            quote_volume=volume,
            trades=0,
        )

    async def newest_trades(self, symbol: str) -> tuple[RestTrade, ...]:
        """Return the newest trades."""
        self.asked.append("trades")
        if self.failures:
            raise self.failures.pop(0)
        return tuple(self._trades[-1000:])

    async def trades_from(self, symbol: str, trade_id: int) -> tuple[RestTrade, ...]:
        """Return the oldest trades from an id on."""
        self.asked.append(f"trades from {trade_id}")
        return tuple(self._trades[trade_id - 1 : trade_id + 999])

    async def book(self, symbol: str) -> BookSnapshot:
        """Return nothing that anybody asks for here."""
        raise NotImplementedError

    async def time(self) -> int:
        """Return nothing that anybody asks for here."""
        raise NotImplementedError

    async def symbols(self) -> ExchangeInfo:
        """Return nothing that anybody asks for here."""
        raise NotImplementedError

    async def ticker(self, symbol: str, *, label: Source) -> Ticker:
        """Return nothing that anybody asks for here."""
        raise NotImplementedError
