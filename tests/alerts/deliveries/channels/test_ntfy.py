"""What is ntfy's own of a delivery by it: see test_services.py for the rest."""

from collections.abc import AsyncIterator

import pytest
from pytest_django import Settings

from alerts.deliveries.channels.service_posts import ServicePosts
from alerts.deliveries.channels.service_transport import ServiceTransport
from alerts.deliveries.errors import UnreachableError
from alerts.deliveries.guarded_http import AllowedNetworks
from alerts.deliveries.message import Message, ServiceTarget
from alerts.events import Severity
from alerts.models import ChannelChoices
from tests.alerts.deliveries.channels.ntfy_server import LOCKED_TOPIC, TOKEN, NtfyServer
from tests.alerts.deliveries.http_receiver import http_receiver
from tests.alerts.deliveries.look_ups import look_ups
from tests.alerts.deliveries.messages import message_of

TRANSPORT = ServiceTransport(
    NtfyServer.service,
    ServicePosts(allowed=AllowedNetworks(["127.0.0.0/8"]), look_ups=look_ups(), timeout_seconds=5),
)


@pytest.fixture
async def server() -> AsyncIterator[NtfyServer]:
    """Return a server on this machine."""
    async with http_receiver() as receiver:
        yield NtfyServer(receiver)


def _message(target: ServiceTarget, **fields: object) -> Message:
    return message_of(ChannelChoices.NTFY, service=target, **fields)


async def test_it_publishes_title_and_text_with_a_click_that_leads_to_the_chart(
    server: NtfyServer, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://tidewire.example"
    await TRANSPORT.send(_message(server.target(), title="Über 100 ✓"))
    assert server.published == [
        {
            "topic": "my-topic",
            "title": "Über 100 ✓",
            "message": "It is 100.2",
            "priority": 3,
            "click": "https://tidewire.example/#BTCUSDT/1m/1763676000000",
        }
    ]


@pytest.mark.parametrize(("severity", "priority"), [(Severity.INFO, 3), (Severity.WARNING, 4), (Severity.CRITICAL, 5)])
async def test_its_priority_follows_the_severity(server: NtfyServer, severity: Severity, priority: int) -> None:
    await TRANSPORT.send(_message(server.target(), severity=severity))
    assert server.published[0]["priority"] == priority


async def test_it_publishes_by_the_token_where_there_is_one(server: NtfyServer) -> None:
    with pytest.raises(UnreachableError, match="ntfy answered 403"):
        await TRANSPORT.send(_message(server.target(LOCKED_TOPIC)))
    await TRANSPORT.send(_message(server.target(LOCKED_TOPIC, TOKEN)))
    assert [one["topic"] for one in server.published] == [LOCKED_TOPIC]


@pytest.mark.parametrize("body", ["x" * 5000, "ü" * 2500, "x" + "🐳" * 1200])
async def test_it_cuts_a_text_that_ntfy_would_make_a_file_of_no_shorter_than_it_must(
    server: NtfyServer, body: str
) -> None:
    await TRANSPORT.send(_message(server.target(), body=body))
    text = server.published[0]["message"]
    assert text.endswith("…")
    assert body.startswith(text[:-1])
    assert len(text.encode()) > 3990
