"""docs/protocol/topics.md, "The system": what the deployment tells of itself, live and in every dialect."""

import asyncio
import itertools
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

from tests.conformance.asking.speaker import Speaker, speak
from tests.conformance.asking.spelling import DIALECTS, Dialect, Seen
from tests.conformance.channels.market_values import is_number
from tests.conformance.people import OWNER, STAFF
from tests.conformance.places import Place, Places
from tests.conformance.rows import on_each_layer, row

EXCHANGE_FIELDS = {"exchange", "state", "source", "reason", "since", "attempt", "from", "to", "complete"}
EXCHANGE_STATES = {"connecting", "live", "stale", "reconnecting", "fallback"}
NEWS = {"system.exchange", "system.log"}
"""What comes when something happens, such as the end of what another test did to the exchange."""
DUE_SECONDS = 90
"""Longer than a gateway that ended without a word is counted, on a busy machine too."""
LAST_VALUES_MS = 200
"""What comes so soon after an acknowledgement may be a last value."""
CONNECTED = ["connecting", "connected"]


async def events_of(place: Place, who: str, channel: str, is_due: Callable[[Seen], bool]) -> list[list[Seen]]:
    """Return the events of a channel as each dialect shows them, up to the third that is due; check their envelopes."""

    async def read(dialect: Dialect) -> list[Seen]:
        async with speak(place, dialect, who) as client:
            assert await client.ask(channel) == {channel: None}
            shown, times = await events_until_due(client, channel, is_due)
        assert all(later - earlier > 500 for earlier, later in itertools.pairwise(times))  # not once for each gateway
        assert {(seen.type, seen.event) for seen in shown} == {("event", "update")}
        return shown

    return await asyncio.gather(*(read(dialect) for dialect in DIALECTS))


async def events_until_due(
    client: Speaker, channel: str, is_due: Callable[[Seen], bool]
) -> tuple[list[Seen], list[int]]:
    """Return events up to the third that is due, and the times of all but the first; an error tells the last one."""
    shown, times = [await client.event(channel)], []  # the first may be a last value
    try:
        async with asyncio.timeout(DUE_SECONDS):
            while len(shown) < 3 or not is_due(shown[-1]):
                shown.append(await client.event(channel))
                times.append(client.dialect.time_ms(client.frames[-1]["timestamp"]))
    except Exception as error:
        error.add_note(f"the last of {len(shown)} events in the dialect {client.dialect.name}: {shown[-1]}")
        raise
    return shown, times


@row("TP-70", "TP-30", "GW-26", "ZQ-20")
@on_each_layer
async def test_it_tells_the_health_of_the_whole_deployment(place: Place, places: Places) -> None:
    count = places.count_gateways(place)
    for shown in await events_of(place, OWNER, "system.health", lambda seen: bool(seen.data["gateways"] == count)):
        data = shown[-1].data
        assert set(data) == {
            "status", "uptime", "gateways", "connections", "workers", "database", "layer", "exchange"
        }  # fmt: skip
        assert (data["status"], data["database"], data["layer"]) == ("ok", "ok", "ok")
        assert data["connections"] >= 1
        assert all(set(worker) - {"figures"} == {"name", "holder", "alive"} for worker in data["workers"])
        assert {worker["name"]: worker["alive"] for worker in data["workers"]}["bridge"] is True
        assert set(data["exchange"]) == {"state", "source", "lag_ms"}
        assert (data["exchange"]["state"], data["exchange"]["source"]) == ("live", "simulator")


@row("TP-74", "TP-35")
@on_each_layer
async def test_it_tells_staff_of_its_gateways(place: Place, places: Places) -> None:
    count = places.count_gateways(place)
    for shown in await events_of(place, STAFF, "ops.gateways", lambda seen: len(seen.data["gateways"]) == count):
        data = shown[-1].data
        assert set(data) == {
            "gateways",
            "bridge",
            "bridge_slots",
            "further_bridges",
            "workers",
            "leases_read",
            "channels",
            "channels_total",
        }
        for gateway in data["gateways"]:
            assert set(gateway) == {
                "id", "connections", "subscriptions", "frames_per_second", "lag_ms_p99", "slow_closed", "tasks",
                "uptime", "conflated", "waiting_bytes",
            }  # fmt: skip
            assert is_number(gateway["frames_per_second"])
            assert min(gateway[name] for name in ("uptime", "conflated", "waiting_bytes")) >= 0
        assert sum(gateway["connections"] for gateway in data["gateways"]) >= 1
        assert {worker["name"] for worker in data["workers"]} >= {"bridge"}
        of_lease = {"name", "holder", "alive", "epoch", "valid_ms"}
        assert all(set(worker) - {"figures", "standing_by"} == of_lease for worker in data["workers"])
        assert set(data["bridge"]) == {
            "slot", "holder", "epoch", "state", "source", "lag_ms", "streams", "published", "tasks",
            "state_seconds", "address", "lag_p50_ms", "lag_p99_ms", "frames_per_second", "dropped", "doubles",
            "reconnects", "ack_errors", "gaps_filled", "gaps_unfilled", "gaps_waiting", "used_weight",
        }  # fmt: skip
        assert all(set(one) == {"channel", "subscribers"} for one in data["channels"])
        assert {one["channel"] for one in data["channels"]} >= {"ops.gateways"}
        assert data["channels_total"] >= len(data["channels"])


@row("GW-16", "GW-17", "TP-34", "TP-36")
async def test_it_shows_an_event_once_whatever_matches_it(place: Place) -> None:
    """Live, where no test can publish."""

    async def check(dialect: Dialect) -> None:
        async with speak(place, dialect, STAFF) as client:
            for channels in (("system.*", "system.health"), ("*", "*.health", "ops.*")):
                await client.ask(*channels)
            asked, times = time.time() * 1000, [0]
            while times[-1] < asked + LAST_VALUES_MS:
                await client.event("system.health")
                times.append(dialect.time_ms(client.frames[-1]["timestamp"]))
            last_values = len(client.frames)  # also of what other tests published
            await client.event("system.health")
            assert dialect.time_ms(client.frames[-1]["timestamp"]) - times[-1] > 500  # each second there is one
            assert {seen.channel for seen in client.events(last_values)} <= {"system.health", "ops.gateways", *NEWS}

    await asyncio.gather(*(check(dialect) for dialect in DIALECTS))


@row("TP-71", "TP-31")
async def test_it_tells_what_happens_to_the_connection_with_the_exchange(place: Place, places: Places) -> None:
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(speak(place, dialect, OWNER)) for dialect in DIALECTS]
        stack.push_async_callback(asyncio.to_thread, place.deployment.wait_until_ready)  # for the next test
        for client in clients:
            await client.ask("system.exchange", "system.health")
        await asyncio.to_thread(places.restart_bridge, place)
        for news in await asyncio.gather(*(news_of_a_connection(client) for client in clients)):
            assert [seen.event for seen in news if seen.event in CONNECTED] == CONNECTED


async def news_of_a_connection(client: Speaker) -> list[Seen]:
    """Return what is told until the bridge is connected, which on a busy machine is a while after its start.

    The health that comes each second meanwhile keeps the wait for a frame short, and pings answered.
    """
    news: list[Seen] = []
    async with asyncio.timeout(DUE_SECONDS):
        while not news or news[-1].event != "connected":
            seen = await client.event()
            if seen.channel == "system.exchange":
                news.append(seen)
                check_news(seen.data, client.dialect)
    return news


def check_news(data: dict[str, Any], dialect: Dialect) -> None:
    assert {"exchange", "state", "source"} <= set(data) <= EXCHANGE_FIELDS
    assert data["state"] in EXCHANGE_STATES
    assert (data["exchange"], data["source"]) == ("simulator", "simulator")
    if "since" in data:
        dialect.assert_is_now(data["since"])
