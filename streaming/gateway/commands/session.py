"""Commands about one's own connection, which anyone may give."""

from collections.abc import Mapping
from typing import Any

import msgspec

from streaming.commands.access import Who
from streaming.commands.context import CommandContext
from streaming.commands.parameters import NoParameters, reader_of
from streaming.commands.registry import CommandKind


async def _subscriptions(context: CommandContext, _: NoParameters) -> Mapping[str, Any]:
    return {"channels": await context.channels()}


async def _quality(context: CommandContext, _: NoParameters) -> Mapping[str, Any]:
    return msgspec.structs.asdict(context.quality)


_none = reader_of(NoParameters)

SESSION_COMMANDS = (
    CommandKind(action="session.subscriptions", access=Who.ANYONE, parameters=_none, handler=_subscriptions),
    CommandKind(action="session.quality", access=Who.ANYONE, parameters=_none, handler=_quality),
)
