"""Trades of the past, for whoever must have every one: asked of the exchange, a page after another, oldest first."""

from collections.abc import AsyncIterator, Sequence

from streaming.events import Trade
from streaming.market.errors import ExchangeAwayError, MarketBusyError, MarketUnavailableError
from streaming.market.sources.discovery import current_source
from streaming.market.sources.errors import ExchangeBusyError, ExchangeError, ParseError
from streaming.market.sources.source import ROWS_AT_ONCE, SourceRest


async def trades_from(symbol: str, trade_id: int) -> AsyncIterator[Sequence[Trade]]:
    """Give the trades of a symbol from an id on, in pages of at most a thousand, up to the newest when it is asked.

    What the exchange no longer has is left out: the first trade's id may be higher. Raise a `MarketError` where it
    doesn't answer, has no trades of the symbol, or its limit is used up; what was given by then stands.
    """
    rest = current_source().rest()
    while True:
        page = await _page(rest, symbol, trade_id)
        if page:
            yield page
            trade_id = page[-1].trade_id + 1
        if len(page) < ROWS_AT_ONCE:
            return


async def _page(rest: SourceRest, symbol: str, trade_id: int) -> Sequence[Trade]:
    try:
        rows = await rest.trades_from(symbol, trade_id)
    except ExchangeBusyError as error:
        raise MarketBusyError(max(1, round(error.retry_after))) from error
    except (ExchangeError, ParseError) as error:
        raise _failure(error) from error
    trades = sorted((row.trade for row in rows if row.trade_id >= trade_id), key=lambda trade: trade.trade_id)
    return trades[:ROWS_AT_ONCE]


def _failure(error: ExchangeError | ParseError) -> MarketUnavailableError:
    if isinstance(error, ExchangeError):
        return ExchangeAwayError(f"The exchange gives no trades now: {error}")
    return MarketUnavailableError(f"The exchange's trades can't be read: {error}")
