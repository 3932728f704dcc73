"""A session's channels: its own topics under each spelling, limits, failures, and changes of its user."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import msgspec
import pytest

from alerts.events import Notification, NotificationKind, Severity
from streaming.gateway.dialects.control import ControlDialect
from streaming.gateway.sending.outbox import OutboxState
from streaming.identity.identity import Identity
from streaming.identity.scopes import Scope
from streaming.market.publishing.last_values import MemoryLastValues
from tests.gateway.subscribing import OTHER, STAFF, USER, Site, Subscriber, site
from tests.market.failing_layer import FailingLayer
from tests.streaming.fan_out.dotted_events import grid_status, system_health
from tests.waiting import until
from trading.events import Account, AccountMode


@pytest.fixture
async def here() -> AsyncIterator[Site]:
    async with site() as running:
        yield running


def account(time: int) -> Account:
    return Account(time=time, account="acc_1", mode=AccountMode.PAPER, demo=True, balances=())


def notification(number: int) -> Notification:
    return Notification(
        time=number,
        id=number,
        seq=number,
        kind=NotificationKind.SYSTEM,
        severity=Severity.INFO,
        title="title",
        body="body",
    )


def told(frames: list[dict[str, object]]) -> list[tuple[object, object]]:
    return [(frame["type"], frame["channel"]) for frame in frames]


async def test_it_takes_each_spelling_for_a_subscription_of_its_own(here: Site) -> None:
    client = here.client(USER)
    await client.subscribe("account:me", "account:7")
    await here.hub.publish(account(1), owner="7")
    frames = await client.took(4)
    assert told(frames) == [
        ("subscribed", "account:me"),
        ("subscribed", "account:7"),
        ("account", "account:me"),
        ("account", "account:7"),
    ]
    await client.unsubscribe("account:me")
    await here.hub.publish(account(2), owner="7")
    assert told(await client.took(2)) == [("unsubscribed", "account:me"), ("account", "account:7")]


async def test_it_brings_users_their_own_events_and_no_others(here: Site) -> None:
    clients = [here.client(identity) for identity in (USER, OTHER)]
    for client in clients:
        await client.subscribe("notifications", "account:me")
    await here.hub.publish(notification(1), owner="7")
    await here.hub.publish(account(1), owner="8")
    assert told((await clients[0].took(3))[2:]) == [("notification", "notifications")]
    assert told((await clients[1].took(3))[2:]) == [("account", "account:me")]


async def test_it_brings_staff_another_users_topics(here: Site) -> None:
    client = here.client(STAFF)
    await client.subscribe("account:7", "account:me")
    await here.hub.publish(account(1), owner="7")
    assert told((await client.took(3))[2:]) == [("account", "account:7")]


async def test_it_tells_the_last_value_of_ones_own_state(here: Site) -> None:
    await here.hub.publish(account(5), owner="7")
    await here.hub.publish(notification(1), owner="7")
    client = here.client(USER)
    await client.subscribe("account:me", "notifications")
    assert told(await client.took(3)) == [
        ("subscribed", "account:me"),
        ("account", "account:me"),
        ("subscribed", "notifications"),
    ]


async def test_it_counts_dotted_names_among_the_subscriptions(here: Site) -> None:
    client = here.client(USER)
    others = ("orders:me", "orders:7", "system.health", "grid.*", "*.*.order")
    await client.subscribe(*others)
    chains = [f"c{number}" for number in range(50)]
    here.chains.update(chains)
    await client.subscribe(*(f"blocks:{chain}" for chain in chains))
    frames = await client.took(55)
    refused = [frame for frame in frames if frame["type"] == "error"]
    assert [(frame["channel"], frame["data"]["code"]) for frame in refused] == [
        (f"blocks:c{number}", "subscription_limit") for number in range(45, 50)
    ]
    assert client.subscriptions.channels == (*others, *(f"blocks:{chain}" for chain in chains[:45]))
    assert client.subscriptions.market_channels == tuple(f"blocks:{chain}" for chain in chains[:45])


async def test_it_counts_what_one_message_asks_for_before_it_is_acknowledged(here: Site) -> None:
    client = here.client(USER, ControlDialect(here.clock))
    here.chains.update(f"c{number}" for number in range(60))
    await client.subscribe(*(f"blocks:c{number}" for number in range(60)))
    frames = await client.took(11)
    assert [frame["type"] for frame in frames] == ["error"] * 10 + ["subscribed"]
    assert frames[-1]["data"]["active_subscriptions"] == 50


async def test_it_sends_nothing_of_a_channel_after_it_was_given_up_though_frames_wait(here: Site) -> None:
    client = here.client(USER)
    await client.subscribe("account:me", "grid.*")
    await client.took(2)
    client.reads.clear()
    for number in range(3):
        await here.hub.publish(account(number), owner="7")
        await here.hub.publish(grid_status("a", time=number))
    await here.hub.publish(grid_status("b", owner="7"))
    await until(lambda: client.outbox.state is OutboxState.BLOCKED)
    releasing = asyncio.create_task(client.unsubscribe("account:me", "grid.*"))
    client.reads.set()
    await releasing
    await here.hub.publish(account(9), owner="7")
    await here.hub.publish(grid_status("a", time=9))
    await client.subscribe("system.health")
    await here.hub.publish(system_health())
    await until(lambda: any(frame.get("channel") == "system.health" for frame in client.sent))
    channels = [(frame["type"], frame["channel"]) for frame in client.sent]
    assert ("account", "account:me") not in channels[channels.index(("unsubscribed", "account:me")) :]
    after = channels[channels.index(("unsubscribed", "grid.*")) + 1 :]
    assert {channel for _, channel in after} == {"system.health"}


async def test_it_gives_up_what_may_be_read_no_longer_and_nothing_else(here: Site) -> None:
    client = here.client(STAFF)
    await client.subscribe("account:7", "account:me", "ops.gateways", "grid.*", "notifications")
    await client.took(5)
    client.subscriptions.identity_changed(Identity(user_id="9", username="staff", expires_at=2**53))
    refused = await client.took(2)
    assert told(refused) == [("error", "account:7"), ("error", "ops.gateways")]
    assert {frame["data"]["code"] for frame in refused} == {"forbidden"}
    assert client.subscriptions.channels == ("account:me", "grid.*", "notifications")
    await here.hub.publish(account(1), owner="7")
    await here.hub.publish(account(2), owner="9")
    assert told(await client.took(1)) == [("account", "account:me")]


async def test_it_gives_up_what_a_key_is_not_for_that_renews_the_login(here: Site) -> None:
    client = here.client(USER)
    await client.subscribe("notifications", "market:overview")
    await client.took(2)
    client.subscriptions.identity_changed(msgspec.structs.replace(USER, scopes=frozenset({Scope.ALERTS})))
    (refused,) = await client.took(1)
    assert (refused["channel"], refused["data"]["message"]) == ("notifications", "This API key lacks the scope read")
    assert client.subscriptions.channels == ("market:overview",)


async def test_it_lets_a_client_ask_again_once_it_has_logged_in(here: Site) -> None:
    client = here.client(None)
    await client.subscribe("account:me")
    client.subscriptions.identity_changed(USER)
    await client.subscribe("account:me", "grid.*")
    assert told(await client.took(3)) == [
        ("error", "account:me"),
        ("subscribed", "account:me"),
        ("subscribed", "grid.*"),
    ]


async def test_it_refuses_what_was_asked_for_as_staff_where_that_has_ended_meanwhile() -> None:
    class SlowLayer(FailingLayer):
        gate = asyncio.Event()

        async def group_add(self, group: str, channel: str) -> None:
            await self.gate.wait()
            await super().group_add(group, channel)

    async with site(SlowLayer()) as here:
        client = here.client(STAFF)
        asking = asyncio.create_task(client.subscribe("account:7"))
        await until(lambda: here.hub.topics)
        client.subscriptions.identity_changed(Identity(user_id="9", username="staff", expires_at=2**53))
        SlowLayer.gate.set()
        await asking
        assert told(await client.took(1)) == [("error", "account:7")]
        await until(lambda: not here.hub.topics)


@pytest.mark.parametrize("channel", ["account:me", "grid.*", "system.*"])
async def test_it_refuses_while_the_layer_is_away_and_holds_nothing(channel: str) -> None:
    layer = FailingLayer()
    async with site(layer) as here:
        client = here.client(USER)
        layer.is_away = True
        await client.subscribe(channel)
        [frame] = await client.took(1)
        assert (frame["type"], frame["data"]["code"]) == ("error", "unavailable")
        await until(lambda: not here.hub.groups)
        layer.is_away = False
        await client.subscribe(channel)
        assert told(await client.took(1)) == [("subscribed", channel)]


@pytest.mark.parametrize("refused", ["account:8", "grid.*"])
async def test_no_timer_is_left_of_a_batch_of_which_a_channel_was_refused(refused: str) -> None:
    layer = FailingLayer()
    async with site(layer) as here:
        await here.hub.publish(account(5), owner="7")
        await here.client(STAFF).subscribe("account:7")
        layer.is_away = True
        client = here.client(STAFF)
        await client.subscribe("account:7", refused, batch=True, throttle_ms=60_000)
        client.subscriptions.release_all()
        assert not any("BatchWindow" in repr(timer) for timer in waiting_timers())


def waiting_timers() -> list[asyncio.TimerHandle]:
    """Return what the event loop is to call later; it has no public word for that."""
    return [timer for timer in vars(asyncio.get_running_loop())["_scheduled"] if not timer.cancelled()]


async def test_it_refuses_while_owners_cannot_be_looked_up(here: Site) -> None:
    async def away(name: str) -> frozenset[str]:
        raise ConnectionError("the database is away")

    here.owners_of_grid = away
    client = here.client(USER)
    await client.subscribe("grid.a.order", "grid.*")
    first, second = await client.took(2)
    assert (first["type"], first["data"]["code"]) == ("error", "unavailable")
    assert second["type"] == "subscribed"


async def test_it_holds_nothing_of_a_request_that_is_cancelled(here: Site) -> None:
    asked = asyncio.Event()

    async def hang(name: str) -> frozenset[str]:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    here.owners_of_grid = hang
    client = here.client(USER, ControlDialect(here.clock))
    asking = asyncio.create_task(client.subscribe("account:me", "system.*", "grid.a.order"))
    await asked.wait()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await until(lambda: not here.hub.groups)
    assert client.sent == []


class BrokenValues(MemoryLastValues):
    """A cache that fails."""

    async def read(self, key: str) -> bytes | None:
        raise ConnectionError("the cache is away")

    async def write(
        self, values: Mapping[str, bytes], checkpoints: Mapping[str, bytes] | None = None, *, epoch: int = 0
    ) -> None:
        raise AssertionError("nobody publishes here")


@pytest.mark.parametrize("channel", ["account:me", "system.health"])
async def test_it_serves_without_last_values_where_the_cache_fails(channel: str) -> None:
    async with site(cache=BrokenValues) as here:
        client: Subscriber = here.client(USER)
        await client.subscribe(channel)
        assert told(await client.took(1)) == [("subscribed", channel)]
