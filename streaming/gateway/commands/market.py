"""Commands on market data, which anyone may give: the same services and wording as REST."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from streaming.commands.access import Who
from streaming.commands.context import CommandContext
from streaming.commands.registry import CommandKind
from streaming.fan_out.hub import Hub
from streaming.gateway.dialects.event_data import EventData
from streaming.market.answers import history_answer, symbols_answer
from streaming.market.current_overview import current_overview
from streaming.market.history.history import market_history
from streaming.market.parameters import (
    HistoryQuery,
    OverviewQuery,
    SymbolsQuery,
    history_query,
    overview_query,
    symbols_query,
)
from streaming.market.selectors import market_symbols
from streaming.times import WriteTime


async def overview_answer(hub: Hub, write_time: WriteTime) -> dict[str, Any]:
    """Return the data of `market:overview`, with times as `write_time` writes them."""
    [data] = EventData(write_time).of(await current_overview(hub, wait=settings.OVERVIEW_WAIT_SECONDS))
    return data


async def _symbols(_: CommandContext, query: SymbolsQuery) -> Mapping[str, Any]:
    return symbols_answer(await market_symbols(query))


async def _history(_: CommandContext, query: HistoryQuery) -> Mapping[str, Any]:
    return history_answer(await market_history(query))


async def _overview(context: CommandContext, _: OverviewQuery) -> Mapping[str, Any]:
    return await overview_answer(context.hub, context.write_time)


MARKET_COMMANDS = (
    CommandKind(action="market.symbols", access=Who.ANYONE, parameters=symbols_query, handler=_symbols),
    CommandKind(action="market.history", access=Who.ANYONE, parameters=history_query, handler=_history),
    CommandKind(action="market.overview", access=Who.ANYONE, parameters=overview_query, handler=_overview),
)
