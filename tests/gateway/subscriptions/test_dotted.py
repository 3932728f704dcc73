"""Dotted names and wildcards: who hears what, how often, and until when."""

import asyncio
import itertools
from collections.abc import AsyncIterator

import pytest
from channels.layers import InMemoryChannelLayer

from streaming.events import LogLevel, NamedEvent, log_line
from streaming.gateway.dialects.control import ControlDialect
from streaming.identity.identity import Identity
from streaming.layer.channel_layer import RECONNECTED_MESSAGE
from tests.conformance.rows import row
from tests.gateway.subscribing import OTHER, STAFF, USER, Site, Subscriber, site
from tests.streaming.fan_out.dotted_events import grid_order, grid_status, system_health
from tests.waiting import until
from trading.events import Affected, KillSwitch, KillSwitchEvent, KillSwitchScope

FORBIDDEN = "forbidden"


@pytest.fixture
async def here() -> AsyncIterator[Site]:
    async with site() as running:
        yield running


async def listener(here: Site, identity: Identity, *patterns: str) -> Subscriber:
    """Return a client that has subscribed the patterns, and forgotten the acknowledgements."""
    client = here.client(identity)
    await client.subscribe(*patterns)
    assert [frame["type"] for frame in await client.took(len(patterns))] == ["subscribed"] * len(patterns)
    return client


_markers = itertools.count(1000)


async def heard(here: Site, client: Subscriber, *events: NamedEvent) -> list[str]:
    """Publish events, and return the channels of those that reached the client before what was published last."""
    marker = next(_markers)
    await client.subscribe("system.health")
    for event in [*events, system_health(uptime=marker)]:
        await here.hub.publish(event)
    await until(lambda: any(frame.get("data", {}).get("uptime") == marker for frame in client.sent))
    told = [frame["channel"] for frame in client.sent if frame["type"] == "event"]
    client.sent.clear()
    return [channel for channel in told if channel != "system.health"]


async def test_it_sends_one_frame_however_many_patterns_match(here: Site) -> None:
    client = await listener(here, USER, "grid.*", "grid.a.*", "grid.*.order", "grid.a.order", "*.*.order")
    assert await heard(here, client, grid_order("a")) == ["grid.a.order"]


async def test_it_names_the_events_own_channel_and_what_happened(here: Site) -> None:
    client = await listener(here, USER, "grid.*")
    await here.hub.publish(grid_order("a"))
    [frame] = await client.took(1)
    assert (frame["type"], frame["channel"], frame["event"]) == ("event", "grid.a.order", "placed")
    assert frame["data"]["grid_id"] == "a"


async def test_it_shows_a_user_only_what_is_theirs_and_staff_everybodys(here: Site) -> None:
    events = [grid_order("a", owner="7"), grid_order("b", owner="8"), grid_order("c", owner="")]
    expected = {USER: ["grid.a.order"], OTHER: ["grid.b.order"], STAFF: [f"grid.{grid}.order" for grid in "abc"]}
    for identity, channels in expected.items():
        assert await heard(here, await listener(here, identity, "grid.*"), *events) == channels


async def test_it_shows_one_instance_to_its_owner_and_to_staff(here: Site) -> None:
    for identity, channel in ((USER, "grid.a.*"), (STAFF, "grid.a.*"), (STAFF, "grid.a.order")):
        client = await listener(here, identity, channel)
        told = await heard(here, client, grid_order("a", owner="7"), grid_order("b", owner="8"))
        assert told == ["grid.a.order"]


@pytest.mark.parametrize(
    ("identity", "channel", "code"),
    [
        (USER, "*", FORBIDDEN),
        (USER, "ops.*", FORBIDDEN),
        (USER, "*.*", FORBIDDEN),
        (USER, "grid.b.*", FORBIDDEN),
        (USER, "grid.z.order", FORBIDDEN),
        (STAFF, "grid.z.order", "not_found"),
        (USER, "grid.a.nothing", "unknown_channel"),
        (None, "system.health", "authentication_required"),
        (None, "grid.*", "authentication_required"),
    ],
)
async def test_it_refuses_in_a_frame_what_may_not_be_read(
    here: Site, identity: Identity | None, channel: str, code: str
) -> None:
    client = here.client(identity)
    await client.subscribe(channel)
    [frame] = await client.took(1)
    assert (frame["type"], frame["channel"], frame["data"]["code"]) == ("error", channel, code)
    assert client.subscriptions.channels == ()
    assert here.hub.groups == frozenset()


def kill_switch(scope: KillSwitchScope, *, owner: str = "") -> KillSwitch:
    return KillSwitch(
        time=1,
        event=KillSwitchEvent.ACTIVATED,
        scope=scope,
        id=owner or None,
        reason=scope.value,
        by="staff",
        affected=Affected(),
        owner=owner,
    )


@pytest.mark.parametrize(
    ("identity", "reasons"),
    [(USER, ["global", "user", "instance"]), (OTHER, ["global"]), (STAFF, ["global", "user", "instance"])],
)
async def test_it_tells_of_kill_switches_whom_they_concern(here: Site, identity: Identity, reasons: list[str]) -> None:
    client = await listener(here, identity, "system.*")
    for scope, owner in (("global", ""), ("user", "7"), ("instance", "7")):
        await here.hub.publish(kill_switch(KillSwitchScope(scope), owner=owner))
    await here.hub.publish(system_health())
    await until(lambda: any(frame["channel"] == "system.health" for frame in client.sent))
    assert [frame["data"]["reason"] for frame in client.sent[:-1]] == reasons


async def test_it_shows_a_user_the_lines_of_their_own_instances(here: Site) -> None:
    lines = [
        log_line(LogLevel.WARN, source=f"grid.{grid}", message="m", time=1, owner=owner)
        for grid, owner in (("a", "7"), ("b", "8"), ("c", ""))
    ]
    expected = {USER: ["grid.a"], STAFF: ["grid.a", "grid.b", "grid.c"]}
    for identity, sources in expected.items():
        client = await listener(here, identity, "system.log")
        for line in lines:
            await here.hub.publish(line)
        frames = await client.took(len(sources))
        assert [frame["data"]["source"] for frame in frames] == sources
        assert {frame["event"] for frame in frames} == {"warn"}
        assert await heard(here, client) == []


async def test_it_joins_few_groups_and_leaves_them_all(here: Site) -> None:
    client = await listener(here, USER, "grid.*", "grid.a.*", "system.*")
    assert here.hub.groups == {"c.grid.7", "s.health", "s.exchange", "s.log.7", "s.kill_switch"}
    client.subscriptions.release_all()
    await until(lambda: not here.layer.groups)
    assert here.hub.groups == frozenset()


async def test_it_goes_on_while_another_pattern_matches(here: Site) -> None:
    client = await listener(here, USER, "grid.*", "grid.a.order")
    assert await heard(here, client, grid_order("a"), grid_status("a")) == ["grid.a.order", "grid.a.status"]
    await client.unsubscribe("grid.*")
    assert await heard(here, client, grid_order("a"), grid_status("a")) == ["grid.a.order"]
    await client.unsubscribe("grid.a.order")
    assert await heard(here, client, grid_order("a"), grid_status("a")) == []


@pytest.mark.parametrize("pattern", ["system.health", "system.*", "*.health"])
async def test_it_tells_the_last_value_straight_after_the_acknowledgement(here: Site, pattern: str) -> None:
    await here.hub.publish(system_health(uptime=55))  # nobody reads it: only the shared cache has it
    client = here.client(USER)
    await client.subscribe(pattern)
    acknowledgement, value = await client.took(2)
    assert (acknowledgement["type"], acknowledgement["channel"]) == ("subscribed", pattern)
    assert (value["channel"], value["data"]["uptime"]) == ("system.health", 55)


async def test_it_tells_the_last_values_that_others_have_heard_already(here: Site) -> None:
    staff = await listener(here, STAFF, "grid.*")
    for grid, owner in (("a", "7"), ("b", "8")):
        await here.hub.publish(grid_status(grid, owner=owner))
    await staff.took(2)
    late = here.client(STAFF)
    await late.subscribe("grid.*.status", "grid.b.*")
    told = [(frame["type"], frame["channel"]) for frame in await late.took(4)]
    assert told == [
        ("subscribed", "grid.*.status"),
        ("event", "grid.a.status"),
        ("event", "grid.b.status"),
        ("subscribed", "grid.b.*"),
    ]


@row("TP-76")
async def test_it_tells_a_last_value_once_however_many_patterns_match(here: Site) -> None:
    await here.hub.publish(system_health(uptime=55))
    client = here.client(STAFF, ControlDialect(here.clock))
    await client.subscribe("system.health", "system.*", "*")
    answer, value = await client.took(2)
    assert (answer["type"], value["channel"]) == ("subscribed", "system.health")
    await client.subscribe("*.*")
    assert [frame["type"] for frame in await client.took(1)] == ["subscribed"]
    assert await heard(here, client, grid_order("a")) == ["grid.a.order"]


@row("TP-75")
async def test_it_tells_of_a_cut_once_for_each_name_that_does_not_come_again_soon(here: Site) -> None:
    client = await listener(here, USER, "system.*", "system.health", "grid.a.status", "grid.a.*")
    await cut_off(here)
    frames = await client.took(3)
    assert [(frame["type"], frame["channel"]) for frame in frames] == [
        ("resync", "system.*"),
        ("resync", "grid.a.status"),
        ("resync", "grid.a.*"),
    ]
    assert {frame["data"]["complete"] for frame in frames} == {False}
    assert await heard(here, client) == []


async def cut_off(here: Site) -> None:
    """Let the hub hear that its layer was away since the first second."""
    [channel] = here.layer.groups["s.exchange"]
    await here.layer.send(channel, {"type": RECONNECTED_MESSAGE, "since": 1000})


async def test_it_tells_a_newer_last_value_though_an_older_one_was_told(here: Site) -> None:
    client = await listener(here, USER, "system.*")
    await here.hub.publish(system_health(uptime=1))
    await client.took(1)
    await cut_off(here)
    assert [frame["type"] for frame in await client.took(1)] == ["resync"]
    await here.cache_of_another_process(system_health(uptime=2))
    await client.subscribe("system.health")
    _, value = await client.took(2)
    assert value["data"]["uptime"] == 2


async def test_it_tells_a_value_that_a_wildcard_could_not_know_of(here: Site) -> None:
    await here.cache_of_another_process(grid_status("a"))
    client = await listener(here, USER, "grid.*")
    await client.subscribe("grid.a.status")
    assert [frame["type"] for frame in await client.took(2)] == ["subscribed", "event"]


@row("TP-75")
async def test_it_tells_which_orders_were_lost_on_the_way(here: Site) -> None:
    client = await listener(here, USER, "grid.*", "grid.a.order")
    for sequence in (1, 4):
        await here.hub.publish(grid_order("a"), epoch=1, sequence=sequence)
    frames = await client.took(3)
    assert [(frame["type"], frame["channel"]) for frame in frames] == [
        ("event", "grid.a.order"),
        ("resync", "grid.a.order"),
        ("event", "grid.a.order"),
    ]


async def test_it_never_tells_another_users_last_value(here: Site) -> None:
    await here.hub.publish(kill_switch(KillSwitchScope.USER, owner="8"))
    await here.hub.publish(grid_status("a", owner="8"))  # whatever the lookup says, it is user 8's
    client = here.client(USER)
    await client.subscribe("grid.a.status")
    await client.took(1)
    assert await heard(here, client) == []


async def test_it_tells_no_last_value_that_is_old(here: Site) -> None:
    await here.hub.publish(system_health(uptime=55))
    here.clock.advance(5.1)
    client = await listener(here, USER, "system.health")
    assert client.sent == []


async def test_it_hears_everybodys_events_once_a_user_has_become_staff(here: Site) -> None:
    client = await listener(here, USER, "grid.*", "system.log")
    client.subscriptions.identity_changed(Identity(user_id="7", username="user", expires_at=2**53, is_staff=True))
    await until(lambda: here.hub.groups == {"c.grid.all", "s.log.all"})
    told = await heard(here, client, grid_order("a", owner="7"), grid_order("b", owner="8"))
    assert told == ["grid.a.order", "grid.b.order"]


class SlowLayer(InMemoryChannelLayer):
    """A layer that takes nobody into a group of one user before it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self.go = asyncio.Event()

    async def group_add(self, group: str, channel: str) -> None:
        if group.startswith("c.grid.7"):
            self.asked.set()
            await self.go.wait()
        await super().group_add(group, channel)


async def test_it_hears_everybodys_events_though_the_user_became_staff_while_it_was_being_subscribed() -> None:
    layer = SlowLayer()
    async with site(layer) as here:
        client = here.client(USER)
        subscribing = asyncio.create_task(client.subscribe("grid.*"))
        await layer.asked.wait()
        client.subscriptions.identity_changed(Identity(user_id="7", username="user", expires_at=2**53, is_staff=True))
        layer.go.set()
        await subscribing
        await client.took(1)
        await until(lambda: here.hub.groups == {"c.grid.all"})
        assert await heard(here, client, grid_order("b", owner="8")) == ["grid.b.order"]


async def test_it_hears_its_own_events_once_when_it_is_no_longer_staff(here: Site) -> None:
    client = await listener(here, STAFF, "grid.*", "system.*", "grid.b.order", "ops.gateways", "*")
    client.subscriptions.identity_changed(Identity(user_id="9", username="staff", expires_at=2**53))
    errors = await client.took(3)
    assert {frame["type"] for frame in errors} == {"error"}
    assert [(frame["channel"], frame["data"]["code"]) for frame in errors] == [
        ("grid.b.order", FORBIDDEN),
        ("ops.gateways", FORBIDDEN),
        ("*", FORBIDDEN),
    ]
    assert client.subscriptions.channels == ("grid.*", "system.*")
    await client.subscribe("grid.*.order")  # as a user: its own group, beside that of all owners
    await client.took(1)
    events = [grid_order("a", owner="9"), grid_order("b", owner="8")]
    assert await heard(here, client, *events) == ["grid.a.order"]
    await client.unsubscribe("grid.*")
    assert await heard(here, client, *events) == ["grid.a.order"]


async def test_it_answers_a_whole_message_at_once_where_the_dialect_does(here: Site) -> None:
    await here.hub.publish(system_health(uptime=55))
    client = here.client(USER, ControlDialect(here.clock))
    await client.subscribe("system.health", "*", "grid.*", "nonsense", "grid.*")
    first, second, answer, value = await client.took(4)
    assert [(frame["type"], frame["data"]["channel"]) for frame in (first, second)] == [
        ("error", "*"),
        ("error", "nonsense"),
    ]
    assert (answer["type"], answer["data"]) == (
        "subscribed",
        {"channels": ["system.health", "grid.*"], "active_subscriptions": 2},
    )
    assert (value["type"], value["channel"], value["event"]) == ("event", "system.health", "update")


async def test_it_answers_an_empty_list_where_the_dialect_answers_messages(here: Site) -> None:
    control, market = here.client(USER, ControlDialect(here.clock)), here.client(USER)
    for client in (control, market):
        await client.subscribe()
        await client.unsubscribe()
    answers = await control.took(2)
    assert [frame["type"] for frame in answers] == ["subscribed", "unsubscribed"]
    assert [frame["data"] for frame in answers] == [{"channels": [], "active_subscriptions": 0}] * 2
    await market.subscribe("system.log")
    assert [frame["channel"] for frame in await market.took(1)] == ["system.log"]


async def test_it_acknowledges_at_once_what_is_given_up(here: Site) -> None:
    client = here.client(USER, ControlDialect(here.clock))
    await client.subscribe("grid.*", "system.log", "system.health")
    await client.unsubscribe("system.log", "never.had", "grid.*", "grid.*")
    _, answer = await client.took(2)
    assert (answer["type"], answer["data"]) == (
        "unsubscribed",
        {"channels": ["system.log", "never.had", "grid.*"], "active_subscriptions": 1},
    )


LOOK_MILLISECONDS = 10
"""How often a throttle looks at the clock, which moves only when a test moves it."""


async def test_it_tells_no_state_that_a_throttled_pattern_held_back_after_a_newer_one(here: Site) -> None:
    client = here.client(USER)
    await client.subscribe("system.*", throttle_ms=LOOK_MILLISECONDS)
    for uptime in (1, 2):
        await here.hub.publish(system_health(uptime=uptime))
    assert [frame["type"] for frame in await client.took(2)] == ["subscribed", "event"]
    await client.subscribe("system.health")
    await here.hub.publish(system_health(uptime=3))
    acknowledged, *told = await client.took(3)
    assert acknowledged["type"] == "subscribed"
    assert [frame["data"]["uptime"] for frame in told] == [2, 3]
    here.clock.advance(LOOK_MILLISECONDS / 1000)
    for _ in range(3):
        await asyncio.sleep(LOOK_MILLISECONDS / 1000)
    assert client.sent == []


async def test_it_tells_what_a_throttle_held_back_of_a_channel_that_no_other_pattern_matches(here: Site) -> None:
    client = here.client(USER)
    await client.subscribe("system.*", throttle_ms=LOOK_MILLISECONDS)
    for uptime in (1, 2):
        await here.hub.publish(system_health(uptime=uptime))
    await client.took(2)
    await client.subscribe("grid.*")
    await here.hub.publish(grid_order("a"))
    assert [frame["channel"] for frame in await client.took(2)] == ["grid.*", "grid.a.order"]
    here.clock.advance(LOOK_MILLISECONDS / 1000)
    assert [frame["data"]["uptime"] for frame in await client.took(1)] == [2]
