"""The actions whose apps aren't there yet: each is refused as unavailable, once access and parameters were checked."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, NoReturn

import msgspec

from streaming.commands.access import ByParameters, CommandAccess, Permission, Who
from streaming.commands.context import CommandContext
from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode
from streaming.commands.parameters import NoParameters, Parameters, reader_of
from streaming.commands.registry import CommandKind, Given
from streaming.commands.values import NOT_NEGATIVE, POSITIVE
from streaming.identity.scopes import Scope

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Positive = Annotated[Decimal, POSITIVE]
NotNegative = Annotated[Decimal, NOT_NEGATIVE]


class Instance(Parameters, frozen=True):
    """One grid, strategy or wallet."""

    id: Name


class NewGrid(Parameters, frozen=True):
    """A grid of orders between two prices; these, `investment` and `order_size` are in the pair's quote asset."""

    pair: Name
    upper_price: Positive
    lower_price: Positive
    grid_count: Annotated[int, msgspec.Meta(ge=2)]
    spacing: Literal["arithmetic", "geometric"] | None = None
    investment: Positive | None = None
    order_size: Positive | None = None
    fee_rate: NotNegative | None = None
    trigger_price: Positive | None = None
    stop_loss: Positive | None = None
    take_profit: Positive | None = None
    mode: Name | None = None

    def wrong_together(self) -> Mapping[str, str]:
        """Return what the two prices say against each other."""
        is_wrong = self.upper_price <= self.lower_price
        return {"upper_price": "upper_price must be greater than lower_price"} if is_wrong else {}


class GridStop(Instance, frozen=True):
    """Which grid to stop, and what becomes of its orders and of what it holds."""

    cancel_orders: bool | None = None
    close_position: bool | None = None


class GridUpdate(Instance, frozen=True):
    """Which grid gets which of a grid's parameters."""

    params: dict[str, Any]


class NewStrategy(Parameters, frozen=True):
    """A strategy on candles of one symbol."""

    strategy: Name
    symbol: Name
    interval: Name
    params: dict[str, Any] | None = None
    mode: Name | None = None


class KillSwitchThrow(Parameters, frozen=True):
    """What is stopped, or set free, and why; `id` names the user or the instance."""

    action: Literal["activate", "deactivate"]
    reason: Name
    scope: Literal["global", "user", "instance"] = "global"
    id: Name | None = None


class NewWallet(Parameters, frozen=True):
    """An address of a chain."""

    chain: Name
    address: Name
    label: Name | None = None


class WalletName(Instance, frozen=True):
    """A wallet's new label."""

    label: Name


class Transaction(Parameters, frozen=True):
    """A transaction of a chain."""

    chain: Name
    hash: Name


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """One action: `parameters` is None where the protocol doesn't tell them, and nothing can be wrong with them.

    An API key needs `scope` for it; without one it is closed to keys until its app says more.
    """

    parameters: type[Parameters] | None = NoParameters
    access: CommandAccess = Who.LOGIN
    scope: Scope | None = None


def _access_of_kill_switch(given: Given) -> Who:
    """Everybody may stop their own; the whole platform is stopped by staff, and set free by superusers."""
    if given.get("scope", "global") != "global":
        return Who.LOGIN
    return Who.SUPERUSER if given.get("action") == "deactivate" else Who.STAFF


_READ, _TRADE = Scope.READ, Scope.TRADE

PLANNED: Mapping[str, Planned] = {
    "grid.preview": Planned(parameters=NewGrid, scope=_READ),
    "grid.start": Planned(parameters=NewGrid, access=Permission("trading.add_grid"), scope=_TRADE),
    "grid.stop": Planned(parameters=GridStop, scope=_TRADE),
    "grid.update_params": Planned(parameters=GridUpdate, scope=_TRADE),
    "grid.list": Planned(parameters=None, scope=_READ),
    "grid.get": Planned(parameters=Instance, scope=_READ),
    "strategy.start": Planned(parameters=NewStrategy, access=Permission("trading.add_strategy"), scope=_TRADE),
    "strategy.stop": Planned(parameters=Instance, scope=_TRADE),
    "strategy.list": Planned(parameters=None, scope=_READ),
    "strategy.get": Planned(parameters=Instance, scope=_READ),
    "account.get": Planned(scope=_READ),
    "account.reset": Planned(scope=_TRADE),
    "system.kill_switch": Planned(
        parameters=KillSwitchThrow, access=ByParameters(Who.LOGIN, _access_of_kill_switch), scope=_TRADE
    ),
    "wallet.add": Planned(parameters=NewWallet),
    "wallet.remove": Planned(parameters=Instance),
    "wallet.rename": Planned(parameters=WalletName),
    "wallet.list": Planned(parameters=None, scope=_READ),
    "tx.watch": Planned(parameters=Transaction),
    "tx.unwatch": Planned(parameters=Transaction),
    "tx.status": Planned(parameters=Transaction, scope=_READ),
}
"""Whose an instance is, a handler will check."""


def _command(action: str, planned: Planned) -> CommandKind:
    async def refuse(_: CommandContext, __: object) -> NoReturn:
        raise CommandRefusedError(CommandErrorCode.UNAVAILABLE, f"{action} is not available yet")

    return CommandKind(
        action=action,
        access=planned.access,
        parameters=_as_given if planned.parameters is None else reader_of(planned.parameters),
        handler=refuse,
        scope=planned.scope,
        is_planned=True,
    )


def _as_given(given: Given) -> Mapping[str, Any]:
    return given


PLANNED_COMMANDS = tuple(_command(action, planned) for action, planned in PLANNED.items())
