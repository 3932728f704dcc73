"""What may be ordered now, as the rows of the kill switch say."""

from collections.abc import Collection, Iterable, Mapping

import msgspec
from django.db.models import Q

from trading.engine.risk.levels import TradingLevel, strictest
from trading.events import KillSwitchScope
from trading.models import KillSwitch


class SwitchedLevels(msgspec.Struct, frozen=True, kw_only=True):
    """The levels that are set: for all, by user, by grid; a level that isn't known is kept as it is."""

    everybody: tuple[str, ...] = ()
    users: Mapping[int, str] = {}
    instances: Mapping[str, str] = {}

    def of(self, user_id: int, instance: str = "") -> TradingLevel:
        """Return what holds for a user, and for a grid where one is named: the strictest of what is set."""
        own = [self.users[user_id]] if user_id in self.users else []
        grid = [self.instances[instance]] if instance in self.instances else []
        return strictest([*self.everybody, *own, *grid])


def levels_for(user_ids: Collection[int], instances: Iterable[str] = ()) -> SwitchedLevels:
    """Return what is set for users and grids, in one query."""
    concerned = Q(scope=KillSwitchScope.GLOBAL) | Q(user_id__in=user_ids) | Q(instance__in=[*filter(None, instances)])
    rows = KillSwitch.objects.filter(concerned).values_list("scope", "user_id", "instance", "level")
    return SwitchedLevels(
        everybody=tuple(level for scope, _, _, level in rows if scope == KillSwitchScope.GLOBAL),
        users={user_id: level for scope, user_id, _, level in rows if scope == KillSwitchScope.USER},
        instances={instance: level for scope, _, instance, level in rows if scope == KillSwitchScope.INSTANCE},
    )


def level_for(user_id: int, instance: str = "") -> TradingLevel:
    """Return what a user may order, by hand or by a grid."""
    return levels_for([user_id], [instance]).of(user_id, instance)


def reason_for(user_id: int, instance: str = "") -> str:
    """Return why less than everything may be ordered; empty where all may be, or nobody said."""
    concerned = Q(scope=KillSwitchScope.GLOBAL) | Q(user_id=user_id)
    if instance:
        concerned |= Q(instance=instance)
    rows = KillSwitch.objects.filter(concerned).exclude(level=TradingLevel.ACTIVE.value)
    return rows.order_by("-changed_at").values_list("reason", flat=True).first() or ""
