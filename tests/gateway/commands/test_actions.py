"""Every action of the protocol, tried as everybody."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer
from django.test import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from streaming.commands.access import Permission, Who
from streaming.commands.command import Command
from streaming.commands.outcome import CommandErrorCode, Failure, Outcome, Success
from streaming.commands.registry import CommandRegistry
from streaming.declaration import DECLARATION
from streaming.fan_out.hub import Hub
from streaming.gateway.commands.execution import execute
from streaming.gateway.dialects.market import MarketDialect
from streaming.identity.identity import Identity
from streaming.identity.scopes import CLOSED_TO_KEYS, Scope
from streaming.installed import command_registry, commands_of, topic_registry
from tests.manual_clock import ManualClock
from tests.planned_commands import RIGHT
from tests.streaming.commands.people import STAFF, SUPERUSER, TRADER, USER, context_of

OWN = CommandRegistry(commands_of(DECLARATION))
PLANNED = sorted(kind.action for kind in OWN if kind.is_planned)
FOR_TRADERS = {"grid.start", "strategy.start"}
FOR_STAFF = {"system.kill_switch"}
ACCESS = {kind.action: kind.access for kind in command_registry()}


async def failure(action: str, identity: Identity | None, hub: Hub, params: Mapping[str, Any] = {}) -> tuple[str, str]:
    """Return code and message of a refusal of right parameters, of which `params` replace some."""
    given = {**RIGHT[action], **params}
    outcome = await execute(OWN, Command("1", action, given), context_of(identity, hub))
    assert isinstance(outcome, Failure)
    return outcome.code.value, outcome.message


def test_it_knows_every_part_of_the_protocol() -> None:
    parts = Counter(action.split(".")[0] for action in ACCESS)
    assert parts == {
        "market": 3,
        "session": 2,
        "alerts": 8,
        "notifications": 5,
        "preferences": 2,
        "grid": 6,
        "strategy": 5,
        "backtest": 11,
        "account": 2,
        "system": 1,
        "wallet": 4,
        "tx": 3,
    }


def test_it_opens_to_anyone_only_the_market_and_ones_own_session() -> None:
    opened = {action for action, access in ACCESS.items() if access is Who.ANYONE}
    assert opened == {action for action in ACCESS if action.split(".")[0] in {"market", "session"}}


@pytest.mark.parametrize("action", PLANNED)
async def test_it_asks_for_a_login_before_it_says_that_a_command_is_not_there_yet(action: str, hub: Hub) -> None:
    assert await failure(action, None, hub) == ("PERMISSION_DENIED", "Authentication required")


@pytest.mark.parametrize("action", PLANNED)
async def test_it_says_that_a_command_is_not_there_yet(action: str, hub: Hub) -> None:
    assert await failure(action, SUPERUSER, hub) == ("UNAVAILABLE", f"{action} is not available yet")


@pytest.mark.parametrize("action", PLANNED)
async def test_it_denies_what_a_user_has_no_permission_for(action: str, hub: Hub) -> None:
    denied = ("PERMISSION_DENIED", "Permission denied")
    refusals = {user.username: await failure(action, user, hub) == denied for user in (USER, TRADER, STAFF)}
    assert refusals == {
        "user": action in FOR_TRADERS | FOR_STAFF,
        "trader": action in FOR_STAFF,
        "staff": action in FOR_TRADERS,
    }


@pytest.mark.parametrize(
    ("params", "allowed"),
    [
        ({}, "staff root"),
        ({"action": "activate"}, "staff root"),
        ({"action": "activate", "scope": "global"}, "staff root"),
        ({"action": "deactivate"}, "root"),
        ({"action": "deactivate", "scope": "global"}, "root"),
        ({"action": "deactivate", "scope": "user"}, "user trader staff root"),
        ({"action": "activate", "scope": "instance", "id": "a"}, "user trader staff root"),
    ],
)
async def test_it_lets_everybody_stop_their_own_staff_stop_all_and_superusers_go_on(
    params: Mapping[str, Any], allowed: str, hub: Hub
) -> None:
    everybody = (None, USER, TRADER, STAFF, SUPERUSER)
    codes = {one: (await failure("system.kill_switch", one, hub, params))[0] for one in everybody}
    passed = [one.username for one in everybody if one is not None and codes[one] == "UNAVAILABLE"]
    assert passed == allowed.split()


@pytest.mark.parametrize(
    ("action", "params", "wrong"),
    [
        ("grid.start", {}, {"pair", "upper_price", "lower_price", "grid_count"}),
        ("grid.preview", {**RIGHT["grid.preview"], "upper_price": 5}, {"upper_price"}),
        ("system.kill_switch", {"action": ["deactivate"], "scope": ["user"]}, {"action", "scope", "reason"}),
        ("account.get", {"nonsense": 1}, {"nonsense"}),
        ("tx.watch", {"chain": 5}, {"chain", "hash"}),
    ],
)
async def test_it_names_what_is_wrong_before_it_says_that_a_command_is_not_there_yet(
    action: str, params: Mapping[str, Any], wrong: set[str], hub: Hub
) -> None:
    outcome = await execute(OWN, Command("1", action, params), context_of(SUPERUSER, hub))
    assert isinstance(outcome, Failure)
    assert (outcome.code, set(outcome.fields)) == (CommandErrorCode.VALIDATION_ERROR, wrong)


def test_it_names_the_permissions_that_traders_have() -> None:
    named = {access.name for access in ACCESS.values() if isinstance(access, Permission)}
    assert named == TRADER.permissions


@pytest.mark.parametrize(
    ("action", "needed"),
    [
        ("wallet.list", "This API key lacks the scope read"),
        ("tx.status", "This API key lacks the scope read"),
        ("grid.stop", "This API key lacks the scope trade"),
        ("wallet.add", CLOSED_TO_KEYS),
        ("wallet.remove", CLOSED_TO_KEYS),
        ("tx.watch", CLOSED_TO_KEYS),
    ],
)
async def test_it_opens_to_a_key_only_what_a_scope_is_named_for(action: str, needed: str, hub: Hub) -> None:
    without = msgspec.structs.replace(USER, scopes=frozenset())
    assert await failure(action, without, hub) == ("PERMISSION_DENIED", needed)
    with_all = msgspec.structs.replace(USER, scopes=frozenset(Scope))
    code, message = await failure(action, with_all, hub)
    assert (code, message) == (
        ("PERMISSION_DENIED", CLOSED_TO_KEYS)
        if needed == CLOSED_TO_KEYS
        else ("UNAVAILABLE", f"{action} is not available yet")
    )


def test_it_names_a_scope_for_whatever_is_there_by_now_and_not_for_anyone() -> None:
    built = [kind for kind in command_registry() if not kind.is_planned and kind.access is not Who.ANYONE]
    assert len(built) >= 10
    assert [kind.action for kind in built if kind.scope is None] == []


_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
_names = st.sampled_from(["symbol", "interval", "start", "end", "limit", "offset", "query", "id"]) | st.text()
_actions = st.sampled_from(sorted(kind.action for kind in OWN)) | st.text()


@pytest.mark.django_db(transaction=True)
@settings(max_examples=200)
@given(
    action=_actions,
    params=st.dictionaries(_names, _values, max_size=6),
    identity=st.sampled_from([None, USER, TRADER, STAFF, SUPERUSER]),
)
def test_it_gives_an_outcome_that_can_be_written_for_anything_that_is_given(
    action: str, params: dict[str, Any], identity: Identity | None
) -> None:
    outcome = async_to_sync(outcome_of)(Command("1", action, params), identity)
    answer = json.loads(MarketDialect(ManualClock()).response("1", outcome, 0).payload)
    assert answer["id"] == "1"
    assert answer["success"] == isinstance(outcome, Success)
    if isinstance(outcome, Failure):
        assert answer["error"]["message"]
        assert outcome.code is not CommandErrorCode.INTERNAL_ERROR
        assert (outcome.code is CommandErrorCode.UNKNOWN_ACTION) == (OWN.find(action) is None)


async def outcome_of(command: Command, identity: Identity | None) -> Outcome:
    """Do a command where no overview ever comes."""
    hub = Hub(InMemoryChannelLayer(), topic_registry())
    await hub.start()
    try:
        with override_settings(OVERVIEW_WAIT_SECONDS=0.001):
            return await execute(OWN, command, context_of(identity, hub))
    finally:
        await hub.stop()
