"""A query that is answered in the event loop, as a command and REST both put it: for what anyone may know.

SYMBOLS = Query(parameters=SymbolsQuery, act=symbols, answer=SymbolsAnswer)

async def symbols(context: QueryContext, given: SymbolsQuery) -> SymbolsAnswer: ...

COMMANDS = (query_command("market.symbols", SYMBOLS),)

path("api/v1/market/symbols/", reading(SYMBOLS))                            # see streaming.gateway.api.query_views
"""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from streaming.commands.access import Who
from streaming.commands.context import CommandContext
from streaming.commands.contract import Contract
from streaming.commands.parameters import reader_of
from streaming.commands.registry import CommandKind
from streaming.commands.use_cases import Answer, as_mapping
from streaming.fan_out.hub import Hub
from streaming.times import WriteTime


class QueryContext(msgspec.Struct, frozen=True, kw_only=True):
    """How this interface writes times (given in ms since the epoch), and the way to the process's hub."""

    write_time: WriteTime
    hub: Callable[[], Awaitable[Hub]]


class Query(Contract, frozen=True, kw_only=True):
    """What may be asked; `act` returns `answer`, or a mapping of the same shape, and raises a refusal.

    One that is not `limited` counts for nobody over REST, takes no turns, and reads no parameters: whoever watches
    a process asks it. `status_of` says REST's status of an answer.
    """

    act: Callable[[QueryContext, Any], Awaitable[Answer]]
    access: Who = Who.ANYONE
    limited: bool = True
    status_of: Callable[[Any], int] = lambda answer: HTTPStatus.OK


def query_command(action: str, query: Query) -> CommandKind:
    """Return the command that answers `query`."""

    async def ask(context: CommandContext, parameters: Any) -> Mapping[str, Any]:
        async def hub() -> Hub:
            return context.hub

        return as_mapping(await query.act(QueryContext(write_time=context.write_time, hub=hub), parameters))

    return CommandKind(
        action=action,
        access=query.access,
        parameters=reader_of(query.parameters),
        handler=ask,
        contract=query,
    )
