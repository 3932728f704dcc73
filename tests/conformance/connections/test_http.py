"""docs/protocol/README.md, "HTTP beside the sockets": statistics, health, readiness."""

from contextlib import AsyncExitStack
from typing import Any

from tests.conformance.asking import http
from tests.conformance.asking.speaker import speak
from tests.conformance.asking.spelling import CONTROL, DIALECTS, MARKET
from tests.conformance.people import OWNER, STAFF
from tests.conformance.places import Place
from tests.conformance.rows import everywhere, on_each_layer, on_each_server, row
from tests.waiting import until

STATISTICS = {
    "connectedClients", "activeChannels", "quoteStreams", "signalStreams", "binanceStreams", "binanceActiveStreams",
    "priceCache",
}  # fmt: skip


def data_of(place: Place, path: str, gateway: int = 0, token: str | None = None) -> Any:
    answer = http.get(place.deployment.gateways[gateway] + path, token=token)
    assert answer.status == 200, answer
    return answer.json


@row("GW-95")
@everywhere
async def test_it_tells_everybody_the_statistics_of_the_whole_deployment(place: Place) -> None:
    count = len(place.deployment.gateways)
    channels = ["quotes:ADAUSDT", "price:ADAUSDT", "signals:ADAUSDT"]
    async with AsyncExitStack() as stack:
        for gateway in range(count):
            client = await stack.enter_async_context(speak(place, CONTROL, gateway=gateway))
            await client.ask(*channels, "notifications", "grid.*", "account:me")
            await client.event("price:ADAUSDT")
        for gateway in range(count):

            def told(at: int = gateway) -> dict[str, Any]:
                body = data_of(place, "/api/v1/ws/stats", at)
                assert (set(body), body["success"]) == ({"success", "data"}, True)
                data: dict[str, Any] = body["data"]
                return data

            await until(lambda: told()["connectedClients"] == count)
            await until(lambda: told()["activeChannels"] == sorted(channels))
            data = told()
            assert set(data) == STATISTICS
            assert (data["quoteStreams"], data["signalStreams"]) == (1, 1)
            assert data["binanceStreams"] == len(data["binanceActiveStreams"])
            assert "adausdt@ticker" in data["binanceActiveStreams"]
            assert data["priceCache"] >= 1


@row("GW-96", "AC-34")
@on_each_layer
async def test_it_tells_staff_the_subscribers_of_each_channel(place: Place) -> None:
    token = place.people.token(STAFF)

    def told() -> Any:
        return data_of(place, "/api/v1/ws/stats/channels", token=token)

    async with AsyncExitStack() as stack:
        for dialect in DIALECTS:
            client = await stack.enter_async_context(speak(place, dialect, OWNER))
            await client.ask("depth:BNBUSDT", "notifications")
        await until(lambda: told()["totalClients"] == 3)
        expected = [{"channel": "depth:BNBUSDT", "subscribers": 3}, {"channel": "notifications", "subscribers": 3}]
        await until(lambda: sorted(told()["channels"], key=lambda line: str(line["channel"])) == expected)
        assert set(told()) == {"totalClients", "totalChannels", "channels"}
        assert told()["totalChannels"] == 2
    await until(lambda: told()["totalClients"] == 0)


@row("GW-97", "GW-98")
@everywhere
def test_it_is_healthy_and_ready(place: Place) -> None:
    for gateway in range(len(place.deployment.gateways)):
        health = data_of(place, "/health", gateway)
        assert health["status"] == "ok"
        assert {health[part]["state"] for part in ("database", "channel_layer", "symbols")} == {"ok"}
        assert (health["bridge"]["state"], health["bridge"]["source"]) == ("live", "simulator")
        assert health["bridge"]["simulated"] is True
        assert data_of(place, "/ready", gateway)["ready"] is True


@row("GW-99")
@on_each_server
def test_it_answers_with_and_without_a_slash(place: Place) -> None:
    for path in ("/api/v1/ws/stats", "/health", "/ready"):
        assert http.get(f"{place.http_url}{path}").status == http.get(f"{place.http_url}{path}/").status == 200
    staff = place.people.token(STAFF)
    for path in ("/api/v1/ws/stats/channels", "/api/v1/ws/stats/channels/"):
        assert http.get(place.http_url + path, token=staff).status == 200


@row("GW-95", "GW-01")
async def test_it_counts_every_dialect(place: Place) -> None:
    async with AsyncExitStack() as stack:
        for dialect in DIALECTS:
            await stack.enter_async_context(speak(place, dialect, OWNER if dialect is not MARKET else ""))
        await until(lambda: data_of(place, "/api/v1/ws/stats")["data"]["connectedClients"] == 3)
