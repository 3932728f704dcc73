"""What anyone may ask of the market, by a command or over REST."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from streaming.commands.parameters import NoParameters
from streaming.commands.questions import Asking, Question, question_command
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


async def _symbols(_: Asking, query: SymbolsQuery) -> SymbolsAnswer:
    """Symbols."""
    return symbols_answer(await market_symbols(query))


async def _history(_: Asking, query: HistoryQuery) -> HistoryAnswer:
    """Candles of the past."""
    return history_answer(await market_history(query))


async def _overview(asking: Asking, _: NoParameters) -> Mapping[str, Any]:
    """The market at a glance."""
    overview = await current_overview(await asking.hub(), wait=settings.OVERVIEW_WAIT_SECONDS)
    [data] = EventData(asking.write_time).of(overview)
    return data


SYMBOLS = Question(parameters=SymbolsQuery, act=_symbols, answer=SymbolsAnswer)
HISTORY = Question(parameters=HistoryQuery, act=_history, answer=HistoryAnswer)
OVERVIEW = Question(act=_overview, answer=OverviewAnswer)

MARKET_COMMANDS = (
    question_command("market.symbols", SYMBOLS),
    question_command("market.history", HISTORY),
    question_command("market.overview", OVERVIEW),
)
