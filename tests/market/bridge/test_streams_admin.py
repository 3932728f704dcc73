"""The admin's page of streams: what a bridge tells over the hub, as staff see it on the running gateway."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from asgiref.sync import sync_to_async
from django.conf import settings as configured
from django.contrib.auth import get_user_model
from django.test import Client
from pytest_django import Settings

from streaming.events import Source
from streaming.layer.groups import GATEWAYS_GROUP
from streaming.market.bridge.slots import BRIDGE_SLOT
from streaming.market.bridge.status import BRIDGE_STATUS_MESSAGE, BridgeState, BridgeStatus, encode_status
from streaming.market.bridge.stream_reports import STREAM_REPORTS_MESSAGE, StreamReport, StreamReports, encode_reports
from tests.serving import Serving, serving
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "/admin/streams/"
PART = {"HX-Request": "true"}
STREAMS = (
    StreamReport(stream="btcusdt@ticker", wanted=True, actual=True, lag_ms=20),
    StreamReport(stream="ethusdt@kline_1m", wanted=True, actual=True, lag_ms=1500, silent=True, gaps=3),
    StreamReport(stream="solusdt@trade", wanted=True, actual=False),
)


@pytest.fixture
async def gateway() -> AsyncIterator[Serving]:
    async with serving() as running:
        yield running


@sync_to_async
def session_of(*, is_staff: bool) -> dict[str, str]:
    """Log a new user in, and return the cookies."""
    user = get_user_model().objects.create_user("somebody", "somebody@example.com", "secret", is_staff=is_staff)
    client = Client()
    client.force_login(user)
    return {configured.SESSION_COOKIE_NAME: client.cookies[configured.SESSION_COOKIE_NAME].value}


@asynccontextmanager
async def browser(gateway: Serving, *, is_staff: bool = True) -> AsyncIterator[httpx2.AsyncClient]:
    cookies = await session_of(is_staff=is_staff)
    async with httpx2.AsyncClient(base_url=gateway.http_url, cookies=cookies, trust_env=False) as client:
        yield client


async def tell(gateway: Serving, state: BridgeState, *streams: StreamReport, slot: str = BRIDGE_SLOT) -> None:
    """Say, as a bridge does, how it is and which streams it has; return once the gateway has heard it."""
    now = gateway.runtime.clock.now_ms()
    status = BridgeStatus(
        state=state,
        source=Source.BINANCE,
        since=now - 7_200_000,
        lag_ms=42,
        active_streams=tuple(sorted(report.stream for report in streams if report.actual)),
        symbols_known=True,
        holder="a-bridge",
        epoch=7,
        published=now,
        events=12_345,
        slot=slot,
    )
    reports = StreamReports(epoch=7, published=now, streams=streams, slot=slot)
    hub = gateway.runtime.hub
    await hub.send(GATEWAYS_GROUP, {"type": BRIDGE_STATUS_MESSAGE, "status": encode_status(status)})
    await hub.send(GATEWAYS_GROUP, {"type": STREAM_REPORTS_MESSAGE, "reports": encode_reports(reports)})
    await until(lambda: gateway.runtime.stream_reports.current(slot) == reports)


def order_of(page: str) -> list[str]:
    return [part.split('"', 1)[0] for part in page.split('data-stream="')[1:]]


async def test_it_says_plainly_that_no_bridge_is_heard(gateway: Serving) -> None:
    async with browser(gateway) as staff:
        page = await staff.get(ADDRESS)
    assert page.status_code == 200
    assert "No bridge is heard" in page.text
    assert "no bridge has told of any" in page.text


async def test_it_tells_what_the_bridge_goes_through(gateway: Serving) -> None:
    await tell(gateway, BridgeState.STALE, *STREAMS)
    async with browser(gateway) as staff:
        page = (await staff.get(ADDRESS)).text
    assert "Connected to Binance, which sends nothing new." in page
    for fact in ("2 h ago", "42 ms", "12,345", "a-bridge, turn 7", "3 streams, 2 with a problem"):
        assert fact in page
    assert "No bridge is heard" not in page


async def test_it_shows_problems_first_and_how_each_stream_is(gateway: Serving) -> None:
    now = gateway.runtime.clock.now_ms()
    heard = StreamReport(stream="xrpusdt@ticker", wanted=False, actual=True, last_event=now - 3_600_000, lag_ms=20)
    await tell(gateway, BridgeState.LIVE, heard, *STREAMS)
    async with browser(gateway) as staff:
        page = (await staff.get(ADDRESS)).text
    assert order_of(page) == ["solusdt@trade", "ethusdt@kline_1m", "btcusdt@ticker", "xrpusdt@ticker"]
    for words in ("Not served", "Silent", "Live", "Kept, unread", "1 h ago"):
        assert words in page


async def test_it_filters_and_sorts_and_answers_its_own_script_with_the_inner_part(gateway: Serving) -> None:
    await tell(gateway, BridgeState.LIVE, *STREAMS)
    async with browser(gateway) as staff:
        sorted_page = (await staff.get(ADDRESS, params={"sort": "stream"}, headers=PART)).text
        filtered = (await staff.get(ADDRESS, params={"q": "KLINE eth"}, headers=PART)).text
        none = (await staff.get(ADDRESS, params={"q": "<b>", "sort": "nonsense"}, headers=PART)).text
    assert order_of(sorted_page) == ["btcusdt@ticker", "ethusdt@kline_1m", "solusdt@trade"]
    assert "<html" not in sorted_page
    assert order_of(filtered) == ["ethusdt@kline_1m"]
    assert "3 streams, 2 with a problem; 1 found" in filtered
    assert "No stream has “&lt;b&gt;” in its name." in none


async def test_it_shows_the_bridge_of_a_further_market_where_it_is_asked_for(
    gateway: Serving, settings: Settings
) -> None:
    settings.EXCHANGE_FURTHER_SOURCES = ["kraken"]
    await tell(gateway, BridgeState.LIVE, *STREAMS)
    await tell(
        gateway, BridgeState.LIVE, StreamReport(stream="BTC/USD@ticker", wanted=True, actual=True), slot="bridge.kraken"
    )
    async with browser(gateway) as staff:
        own, further, unknown = [
            (await staff.get(ADDRESS, params=asked)).text
            for asked in ({}, {"slot": "bridge.kraken"}, {"slot": "bridge.nobody"})
        ]
    assert order_of(further) == ["BTC/USD@ticker"]
    assert 'href="?slot=bridge.kraken" aria-current="page"' in further
    assert order_of(own) == order_of(unknown)
    assert len(order_of(own)) == len(STREAMS)


async def test_it_shows_many_streams_up_to_a_bound_and_says_so(gateway: Serving) -> None:
    many = tuple(StreamReport(stream=f"s{number:04}@ticker", wanted=True, actual=True) for number in range(1200))
    await tell(gateway, BridgeState.LIVE, *many)
    async with browser(gateway) as staff:
        page = (await staff.get(ADDRESS)).text
    assert "1,200 streams, none with a problem; the first 500 shown" in page
    assert len(order_of(page)) == 500


async def test_it_is_for_staff_and_in_their_side_bar(gateway: Serving) -> None:
    async with browser(gateway) as staff:
        assert f'href="{ADDRESS}"' in (await staff.get("/admin/")).text
    async with httpx2.AsyncClient(base_url=gateway.http_url, trust_env=False) as stranger:
        assert (await stranger.get(ADDRESS)).headers["location"] == f"/admin/login/?next={ADDRESS}"


async def test_it_sends_a_user_away_and_the_script_of_whoever_is_logged_out_to_the_login(gateway: Serving) -> None:
    async with browser(gateway, is_staff=False) as user:
        assert (await user.get(ADDRESS)).status_code == 302
        part = await user.get(ADDRESS, headers=PART)
    assert (part.status_code, part.headers["HX-Refresh"]) == (204, "true")
