"""Throwing the kill switch, and how it stands, for commands and REST."""

from collections.abc import Mapping, Sequence

import msgspec

from streaming.commands.access import ByParameters, StaffPermission, Who
from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode
from streaming.commands.parameters import NoParameters
from streaming.commands.use_cases import Caller, HubOfProcess, UseCase
from streaming.database.fair_queries import in_turn
from streaming.identity.scopes import Scope
from trading.engine.risk.levels import TradingLevel
from trading.events import Affected, KillSwitchScope
from trading.grids import access as grids
from trading.ids import STRATEGY_PREFIX
from trading.kill_switch import services
from trading.kill_switch.closing import markets_to_close
from trading.kill_switch.parameters import KillSwitchThrow, access_of
from trading.kill_switch.selectors import levels_for
from trading.kill_switch.services import SwitchTarget
from trading.live.actors import actor_of, user_exists
from trading.live.markets import TradedMarket
from trading.models import ENDED_GRIDS, ENDED_STRATEGIES, Grid, Strategy
from trading.strategies import access as strategies

MAY_CHANGE = StaffPermission("trading.change_killswitch")
"""What staff need, as in the admin, for the switches of others."""


class Switched(msgspec.Struct, frozen=True, kw_only=True):
    """A switch whose level is set, and at which prices is sold what is held (None: nothing is)."""

    target: SwitchTarget
    unfinished: int
    markets: Mapping[str, TradedMarket] | None


class KillSwitchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What may be ordered now, by the switch that was thrown, and what was done."""

    state: TradingLevel
    affected: Affected


class InstanceLevel(msgspec.Struct, frozen=True, kw_only=True):
    """What a grid, or a strategy, may order."""

    id: str
    state: TradingLevel


class KillSwitchStateAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What one may order now (`state`), and which switch says what; of grids and strategies those held back."""

    state: TradingLevel
    everybody: TradingLevel = msgspec.field(name="global")
    user: TradingLevel
    instances: Sequence[InstanceLevel]


async def _switch(caller: Caller, hub: HubOfProcess, given: KillSwitchThrow) -> Switched:
    """Set the level, before anything is cancelled: from then on nobody orders."""
    target, unfinished = await in_turn(_set)(caller, given)
    markets = await markets_to_close(hub, target.sub_accounts()) if given.close_positions else None
    return Switched(target=target, unfinished=unfinished, markets=markets)


def _set(caller: Caller, given: KillSwitchThrow) -> tuple[SwitchTarget, int]:
    target = _target(caller, given)
    unfinished = services.switch_set(
        actor=actor_of(caller),
        target=target,
        level=given.new_level,
        reason=given.reason,
        may_free=_may_change(caller) or given.scope is KillSwitchScope.GLOBAL,
        closes=given.close_positions,
        now=caller.now,
    )
    return target, unfinished


def _target(caller: Caller, given: KillSwitchThrow) -> SwitchTarget:
    """Return for whom it is; raise NOT_FOUND for another's."""
    if given.scope is KillSwitchScope.GLOBAL:
        return SwitchTarget(scope=given.scope)
    if given.scope is KillSwitchScope.INSTANCE:
        instance = _instance(caller, given.id or "")
        return SwitchTarget(scope=given.scope, owner_id=instance.account.owner_id, instance=instance.pk)
    user_id = str(caller.user_id) if given.id in {None, "me"} else str(given.id)
    if user_id != str(caller.user_id) and not (_may_change(caller) and user_exists(user_id)):
        raise CommandRefusedError(CommandErrorCode.NOT_FOUND, "Not found")
    return SwitchTarget(scope=given.scope, owner_id=int(user_id))


def _instance(caller: Caller, instance_id: str) -> Grid | Strategy:
    if instance_id.startswith(STRATEGY_PREFIX):
        return strategies.reached(caller, instance_id, strategies.MAY_CHANGE)
    return grids.reached(caller, instance_id, grids.MAY_CHANGE)


def _throw(caller: Caller, given: KillSwitchThrow, switched: Switched) -> KillSwitchAnswer:
    """Stop trading, of all, a user, a grid or a strategy, or let it be free again; what was stopped stays so."""
    actor, now, level, target = actor_of(caller), caller.now, given.new_level, switched.target
    if given.is_activating:
        affected = services.switch_activated(
            actor=actor,
            target=target,
            level=level,
            reason=given.reason,
            markets=switched.markets,
            unfinished=switched.unfinished,
            now=now,
        )
    else:
        affected = services.switch_deactivated(
            actor=actor, target=target, reason=given.reason, unfinished=switched.unfinished, now=now
        )
    return KillSwitchAnswer(state=level, affected=affected)


def _state(caller: Caller, _: NoParameters) -> KillSwitchStateAnswer:
    """Tell what one may order now, and which switch says so."""
    active = (
        Grid.objects.exclude(state__in=ENDED_GRIDS),
        Strategy.objects.exclude(state__in=ENDED_STRATEGIES),
    )
    ids = [pk for rows in active for pk in rows.filter(account__owner_id=caller.user_id).values_list("pk", flat=True)]
    levels = levels_for([caller.user_id], ids)
    instances = [InstanceLevel(id=one, state=levels.of(0, one)) for one in sorted(levels.instances)]
    return KillSwitchStateAnswer(
        state=levels.of(caller.user_id),
        everybody=levels.of(0),
        user=msgspec.structs.replace(levels, everybody=()).of(caller.user_id),
        instances=[one for one in instances if one.state is not TradingLevel.ACTIVE],
    )


def _may_change(caller: Caller) -> bool:
    return caller.is_one_of(MAY_CHANGE)


THROW_KILL_SWITCH = UseCase(
    parameters=KillSwitchThrow,
    act=_throw,
    gather=_switch,
    answer=KillSwitchAnswer,
    access=ByParameters(Who.LOGIN, access_of),
    others=MAY_CHANGE,
    changes=True,
    scope=Scope.TRADE,
)
KILL_SWITCH_STATE = UseCase(parameters=NoParameters, act=_state, answer=KillSwitchStateAnswer)
