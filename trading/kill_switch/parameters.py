"""What clients say of the kill switch."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta

from streaming.commands.access import Who
from streaming.commands.parameters import Parameters
from trading.engine.risk.levels import TradingLevel
from trading.events import KillSwitchScope
from trading.parameters import Id

LONGEST_REASON = 200
Reason = Annotated[str, Meta(min_length=1, max_length=LONGEST_REASON)]
ACTIVATE = "activate"


class KillSwitchThrow(Parameters, frozen=True, kw_only=True):
    """What is stopped, or set free, and why; `id` names the user (by default oneself) or the instance.

    Activating to `halted` stops grids and strategies and cancels all orders, to `reduce_only` cancels what buys;
    `close_positions` has what is held sold at the market.
    """

    action: Literal["activate", "deactivate"]
    reason: Reason
    scope: KillSwitchScope = KillSwitchScope.GLOBAL
    id: Id | None = None
    level: Literal["reduce_only", "halted"] | None = None
    close_positions: bool = False

    @property
    def is_activating(self) -> bool:
        """Whether something is stopped."""
        return self.action == ACTIVATE

    @property
    def new_level(self) -> TradingLevel:
        """What may be ordered then."""
        return TradingLevel(self.level or TradingLevel.HALTED) if self.is_activating else TradingLevel.ACTIVE

    def wrong_together(self) -> Mapping[str, str]:
        """Return what doesn't go with the scope, or with the action."""
        faults = {}
        if self.scope is KillSwitchScope.GLOBAL and self.id is not None:
            faults["id"] = "the scope global takes no id"
        if self.scope is KillSwitchScope.INSTANCE and self.id is None:
            faults["id"] = "id is required for the scope instance"
        if not self.is_activating and self.level is not None:
            faults["level"] = "level is for activating only"
        if not self.is_activating and self.close_positions:
            faults["close_positions"] = "close_positions is for activating only"
        return faults


def access_of(given: Mapping[str, Any]) -> Who:
    """Return who may: everybody stops their own; the whole platform is stopped by staff, set free by superusers."""
    if given.get("scope", KillSwitchScope.GLOBAL) not in {KillSwitchScope.USER, KillSwitchScope.INSTANCE}:
        return Who.SUPERUSER if given.get("action") == "deactivate" else Who.STAFF
    return Who.LOGIN
