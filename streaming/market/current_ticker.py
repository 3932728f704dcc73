"""A symbol's ticker as the exchange's REST interface tells it now, for whoever can't wait for the stream's next."""

from streaming.events import Ticker
from streaming.market.errors import ExchangeAwayError, MarketBusyError, MarketUnavailableError
from streaming.market.own_source import own_source
from streaming.market.sources.discovery import source_of
from streaming.market.sources.errors import ExchangeBusyError, ExchangeError, ParseError


async def current_ticker(symbol: str) -> Ticker:
    """Return the ticker of a symbol that the exchange lists.

    Raise a `MarketError` where the exchange doesn't answer, doesn't know the symbol, or its limit is used up.
    """
    label = own_source()
    try:
        return await source_of(label).rest().ticker(symbol, label=label)
    except ExchangeBusyError as error:
        raise MarketBusyError(max(1, round(error.retry_after))) from error
    except ExchangeError as error:
        raise ExchangeAwayError(f"The exchange tells no ticker now: {error}") from error
    except ParseError as error:
        raise MarketUnavailableError(f"The exchange's ticker can't be read: {error}") from error
