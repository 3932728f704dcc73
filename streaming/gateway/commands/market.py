"""What anyone may ask of the market, by a command or over REST."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from streaming.commands.parameters import NoParameters
from streaming.commands.queries import Query, QueryContext, query_command
from streaming.gateway.commands.market_answers import (
    HistoryAnswer,
    OverviewAnswer,
    SymbolsAnswer,
    history_answer,
    symbols_answer,
)
from streaming.gateway.dialects.event_data import EventData
from streaming.market.candle_history import market_history
from streaming.market.current_overview import current_overview
from streaming.market.parameters import HistoryQuery, SymbolsQuery
from streaming.market.selectors import market_symbols


async def _symbols(_: QueryContext, given: SymbolsQuery) -> SymbolsAnswer:
    """Symbols."""
    return symbols_answer(await market_symbols(given))


async def _history(_: QueryContext, given: HistoryQuery) -> HistoryAnswer:
    """Candles of the past."""
    return history_answer(await market_history(given))


async def _overview(context: QueryContext, _: NoParameters) -> Mapping[str, Any]:
    """The market at a glance."""
    overview = await current_overview(await context.hub(), wait=settings.OVERVIEW_WAIT_SECONDS)
    [data] = EventData(context.write_time).of(overview)
    return data


SYMBOLS = Query(parameters=SymbolsQuery, act=_symbols, answer=SymbolsAnswer)
HISTORY = Query(parameters=HistoryQuery, act=_history, answer=HistoryAnswer)
OVERVIEW = Query(act=_overview, answer=OverviewAnswer)

MARKET_COMMANDS = (
    query_command("market.symbols", SYMBOLS),
    query_command("market.history", HISTORY),
    query_command("market.overview", OVERVIEW),
)
