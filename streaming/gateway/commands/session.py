"""Commands about one's own connection, which anyone may give."""

from collections.abc import Mapping
from typing import Any

import msgspec

from streaming.commands.access import Who
from streaming.commands.context import CommandContext
from streaming.commands.contract import Contract
from streaming.commands.parameters import NoParameters, reader_of
from streaming.commands.registry import CommandKind, Query
from streaming.connections.quality import QualitySummary


class SubscriptionsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The channels that the connection has, as they were spelled."""

    channels: tuple[str, ...]


async def _subscriptions(context: CommandContext, _: NoParameters) -> Mapping[str, Any]:
    """The connection's subscriptions."""
    return {"channels": await context.channels()}


async def _quality(context: CommandContext, _: NoParameters) -> Mapping[str, Any]:
    """How good the connection is, as the server measures it."""
    return msgspec.structs.asdict(context.quality)


def _command(action: str, handler: Query, answer: type[msgspec.Struct]) -> CommandKind:
    return CommandKind(
        action=action,
        access=Who.ANYONE,
        parameters=reader_of(NoParameters),
        handler=handler,
        contract=Contract(act=handler, answer=answer, access=Who.ANYONE),
    )


SESSION_COMMANDS = (
    _command("session.subscriptions", _subscriptions, SubscriptionsAnswer),
    _command("session.quality", _quality, QualitySummary),
)
