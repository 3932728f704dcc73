"""What is below `ticker`: 24 hours, rolling windows, trading days, last prices, and the top of the book."""

from collections.abc import Awaitable, Callable

from streaming.simulator.market.market import Market, SymbolMarket
from streaming.simulator.rest import answer_rows
from streaming.simulator.rest.listing import Listing
from streaming.simulator.rest.parameters import Parameters, TickerType

Row = Callable[[SymbolMarket], dict[str, object]]

_FEW_SYMBOLS, _MANY_SYMBOLS = 20, 100
_WINDOW_WEIGHT, _MOST_WINDOW_WEIGHT = 4, 200


def day_weight(symbols: int | None) -> int:
    """Return the weight of 24-hour tickers; None asks for all."""
    if symbols is None or symbols > _MANY_SYMBOLS:
        return 80
    return 2 if symbols <= _FEW_SYMBOLS else 40


def top_weight(symbols: int | None) -> int:
    """Return the weight of price and book tickers; None asks for all."""
    return 2 if symbols == 1 else 4


def window_weight(symbols: int) -> int:
    """Return the weight of rolling windows and of trading days."""
    return min(_WINDOW_WEIGHT * symbols, _MOST_WINDOW_WEIGHT)


class TickerEndpoints:
    """Answers for one symbol with an object, for several or all with a list. `weigh` counts the weight of a request."""

    def __init__(self, market: Market, listing: Listing, weigh: Callable[[int], None]) -> None:
        self._market = market
        self._listing = listing
        self._weigh = weigh
        self.by_path: dict[str, Callable[[Parameters, int], Awaitable[object]]] = {
            "ticker": self._rolling,
            "ticker/24hr": self._day,
            "ticker/tradingDay": self._trading_day,
            "ticker/price": self._price,
            "ticker/bookTicker": self._book,
        }

    async def _day(self, parameters: Parameters, scale: int) -> object:
        of_type = answer_rows.of_type(parameters.ticker_type())
        return self._of_any(parameters, lambda symbol: of_type(answer_rows.day_row(symbol, scale)), day_weight)

    async def _price(self, parameters: Parameters, _scale: int) -> object:
        return self._of_any(parameters, answer_rows.price_row, top_weight)

    async def _book(self, parameters: Parameters, _scale: int) -> object:
        return self._of_any(parameters, answer_rows.book_row, top_weight)

    async def _rolling(self, parameters: Parameters, scale: int) -> object:
        length, kind = parameters.window_size(), parameters.ticker_type()
        return self._of_named(
            parameters, kind, lambda symbol: answer_rows.window_row(symbol, symbol.window(length), scale)
        )

    async def _trading_day(self, parameters: Parameters, scale: int) -> object:
        offset, kind = parameters.time_zone(), parameters.ticker_type()
        return self._of_named(parameters, kind, lambda symbol: answer_rows.trading_day_row(symbol, offset, scale))

    def _of_any(self, parameters: Parameters, row: Row, weight: Callable[[int | None], int]) -> object:
        """Answer for the symbols that are named, or for all."""
        one, several = parameters.symbol(), parameters.symbols()
        status = parameters.symbol_status()
        parameters.finish()
        names = [one] if one else several
        self._weigh(weight(None if names is None else len(names)))
        return self._answer(list(self._market.symbols) if names is None else names, status, row, single=bool(one))

    def _of_named(self, parameters: Parameters, kind: TickerType, row: Row) -> object:
        """Answer for the symbols that are named; one at least must be."""
        names, status = parameters.required_symbols(), parameters.symbol_status()
        parameters.finish()
        self._weigh(window_weight(len(names)))
        of_type = answer_rows.of_type(kind)
        single = parameters.asks_for_one
        return self._answer(names, status, lambda symbol: of_type(row(symbol)), single=single)

    def _answer(self, names: list[str], status: str | None, row: Row, *, single: bool) -> object:
        """Refuse one symbol of another status (-1220), and leave such ones out of several."""
        if single:
            return row(self._listing.traded(names[0], status))
        chosen = [name for name in names if status is None or self._listing.status_of(name) == status]
        return [row(self._listing.traded(name)) for name in chosen]
