"""The commands about one's own connection."""

import msgspec
import pytest

from streaming.commands.command import Command
from streaming.commands.context import CommandContext
from streaming.commands.outcome import Failure, Success
from streaming.connections.quality import ConnectionQuality
from streaming.fan_out.hub import Hub
from streaming.gateway.commands.execution import execute
from streaming.installed import command_registry
from tests.streaming.commands.people import context_of


async def answer(action: str, context: CommandContext) -> bytes:
    """Return the data of an answer as JSON."""
    outcome = await execute(command_registry(), Command("1", action, {}), context)
    assert isinstance(outcome, Success)
    return msgspec.json.encode(outcome.data)


async def test_it_names_the_channels_as_the_client_spelled_them(hub: Hub) -> None:
    context = context_of(None, hub, channels=("quotes:BTCUSDT", "kline:BTCUSDT:1m"))
    assert await answer("session.subscriptions", context) == b'{"channels":["quotes:BTCUSDT","kline:BTCUSDT:1m"]}'
    assert await answer("session.subscriptions", context_of(None, hub)) == b'{"channels":[]}'


async def test_it_tells_the_quality_of_the_connection(hub: Hub) -> None:
    quality = ConnectionQuality()
    for seconds in (0.010, 0.030, 0.020):
        quality.measured(seconds)
    data = await answer("session.quality", context_of(None, hub, quality=quality.summary()))
    assert data == b'{"latency_ms":20.0,"mean_ms":20.0,"jitter_ms":15.0,"missed":0,"quality":"excellent"}'


async def test_it_knows_no_quality_before_the_first_round_trip(context: CommandContext) -> None:
    data = await answer("session.quality", context)
    assert data == b'{"latency_ms":null,"mean_ms":null,"jitter_ms":null,"missed":null,"quality":null}'


@pytest.mark.parametrize("action", ["session.subscriptions", "session.quality"])
async def test_it_takes_no_parameters(action: str, context: CommandContext) -> None:
    outcome = await execute(command_registry(), Command("1", action, {"page": 1}), context)
    assert isinstance(outcome, Failure)
    assert (outcome.code.value, outcome.fields) == ("VALIDATION_ERROR", {"page": "Unknown parameter"})
