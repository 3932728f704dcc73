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
from hypothesis import given
from hypothesis import strategies as st

from streaming.commands.access import Permission, Who, may
from streaming.commands.command import Command
from streaming.commands.outcome import CommandErrorCode, Failure, Outcome, Success
from streaming.commands.registry import CommandRegistry
from streaming.declaration import DECLARATION
from streaming.fan_out.hub import Hub
from streaming.gateway.commands.execution import execute
from streaming.gateway.dialects.market import MarketDialect
from streaming.identity.identity import Identity
from streaming.identity.scopes import Scope
from streaming.installed import command_registry, commands_of, topic_registry
from tests.examples import examples
from tests.manual_clock import ManualClock
from tests.streaming.commands.people import STAFF, SUPERUSER, TRADER, USER, context_of

OWN = CommandRegistry(commands_of(DECLARATION))
ACCESS = {kind.action: kind.access for kind in command_registry()}


def test_it_knows_every_part_of_the_protocol() -> None:
    parts = Counter(action.split(".")[0] for action in ACCESS)
    assert parts == {
        "market": 3,
        "session": 2,
        "alerts": 10,
        "notifications": 7,
        "preferences": 2,
        "watch_lists": 4,
        "chart_layouts": 3,
        "drawings": 4,
        "grid": 8,
        "order": 7,
        "strategy": 9,
        "backtest": 11,
        "account": 5,
        "system": 2,
        "ops": 3,
        "wallet": 10,
        "tx": 4,
    }


def test_it_opens_to_anyone_only_the_market_and_ones_own_session() -> None:
    opened = {action for action, access in ACCESS.items() if access is Who.ANYONE}
    assert opened == {action for action in ACCESS if action.split(".")[0] in {"market", "session"}}


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
def test_it_lets_everybody_stop_their_own_staff_stop_all_and_superusers_go_on(
    params: Mapping[str, Any], allowed: str
) -> None:
    access, everybody = ACCESS["system.kill_switch"], (None, USER, TRADER, STAFF, SUPERUSER)
    passed = [one.username for one in everybody if one is not None and may(one, access, params)]
    assert passed == allowed.split()
    assert not may(None, access, params)


def test_it_names_the_permissions_that_traders_have() -> None:
    named = {access.name for access in ACCESS.values() if isinstance(access, Permission)}
    assert named == TRADER.permissions


@pytest.mark.parametrize(
    ("action", "params", "needed"),
    [
        ("wallet.list", {}, Scope.READ),
        ("tx.status", {"chain": "ethereum", "hash": "0" * 64}, Scope.READ),
        ("wallet.remove", {"id": "none"}, Scope.WALLETS),
        ("order.cancel", {"id": "none"}, Scope.TRADE),
    ],
)
async def test_it_opens_to_a_key_what_its_scopes_are_for(
    action: str, params: Mapping[str, Any], needed: Scope, hub: Hub
) -> None:
    others = msgspec.structs.replace(USER, scopes=frozenset(Scope) - {needed})
    outcome = await execute(command_registry(), Command("1", action, params), context_of(others, hub))
    assert outcome == Failure(CommandErrorCode.PERMISSION_DENIED, f"This API key lacks the scope {needed}")


def test_it_names_a_scope_for_whatever_is_neither_for_anyone_nor_for_staff_who_act_on_others() -> None:
    built = [kind for kind in command_registry() if kind.access is not Who.ANYONE]
    assert len(built) >= 10
    closed = [kind.action for kind in built if kind.scope is None]
    assert sorted(closed) == ["notifications.broadcast", "ops.disconnect"], "no key has the rights of staff"


_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
_names = st.sampled_from(["symbol", "interval", "start", "end", "limit", "offset", "query", "id"]) | st.text()
_actions = st.sampled_from(sorted(kind.action for kind in OWN)) | st.text()


@pytest.mark.django_db(transaction=True)
@examples(200)
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
