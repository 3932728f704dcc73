"""Trades of the past, for whoever must have every one: fetched from the exchange, a page after another, oldest first.

Source: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints (Old trade lookup).
"""

from collections.abc import AsyncIterator, Sequence

from django.conf import settings

from streaming.events import Trade
from streaming.market.binance import rest_parser
from streaming.market.binance.fields import ParseError
from streaming.market.binance.rest_client import ExchangeBusyError, ExchangeError, ExchangeRest, rest_from_settings
from streaming.market.errors import ExchangeAwayError, MarketBusyError, MarketUnavailableError

_PAGE = 1000
_WEIGHT = 25


async def trades_from(symbol: str, trade_id: int) -> AsyncIterator[Sequence[Trade]]:
    """Give the trades of a symbol from an id on, in pages of at most a thousand, up to the newest when it is asked.

    What the exchange no longer has is left out: the first trade's id may be higher. Raise a `MarketError` where it
    doesn't answer, has no trades of the symbol, or its limit is used up; what was given by then stands.
    """
    rest = rest_from_settings(settings.EXCHANGE_REST_URL)
    while True:
        page = await _page(rest, symbol, trade_id)
        if page:
            yield page
            trade_id = page[-1].trade_id + 1
        if len(page) < _PAGE:
            return


async def _page(rest: ExchangeRest, symbol: str, trade_id: int) -> Sequence[Trade]:
    query: dict[str, str | int] = {"symbol": symbol, "fromId": trade_id, "limit": _PAGE}
    try:
        rows = rest_parser.parse_trades(await rest.get("/api/v3/historicalTrades", query, weight=_WEIGHT))
    except ExchangeBusyError as error:
        raise MarketBusyError(max(1, round(error.retry_after))) from error
    except (ExchangeError, ParseError) as error:
        raise _failure(error) from error
    trades = sorted((row.trade for row in rows if row.trade_id >= trade_id), key=lambda trade: trade.trade_id)
    return trades[:_PAGE]


def _failure(error: ExchangeError | ParseError) -> MarketUnavailableError:
    if isinstance(error, ExchangeError):
        return ExchangeAwayError(f"The exchange gives no trades now: {error}")
    return MarketUnavailableError(f"The exchange's trades can't be read: {error}")
