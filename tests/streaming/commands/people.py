"""Those who give commands in tests, and what a handler knows of them."""

from streaming.clock import SystemClock
from streaming.commands.context import CommandContext
from streaming.connections.quality import QualitySummary
from streaming.fan_out.hub import Hub
from streaming.identity.identity import Identity
from streaming.times import epoch_time

TRADING = frozenset({"trading.add_order", "trading.add_grid", "trading.add_strategy", "trading.add_backtest"})
USER = Identity(user_id="1", username="user", expires_at=2**42)
TRADER = Identity(user_id="2", username="trader", expires_at=2**42, permissions=TRADING)
STAFF = Identity(user_id="3", username="staff", expires_at=2**42, is_staff=True)
SUPERUSER = Identity(user_id="4", username="root", expires_at=2**42, is_staff=True, is_superuser=True)


def context_of(
    identity: Identity | None, hub: Hub, *, channels: tuple[str, ...] = (), quality: QualitySummary | None = None
) -> CommandContext:
    """Return the context of a connection that writes times in milliseconds."""

    async def subscribed() -> tuple[str, ...]:
        return channels

    return CommandContext(
        client_id="ws_1_abc",
        identity=identity,
        channels=subscribed,
        quality=quality or QualitySummary(),
        write_time=epoch_time,
        hub=hub,
        clock=SystemClock(),
    )
