"""Every action of the protocol, with those who may ask for it.

Those of later parts are registered too, so that a client is told that they are no mistake of its own.
"""

from collections.abc import Mapping
from typing import Any, NoReturn

from streaming.commands.access import ByParameters, CommandAccess, Permission, StaffPermission, Who
from streaming.commands.context import CommandContext
from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode
from streaming.commands.registry import CommandKind, Given
from streaming.gateway.commands.market import MARKET_COMMANDS
from streaming.gateway.commands.session import SESSION_COMMANDS
from streaming.identity.scopes import Scope

_LOGIN = Who.LOGIN


def _access_of_kill_switch(given: Given) -> Who:
    """Everybody may stop their own; the whole platform is stopped by staff, and set free by superusers."""
    if given.get("scope", "global") != "global":
        return Who.LOGIN
    return Who.SUPERUSER if given.get("action") == "deactivate" else Who.STAFF


_PLANNED: Mapping[str, CommandAccess] = {
    "alerts.create": _LOGIN,
    "alerts.list": _LOGIN,
    "alerts.get": _LOGIN,
    "alerts.update": _LOGIN,
    "alerts.delete": _LOGIN,
    "alerts.enable": _LOGIN,
    "alerts.disable": _LOGIN,
    "alerts.test": _LOGIN,
    "notifications.list": _LOGIN,
    "notifications.mark_read": _LOGIN,
    "notifications.mark_all_read": _LOGIN,
    "notifications.ack": _LOGIN,
    "notifications.broadcast": StaffPermission("alerts.broadcast_notification"),
    "preferences.get": _LOGIN,
    "preferences.set": _LOGIN,
    "grid.preview": _LOGIN,
    "grid.start": Permission("trading.add_grid"),
    "grid.stop": _LOGIN,
    "grid.update_params": _LOGIN,
    "grid.list": _LOGIN,
    "grid.get": _LOGIN,
    "strategy.start": Permission("trading.add_strategy"),
    "strategy.stop": _LOGIN,
    "strategy.list": _LOGIN,
    "strategy.get": _LOGIN,
    "strategy.kinds": _LOGIN,
    "backtest.run": Permission("trading.add_backtest"),
    "backtest.cancel": _LOGIN,
    "backtest.list": _LOGIN,
    "backtest.result": _LOGIN,
    "backtest.check": _LOGIN,
    "account.get": _LOGIN,
    "account.reset": _LOGIN,
    "system.kill_switch": ByParameters(Who.LOGIN, _access_of_kill_switch),
    "wallet.add": _LOGIN,
    "wallet.remove": _LOGIN,
    "wallet.rename": _LOGIN,
    "wallet.list": _LOGIN,
    "tx.watch": _LOGIN,
    "tx.unwatch": _LOGIN,
    "tx.status": _LOGIN,
}
"""The actions whose handlers come with later parts. Whose an instance is, a handler checks."""

_TRADING = frozenset(
    {
        "grid.start",
        "grid.stop",
        "grid.update_params",
        "strategy.start",
        "strategy.stop",
        "backtest.run",
        "backtest.cancel",
        "account.reset",
        "system.kill_switch",
    }
)
"""Those of them that an API key needs the scope `trade` for."""

_READING = frozenset(
    {
        "alerts.list",
        "alerts.get",
        "notifications.list",
        "preferences.get",
        "grid.preview",
        "grid.list",
        "grid.get",
        "strategy.list",
        "strategy.get",
        "strategy.kinds",
        "backtest.list",
        "backtest.result",
        "backtest.check",
        "account.get",
        "wallet.list",
        "tx.status",
    }
)
"""Those that only ask, for which it needs `read`. Whatever is in neither is closed to keys until its part says more."""
_SCOPES = {**dict.fromkeys(_TRADING, Scope.TRADE), **dict.fromkeys(_READING, Scope.READ)}


def _planned(action: str, access: CommandAccess) -> CommandKind:
    async def refuse(_: CommandContext, __: Given) -> NoReturn:
        raise CommandRefusedError(CommandErrorCode.UNAVAILABLE, f"{action} is not available yet")

    return CommandKind(
        action=action,
        access=access,
        parameters=_as_given,
        handler=refuse,
        scope=_SCOPES.get(action),
        planned=True,
    )


def _as_given(given: Given) -> Mapping[str, Any]:
    return given


COMMANDS = (*MARKET_COMMANDS, *SESSION_COMMANDS, *(_planned(action, access) for action, access in _PLANNED.items()))
"""Streaming's own commands, and those that are planned, whose places apps take later."""
