"""Who may do what with what trades: everybody, with what another user owns, by command and by REST.

Everybody is nobody, a user without permissions, another trader, staff without a permission of the admin's, with those
to view, with those to change, a superuser, and the owner.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Permission
from django.urls import URLPattern, get_resolver
from pytest_django import Settings

from accounts.api_keys.services import api_key_create
from accounts.models import User
from streaming.identity.scopes import Scope
from tests.trading.asking import Desk, desk
from trading.commands import COMMANDS
from trading.urls import urlpatterns

__all__ = ("desk",)

YES, NO, MISSING = "yes", "PERMISSION_DENIED", "NOT_FOUND"
_MAY = {"": YES, "CONFLICT": YES, "KILL_SWITCH_ACTIVE": YES}
"""What isn't possible as things are was asked by somebody who may."""
NOBODY, LURKER, OTHER, CLERK, VIEWER, CHANGER, ROOT, OWNER = (
    "nobody", "lurker", "other", "clerk", "viewer", "changer", "root", "owner",
)  # fmt: skip
_PEOPLE = (NOBODY, LURKER, OTHER, CLERK, VIEWER, CHANGER, ROOT, OWNER)
_MODELS = ("order", "grid", "strategy", "tradingaccount", "risklimits", "killswitch")

OWN = (NO, YES, YES, YES, YES, YES, YES, YES)
TRADERS = (NO, NO, YES, YES, YES, YES, YES, YES)
ONLY_OWN = (NO, MISSING, MISSING, MISSING, MISSING, MISSING, MISSING, YES)
ONLY_TRADERS_OWN = (NO, NO, MISSING, MISSING, MISSING, MISSING, MISSING, YES)
VIEW = (NO, MISSING, MISSING, MISSING, YES, YES, YES, YES)
TRADERS_VIEW = (NO, NO, MISSING, MISSING, YES, YES, YES, YES)
CHANGE = (NO, MISSING, MISSING, MISSING, MISSING, YES, YES, YES)
STAFFS = (NO, NO, NO, YES, YES, YES, YES, NO)
SUPERUSERS = (NO, NO, NO, NO, NO, NO, YES, NO)
"""What each of the people is answered."""

LIMIT = {"symbol": "BTCUSDT", "side": "buy", "type": "limit", "quantity": "0.001", "price": 94000}
GRID = {"pair": "BTC-USDT", "upper_price": 100000, "lower_price": 90000, "grid_count": 4}
STRATEGY = {"strategy": "ma_cross", "symbol": "BTC-USDT", "interval": "1m"}
STOP, FREE = {"action": "activate", "reason": "enough"}, {"action": "deactivate", "reason": "calm"}
_THEIRS = {"account": "{account}"}
_NAMED = {"client_order_id": "mine"}
_COMPARED = {"id": "{strategy}", "backtest_id": "none"}


class Case(NamedTuple):
    """An action with what is given for it, its address over REST, and what everybody is answered."""

    action: str
    given: Mapping[str, Any]
    method: str
    path: str
    answers: tuple[str, ...]
    in_path: str = ""


CASES = (
    Case("order.place", LIMIT, "POST", "orders/", TRADERS),
    Case("order.place", LIMIT | _THEIRS, "POST", "orders/", ONLY_TRADERS_OWN),
    Case("order.preview", LIMIT, "POST", "orders/preview/", OWN),
    Case("order.preview", LIMIT | _THEIRS, "POST", "orders/preview/", ONLY_OWN),
    Case("order.list", {}, "GET", "orders/", OWN),
    Case("order.get", {"id": "{order}"}, "GET", "orders/{order}/", VIEW, "id"),
    Case("order.cancel", {"id": "{order}"}, "POST", "orders/{order}/cancel/", CHANGE, "id"),
    Case("order.get", _NAMED, "GET", "orders/by-client-order-id/mine/", ONLY_OWN, "client_order_id"),
    Case("order.cancel", _NAMED, "POST", "orders/by-client-order-id/mine/cancel/", ONLY_OWN, "client_order_id"),
    Case("order.cancel_all", {}, "POST", "orders/cancel-all/", OWN),
    Case("order.cancel_all", _THEIRS, "POST", "orders/cancel-all/", ONLY_OWN),
    Case("order.cancel_all_after", {"seconds": 0}, "POST", "orders/cancel-all-after/", OWN),
    Case("order.cancel_all_after", {"seconds": 0} | _THEIRS, "POST", "orders/cancel-all-after/", ONLY_OWN),
    Case("grid.preview", GRID, "POST", "grids/preview/", OWN),
    Case("grid.start", GRID, "POST", "grids/", TRADERS),
    Case("grid.start", GRID | _THEIRS, "POST", "grids/", ONLY_TRADERS_OWN),
    Case("grid.list", {}, "GET", "grids/", OWN),
    Case("grid.get", {"id": "{grid}"}, "GET", "grids/{grid}/", VIEW, "id"),
    Case("grid.pause", {"id": "{grid}"}, "POST", "grids/{grid}/pause/", CHANGE, "id"),
    Case("grid.resume", {"id": "{grid}"}, "POST", "grids/{grid}/resume/", CHANGE, "id"),
    Case(
        "grid.update_params", {"id": "{grid}", "params": {"stop_loss": 80000}}, "PATCH", "grids/{grid}/", CHANGE, "id"
    ),
    Case("grid.stop", {"id": "{grid}"}, "POST", "grids/{grid}/stop/", CHANGE, "id"),
    Case("strategy.start", STRATEGY, "POST", "live-strategies/", TRADERS),
    Case("strategy.start", STRATEGY | _THEIRS, "POST", "live-strategies/", ONLY_TRADERS_OWN),
    Case(
        "strategy.backtest",
        {"id": "{strategy}"},
        "POST",
        "live-strategies/{strategy}/backtest/",
        TRADERS_VIEW,
        "id",
    ),
    Case("strategy.compare", _COMPARED, "GET", "live-strategies/{strategy}/comparison/?backtest_id=none", VIEW, "id"),
    Case("strategy.list", {}, "GET", "live-strategies/", OWN),
    Case("strategy.get", {"id": "{strategy}"}, "GET", "live-strategies/{strategy}/", VIEW, "id"),
    Case("strategy.pause", {"id": "{strategy}"}, "POST", "live-strategies/{strategy}/pause/", CHANGE, "id"),
    Case("strategy.resume", {"id": "{strategy}"}, "POST", "live-strategies/{strategy}/resume/", CHANGE, "id"),
    Case("strategy.stop", {"id": "{strategy}"}, "POST", "live-strategies/{strategy}/stop/", CHANGE, "id"),
    Case("system.kill_switch", STOP | {"scope": "instance", "id": "{strategy}"}, "POST", "kill-switch/", CHANGE),
    Case("account.list", {}, "GET", "accounts/", OWN),
    Case("account.get", {}, "GET", "account/", OWN),
    Case("account.reset", {}, "POST", "account/reset/", OWN),
    Case("account.limits", {}, "GET", "account/limits/", OWN),
    Case("account.set_limits", {}, "PUT", "account/limits/", OWN),
    Case("account.get", _THEIRS, "GET", "accounts/{account}/", VIEW, "account"),
    Case("account.reset", _THEIRS, "POST", "accounts/{account}/reset/", CHANGE, "account"),
    Case("account.limits", _THEIRS, "GET", "accounts/{account}/limits/", VIEW, "account"),
    Case("account.set_limits", _THEIRS, "PUT", "accounts/{account}/limits/", CHANGE, "account"),
    Case("system.kill_switch_state", {}, "GET", "kill-switch/", OWN),
    Case("system.kill_switch", STOP | {"scope": "user", "level": "reduce_only"}, "POST", "kill-switch/", OWN),
    Case("system.kill_switch", STOP | {"scope": "user", "id": "{owner}"}, "POST", "kill-switch/", CHANGE),
    Case("system.kill_switch", STOP | {"scope": "instance", "id": "{grid}"}, "POST", "kill-switch/", CHANGE),
    Case("system.kill_switch", STOP, "POST", "kill-switch/", STAFFS),
    Case("system.kill_switch", FREE, "POST", "kill-switch/", SUPERUSERS),
)


class Owned(NamedTuple):
    """What the owner has, by the names that stand in the cases."""

    names: Mapping[str, str]

    def filled(self, value: Any) -> Any:
        """Return a case's value with the ids for their names."""
        if isinstance(value, dict):
            return {name: self.filled(one) for name, one in value.items()}
        return value.format_map(self.names) if isinstance(value, str) else value


@pytest.fixture
async def people(desk: Desk, settings: Settings) -> dict[str, User | None]:
    """Let there be everybody, and no limit to what they ask."""
    for name in (
        "THROTTLE_ORDERS",
        "THROTTLE_GRIDS",
        "THROTTLE_STRATEGIES",
        "THROTTLE_BACKTESTS",
        "THROTTLE_BACKTEST_RESULTS",
        "THROTTLE_SIGNALS",
        "THROTTLE_GRID_PREVIEWS",
        "THROTTLE_ORDER_PREVIEWS",
        "THROTTLE_ACCOUNTS",
    ):
        setattr(settings, name, "")
    staff = {name: {"is_staff": True, "is_superuser": name == ROOT} for name in (CLERK, VIEWER, CHANGER, ROOT)}
    made = {name: await desk.user(name, **staff.get(name, {})) for name in _PEOPLE if name != NOBODY}
    await sync_to_async(made[LURKER].groups.clear)()
    await sync_to_async(_permit)(made[VIEWER], "view")
    await sync_to_async(_permit)(made[CHANGER], "view", "change")
    return {NOBODY: None, **made}


def _permit(user: User, *kinds: str) -> None:
    codenames = [f"{kind}_{model}" for kind in kinds for model in _MODELS]
    user.user_permissions.add(*Permission.objects.filter(content_type__app_label="trading", codename__in=codenames))


async def owned_by(desk: Desk, owner: User) -> Owned:
    """Let the owner have an account, an order and a grid."""
    order = await desk.give(owner, "order.place", LIMIT | _NAMED)
    grid = await desk.give(owner, "grid.start", GRID)
    strategy = await desk.give(owner, "strategy.start", STRATEGY | {"interval": "5m"})
    ids = {"order": order.data["id"], "account": order.data["account"], "grid": grid.data["grid_id"]}
    ids["strategy"] = strategy.data["strategy_id"]
    return Owned({**ids, "owner": str(owner.pk)})


async def test_everybody_may_what_is_theirs_and_staff_as_far_as_the_admin_lets_them(
    desk: Desk, people: dict[str, User | None]
) -> None:
    owner = people[OWNER]
    assert owner is not None
    owned = await owned_by(desk, owner)
    for case in CASES:
        await desk.price()
        said = {name: await _answers(desk, user, case, owned) for name, user in people.items()}
        expected = dict(zip(_PEOPLE, case.answers, strict=True))
        assert said == {name: {answer} for name, answer in expected.items()}, (case.action, case.given)


async def _answers(desk: Desk, user: User | None, case: Case, owned: Owned) -> set[str]:
    """Return what is answered to a command, and to its twin."""
    given = owned.filled(case.given)
    answers = [await desk.give(user, case.action, given)]
    if case.method:
        body = {name: value for name, value in given.items() if name != case.in_path}
        answers.append(await desk.ask(user, case.method, owned.filled(case.path), body or None))
    return {_MAY.get(answer.code, answer.code) for answer in answers}


def test_no_action_and_no_address_is_left_out() -> None:
    """Each has its row when it is added; those of backtests, public signals and models have tests of their own."""
    actions = {action for action in COMMANDS if action.split(".")[0] != "backtest" and action != "strategy.kinds"}
    assert {case.action for case in CASES} == actions
    asked = {
        (case.method, get_resolver().resolve(f"/api/v1/trading/{case.path.partition('?')[0]}").url_name)
        for case in CASES
        if case.path
    }
    there = {
        (method, pattern.name)
        for pattern in urlpatterns
        if isinstance(pattern, URLPattern)
        and pattern.name
        and not pattern.name.startswith(("backtest", "strategies", "signals", "model"))
        for method in pattern.callback.view_class.use_cases  # type: ignore[attr-defined]
    }
    assert asked == there


async def test_a_key_may_read_or_trade_as_its_scopes_say(desk: Desk, people: dict[str, User | None]) -> None:
    """What changes something needs the scope `trade`, and what only asks `read`."""
    owner = people[OWNER]
    assert owner is not None
    owned = await owned_by(desk, owner)
    keys = {scope: (await sync_to_async(api_key_create)(user=owner, name=scope, scopes=[scope]))[1] for scope in Scope}
    for case in [case for case in CASES if case.answers[-1] == YES]:
        await desk.price()
        needed = Scope.TRADE if COMMANDS[case.action].changes else Scope.READ
        said = {scope: await _answers_to_key(desk, key, case, owned) for scope, key in keys.items()}
        lacks = f"This API key lacks the scope {needed.value}"
        assert said == {scope: {YES if scope is needed else lacks} for scope in Scope}, (case.action, case.given)


async def test_a_key_of_a_superuser_reaches_nothing_of_others(desk: Desk, people: dict[str, User | None]) -> None:
    owner, root = people[OWNER], people[ROOT]
    assert owner is not None
    assert root is not None
    owned = await owned_by(desk, owner)
    _, key = await sync_to_async(api_key_create)(user=root, name="bot", scopes=list(Scope))
    for case in CASES:
        if case.answers in {VIEW, TRADERS_VIEW, CHANGE, ONLY_OWN, ONLY_TRADERS_OWN}:
            assert await _answers_to_key(desk, key, case, owned) == {"Not found"}, case.action
        elif case.answers in {STAFFS, SUPERUSERS}:
            assert await _answers_to_key(desk, key, case, owned) == {"Permission denied"}, case.action


async def _answers_to_key(desk: Desk, key: str, case: Case, owned: Owned) -> set[str]:
    """Return what is said to a key, by command and over REST: the sentence of what it may not."""
    given = owned.filled(case.given)
    answers = [await desk.give(None, case.action, given, key=key)]
    if case.method:
        body = {name: value for name, value in given.items() if name != case.in_path}
        answers.append(await desk.ask(None, case.method, owned.filled(case.path), body or None, key=key))
    return {answer.refusal[1] if answer.refusal and answer.code not in _MAY else YES for answer in answers}
