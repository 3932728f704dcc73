"""Events of topics whose producers come later, published through the real channel layer: who sees them, and how.

docs/protocol/README.md, "An event on each endpoint", and the data of docs/protocol/topics.md.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

from tests.conformance.asking.speaker import Speaker, speak
from tests.conformance.asking.spelling import CONTROL, DIALECTS, MARKET, TRADING, Dialect, Seen
from tests.conformance.channels.publishing import Publisher, publisher
from tests.conformance.channels.samples import DOTTED, KILL_SWITCH, OF_USER, SIGNAL, At, Sample
from tests.conformance.people import OTHER, OWNER, STAFF
from tests.conformance.places import Place
from tests.conformance.rows import on_each_server, row
from tests.gateway.dialects.samples import ISO

FENCE = KILL_SWITCH[0]
"""Everybody who is logged in may see it: what was published before it has come, or never will."""
SHOWN = [
    "TP-50", "TP-51", "TP-52", "TP-53", "TP-54", "TP-55", "TP-56", "TP-57", "TP-58", "TP-59", "TP-60",
    "TP-61", "TP-62", "TP-63", "TP-64", "TP-65", "TP-72", "TP-73",
    "TP-40", "TP-41", "TP-42", "TP-43", "TP-44",
]  # fmt: skip
ALL = [*DOTTED, *OF_USER, *KILL_SWITCH]
OVERLAPPING = (
    "grid.*",
    "grid.*.order",
    "grid.*.status",
    "backtest.*",
    "backtest.*.*",
    "strategy.*",
    "account.*",
    "system.log",
)


def written(value: Any, dialect: Dialect) -> Any:
    """Return the data of a sample as the dialect writes it."""
    match value:
        case At(ms):
            return ISO.time if dialect is MARKET else ms
        case dict():
            return {name: written(inner, dialect) for name, inner in value.items()}
        case list():
            return [written(inner, dialect) for inner in value]
    return value


def expected(samples: Sequence[Sample], owner: str, dialect: Dialect) -> list[Seen]:
    """Return what a client must be shown of `samples`, events of the user with the id `owner`."""
    shown = []
    for sample in samples:
        channel = sample.channel.format(owner=owner)
        data = written(sample.data, dialect)
        if sample.is_dotted:
            shown.append(Seen(channel, "event", sample.name, data))
        else:
            shown.append(Seen(channel, sample.name, None, data))
    return shown


async def read_to_the_fence(client: Speaker) -> list[Seen]:
    """Return the events up to the fence, without what the deployment itself tells all the time."""
    begin = len(client.frames)
    while (await client.event(FENCE.channel)).event != FENCE.name:
        pass
    ours = {sample.channel for sample in ALL if sample.is_dotted}
    seen = client.events(begin)
    return [one for one in seen if ":" in one.channel or "." not in one.channel or one.channel in ours]


async def settle(producer: Publisher, *clients: Speaker) -> None:
    """Let all clients read the last values that were told to them when they subscribed."""
    await producer.publish(FENCE, "")
    await asyncio.gather(*(read_to_the_fence(client) for client in clients))


@row(*SHOWN, "GW-26", "GW-27", "GW-17", "GW-16", "ZQ-20", "ZQ-22", "ZQ-30", "ZQ-34", "TP-23", "TP-33")
@on_each_server
async def test_it_shows_owners_and_staff_each_event_once_and_others_none(place: Place) -> None:
    ids = place.people.ids
    owner = ids[OWNER]
    private = [sample.channel.format(owner=owner) for sample in OF_USER if "{" in sample.channel]
    own = (*OVERLAPPING, "system.kill_switch", "notifications", "alerts", *dict.fromkeys(private))
    others = (*OVERLAPPING, "system.kill_switch", "notifications", "alerts", "portfolio:me", "orders:me", "account:me")
    every = ("*", "grid.*", "account.*.risk", "*.*.order", "system.*", *dict.fromkeys(private))
    async with AsyncExitStack() as stack:
        readers: list[tuple[Speaker, str]] = []
        for dialect in DIALECTS:
            for who, channels in ((OWNER, own), (OTHER, others), (STAFF, every)):
                gateway = len(readers) % len(place.deployment.gateways)
                client = await stack.enter_async_context(speak(place, dialect, who, gateway=gateway))
                assert await client.ask(*channels) == dict.fromkeys(channels)
                readers.append((client, who))
        producer = await stack.enter_async_context(publisher(place))
        await settle(producer, *(client for client, _ in readers))
        for sample in [*DOTTED, *OF_USER, KILL_SWITCH[1], FENCE]:
            await producer.publish(sample, owner)
        shown = await asyncio.gather(*(read_to_the_fence(client) for client, _ in readers))
    everybodys = [KILL_SWITCH[1], FENCE]
    not_staffs = [sample for sample in OF_USER if "{" not in sample.channel]  # one's own, also for staff
    for (client, who), seen in zip(readers, shown, strict=True):
        samples = {
            OWNER: [*DOTTED, *OF_USER, *everybodys],
            OTHER: everybodys,
            STAFF: [sample for sample in [*DOTTED, *OF_USER, *everybodys] if sample not in not_staffs],
        }
        assert seen == expected(samples[who], owner, client.dialect), (who, client.dialect.name)


@row("TP-13", "GW-10")
async def test_it_names_the_users_channels_as_they_were_spelled(place: Place) -> None:
    owner = place.people.ids[OWNER]
    orders = [sample for sample in OF_USER if sample.name == "order"]
    async with publisher(place) as producer:
        for dialect in DIALECTS:
            async with speak(place, dialect, OWNER) as client:
                await client.ask("orders:me", f"orders:{owner}", FENCE.channel)
                await settle(producer, client)
                await producer.publish(orders[0], owner)
                await producer.publish(FENCE, owner)
                seen = await read_to_the_fence(client)
            assert sorted(one.channel for one in seen if one.type == "order") == [f"orders:{owner}", "orders:me"]


@row("GW-17", "ZQ-30", "ZQ-32")
async def test_it_matches_wildcards_segment_by_segment(place: Place) -> None:
    patterns = {
        "grid.*": {"grid.grid_a.status", "grid.grid_a.order", "grid.grid_a.trade", "grid.grid_a.pnl",
                   "grid.grid_a.risk", "grid.grid_a.lifecycle"},
        "grid.*.status": {"grid.grid_a.status"},
        "*.*.lifecycle": {"grid.grid_a.lifecycle", "backtest.run_1.lifecycle", "strategy.s_1.lifecycle"},
        "strategy.*.*": {"strategy.s_1.status", "strategy.s_1.signal", "strategy.s_1.order", "strategy.s_1.trade",
                         "strategy.s_1.pnl", "strategy.s_1.risk", "strategy.s_1.lifecycle"},
    }  # fmt: skip
    owner = place.people.ids[OWNER]
    async with AsyncExitStack() as stack:
        producer = await stack.enter_async_context(publisher(place))
        clients = []
        for pattern in patterns:
            client = await stack.enter_async_context(speak(place, CONTROL, OWNER))
            assert await client.ask(pattern, FENCE.channel) == {pattern: None, FENCE.channel: None}
            clients.append(client)
        await settle(producer, *clients)
        for sample in [*DOTTED, FENCE]:
            await producer.publish(sample, owner)
        shown = [{seen.channel for seen in await read_to_the_fence(client)} for client in clients]
    assert shown == [channels | {FENCE.channel} for channels in patterns.values()]


@row("GW-14", "GW-17")
async def test_it_gives_up_one_of_overlapping_subscriptions(place: Place) -> None:
    owner = place.people.ids[OWNER]
    orders = [sample for sample in DOTTED if sample.channel == "grid.grid_a.order"]
    async with publisher(place) as producer:
        for dialect in DIALECTS:
            async with speak(place, dialect, OWNER) as client:
                await client.ask("grid.*", "grid.*.order", FENCE.channel)
                await client.give_up("grid.*")
                await settle(producer, client)
                for sample in (*orders, DOTTED[0], FENCE):
                    await producer.publish(sample, owner)
                assert await read_to_the_fence(client) == expected([*orders, FENCE], owner, dialect)
                await client.give_up("grid.*.order")
                await producer.publish(orders[0], owner)
                await producer.publish(FENCE, owner)
                assert await read_to_the_fence(client) == expected([FENCE], owner, dialect)


@row("MK-16", "TP-06")
async def test_it_shows_public_signals_to_everybody(place: Place) -> None:
    async with publisher(place) as producer:
        for dialect in DIALECTS:
            async with speak(place, dialect) as client:
                assert await client.ask("signals:BTCUSDT") == {"signals:BTCUSDT": None}
                await producer.publish(SIGNAL, "")
                seen = await client.event("signals:BTCUSDT")
                assert seen.data == written(SIGNAL.data, dialect)
                assert seen.type == ("update" if dialect is CONTROL else SIGNAL.name)


@row("TR-24", "GW-25", "TR-15")
async def test_it_wraps_every_event_on_the_trading_endpoint(place: Place) -> None:
    async with speak(place, TRADING) as client:
        await client.ask("price:BTCUSDT", "market:overview")
        for channel, kind in (("price:BTCUSDT", "price"), ("market:overview", "overview")):
            seen = await client.event(channel)
            assert seen.type == kind
            assert isinstance(seen.data["timestamp"], int)
