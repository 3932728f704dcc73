"""What deleting a user means for trading: nothing may run any more, and the audit keeps what was done, without whom."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from streaming.identity.user_deletion import DeletedUser, UserDeletion
from streaming.topics.dotted_names import InstanceKind, key_of_named
from trading.audit.erasure import person_erase
from trading.audit.services import Actor
from trading.models import (
    BY_HAND,
    ENDED_GRIDS,
    ENDED_STRATEGIES,
    OPEN_ORDERS,
    UNFINISHED_BACKTESTS,
    ActorSource,
    Backtest,
    Grid,
    KillSwitch,
    Order,
    Strategy,
    TradingAccount,
)
from trading.topics import TOPICS

_MOST_NAMED = 5
_OF_CATEGORY = {"account": TradingAccount, "grid": Grid, "strategy": Strategy, "backtest": Backtest}


def _obstacles(user_id: int) -> Sequence[str]:
    """Lock the accounts, so that no order comes meanwhile, and say what runs."""
    list(TradingAccount.objects.select_for_update().filter(owner=user_id).order_by("pk").values_list("pk"))
    return list(_running(user_id))


def _running(user_id: int) -> Iterator[str]:
    of_user = Q(account__owner=user_id)
    orders = Order.objects.filter(BY_HAND, of_user, state__in=OPEN_ORDERS)
    yield from _sentence("order", orders.values_list("symbol", "pk"), "open: cancel")
    grids = Grid.objects.filter(of_user).exclude(state__in=ENDED_GRIDS)
    yield from _sentence("grid", grids.values_list("symbol", "pk"), "not stopped: stop")
    strategies = Strategy.objects.filter(of_user).exclude(state__in=ENDED_STRATEGIES)
    yield from _sentence("live strategy", strategies.values_list("symbol", "pk"), "not stopped: stop")
    backtests = Backtest.objects.filter(owner=user_id, state__in=UNFINISHED_BACKTESTS)
    yield from _sentence("backtest", backtests.values_list("symbol", "pk"), "not over: await or cancel")


def _sentence(what: str, rows: QuerySet[Any, tuple[str, str]], state: str) -> Iterator[str]:
    """Say how many there are, which the first of them are, and what is to be done."""
    found = list(rows[: _MOST_NAMED + 1])
    if not found:
        return
    named = ", ".join(f"{symbol} ({pk})" for symbol, pk in found[:_MOST_NAMED])
    if len(found) == 1:
        yield f"1 {what} is {state} it first: {named}."
        return
    plural = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    more = " and more" if len(found) > _MOST_NAMED else ""
    yield f"{plural.capitalize()} are {state} them first: {named}{more}."


def _channels(user_id: int) -> Sequence[str]:
    return [
        key_of_named(f"{category}.{pk}.{last}")
        for category, lasts in _events_by_category().items()
        for pk in _instances(category, user_id)
        for last in lasts
    ]


def _events_by_category() -> dict[str, tuple[str, ...]]:
    return {kind.category: tuple(kind.events) for kind in TOPICS if isinstance(kind, InstanceKind)}


def _instances(category: str, user_id: int) -> Sequence[str]:
    model: Any = _OF_CATEGORY[category]
    owner = "account__owner" if model in {Grid, Strategy} else "owner"
    return list(model.objects.filter(**{owner: user_id}).values_list("pk", flat=True))


def _switches_delete(deleted: DeletedUser) -> None:
    """Delete the kill switches of instances, which name them by their ids alone."""
    ids = [*_instances("grid", deleted.user_id), *_instances("strategy", deleted.user_id)]
    for pk in ids:
        KillSwitch.objects.filter(instance=pk).delete()


def _audit(deleted: DeletedUser) -> None:
    actor = Actor(user_id=deleted.by_id, name=deleted.by, source=ActorSource(deleted.source.value))
    person_erase(user_id=deleted.user_id, actor=actor, now=deleted.at)


USER_DELETION = UserDeletion(obstacles=_obstacles, channels=_channels, before=_switches_delete, after=_audit)
