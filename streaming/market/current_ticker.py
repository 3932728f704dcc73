"""A symbol's ticker as the exchange's REST interface tells it now, for whoever can't wait for the stream's next.

Source: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints (24hr ticker).
"""

from django.conf import settings

from streaming.events import Source, Ticker
from streaming.market.binance.fields import ParseError
from streaming.market.binance.normalise import ticker_event
from streaming.market.binance.rest_client import ExchangeBusyError, ExchangeError, rest_from_settings
from streaming.market.binance.rest_parser import parse_day_ticker
from streaming.market.errors import ExchangeAwayError, MarketBusyError, MarketUnavailableError

_WEIGHT = 2


async def current_ticker(symbol: str) -> Ticker:
    """Return the ticker of a symbol that the exchange lists.

    Raise a `MarketError` where the exchange doesn't answer, doesn't know the symbol, or its limit is used up.
    """
    try:
        body = await rest_from_settings().get("/api/v3/ticker/24hr", {"symbol": symbol}, weight=_WEIGHT)
        return ticker_event(parse_day_ticker(body), Source(settings.EXCHANGE_SOURCE))
    except ExchangeBusyError as error:
        raise MarketBusyError(max(1, round(error.retry_after))) from error
    except ExchangeError as error:
        raise ExchangeAwayError(f"The exchange tells no ticker now: {error}") from error
    except ParseError as error:
        raise MarketUnavailableError(f"The exchange's ticker can't be read: {error}") from error
