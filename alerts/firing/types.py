"""What passes between the evaluation, which is pure, and the tables. Times in ms since the epoch."""

from collections.abc import Mapping

import msgspec

from alerts.conditions.rule import Condition, Firing, Point, Rule, RuleMemory, WindowsMemory
from alerts.events import Alert, AlertState
from alerts.firing.processed_moments import ProcessedMoment


class LoadedRule(msgspec.Struct, frozen=True, kw_only=True):
    """An enabled rule as its row has it. `memory` is None for one that was never evaluated, or begins anew.

    `rule` is None where the row can't be read, as `error` says. `beginnings` is how often it has begun anew, `firings`
    how many of it are stored, and `since` when it was last saved.
    """

    id: int
    owner_id: int
    rule: Rule | None
    error: str = ""
    memory: RuleMemory | None = None
    state: AlertState = AlertState.PENDING
    beginnings: int = 0
    firings: int = 0
    since: int = 0


def with_firings(rule: Rule, unstored: int) -> Rule:
    """Return a rule as it is once so many firings of it that are not stored yet are."""
    if rule.firings_left is None or not unstored:
        return rule
    return msgspec.structs.replace(rule, firings_left=max(0, rule.firings_left - unstored))


class NumberedFiring(msgspec.Struct, frozen=True, kw_only=True):
    """A firing of a `condition` that is to be stored, as its rule's `number`th. With `collapse` the rule is noisy."""

    number: int
    firing: Firing
    condition: Condition
    collapse: bool = False


class LockedRule(msgspec.Struct, frozen=True):
    """What storing must know of a rule's row, which is locked: the columns of these names, in this order."""

    id: int
    owner_id: int
    name: str
    symbol: str
    severity: str
    channels: list[str]
    template: str
    firings: int
    state: str


class RuleUpdate(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule's row is to say; `memory` is None where there is none, `newest` where there has been no value."""

    state: AlertState
    error: str = ""
    memory: RuleMemory | None = None
    newest: Point | None = None


class SeriesMemory(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored of a series: its last value, and what its windows still need of those before.

    `heard` are its last signals or transactions, oldest first.
    """

    point: Point
    windows: WindowsMemory = WindowsMemory()
    heard: tuple[ProcessedMoment, ...] = ()


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """What has happened since the last batch: all of it is stored, or nothing.

    `beginnings` tells how often each rule that is known had begun anew when it did what it says here: apart from the
    updates, so that those of rules that come to say the same are equal. `series` are those that have moved, by key.
    """

    firings: tuple[NumberedFiring, ...]
    updates: Mapping[int, RuleUpdate]
    beginnings: Mapping[int, int]
    series: Mapping[str, SeriesMemory]

    @property
    def is_empty(self) -> bool:
        """True where there is nothing to store."""
        return not (self.firings or self.updates or self.series)


class OwnedAlert(msgspec.Struct, frozen=True, kw_only=True):
    """A firing that is stored, as the topic `alerts` tells it, and whose it is."""

    owner_id: int
    alert: Alert


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """What was new in a batch: how many notifications it made or let count more, and the firings, in their order.

    `refused` are rules of which nothing was stored because the database doesn't take it: they are in error by now.
    """

    notifications: int
    alerts: tuple[OwnedAlert, ...]
    refused: frozenset[int] = frozenset()
