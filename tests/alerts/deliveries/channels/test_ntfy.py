"""Delivery by ntfy, to a server that speaks what we use of its API."""

from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from alerts.deliveries.channels.ntfy.transport import NtfyTransport
from alerts.deliveries.channels.service_posts import ServicePosts
from alerts.deliveries.errors import DeliveryFailedError, RejectedError, UnreachableError
from alerts.deliveries.guarded_http import AllowedNetworks
from alerts.deliveries.message import Message, ServiceTarget
from alerts.events import Severity
from alerts.models import ChannelChoices, ChannelSwitch, DeliveryState, ServiceAddress
from alerts.preferences.preferences import Channel
from tests.alerts.deliveries.channels.ntfy_server import LOCKED_TOPIC, TOKEN, NtfyServer, ntfy_server
from tests.alerts.deliveries.look_ups import look_ups
from tests.alerts.deliveries.messages import message_of
from tests.alerts.deliveries.notifying import DeliveryRig


def _transport(*networks: str) -> NtfyTransport:
    return NtfyTransport(
        ServicePosts(allowed=AllowedNetworks(networks), look_ups=look_ups(), timeout_seconds=5),
    )


TRANSPORT = _transport("127.0.0.0/8")


@pytest.fixture
async def server() -> AsyncIterator[NtfyServer]:
    """Return a server on this machine."""
    async with ntfy_server() as server:
        yield server


def _message(url: str, token: str = "", **fields: object) -> Message:
    return message_of(ChannelChoices.NTFY, service=ServiceTarget(url=url, token=token), **fields)


async def test_it_publishes_title_and_text_with_a_click_that_leads_to_the_chart(
    server: NtfyServer, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://tidewire.example"
    await TRANSPORT.send(_message(server.topic(), title="Über 100 ✓"))
    assert server.published == [
        {
            "topic": "my-topic",
            "title": "Über 100 ✓",
            "message": "It is 100.2",
            "priority": 3,
            "click": "https://tidewire.example/#BTCUSDT",
        }
    ]


async def test_it_leads_to_the_page_where_no_rule_has_fired(server: NtfyServer, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://tidewire.example"
    await TRANSPORT.send(_message(server.topic(), alert=None))
    assert server.published[0]["click"] == "https://tidewire.example/"


@pytest.mark.parametrize(("severity", "priority"), [(Severity.INFO, 3), (Severity.WARNING, 4), (Severity.CRITICAL, 5)])
async def test_its_priority_follows_the_severity(server: NtfyServer, severity: Severity, priority: int) -> None:
    await TRANSPORT.send(_message(server.topic(), severity=severity))
    assert server.published[0]["priority"] == priority


async def test_it_publishes_by_the_token_where_there_is_one(server: NtfyServer) -> None:
    with pytest.raises(UnreachableError, match="ntfy answered 403"):
        await TRANSPORT.send(_message(server.topic(LOCKED_TOPIC)))
    await TRANSPORT.send(_message(server.topic(LOCKED_TOPIC), TOKEN))
    assert [one["topic"] for one in server.published] == [LOCKED_TOPIC]


@pytest.mark.parametrize("body", ["x" * 5000, "ü" * 2500, "x" + "🐳" * 1200])
async def test_it_cuts_a_text_that_ntfy_would_make_a_file_of(server: NtfyServer, body: str) -> None:
    await TRANSPORT.send(_message(server.topic(), body=body))
    text = server.published[0]["message"]
    assert text.endswith("…")
    assert body.startswith(text[:-1])
    assert len(text.encode()) > 3990


async def test_it_waits_as_long_as_the_server_asks(server: NtfyServer) -> None:
    server.receiver.answers = [(429, {"Retry-After": "17"})]
    with pytest.raises(DeliveryFailedError, match="ntfy answered 429") as failure:
        await TRANSPORT.send(_message(server.topic()))
    assert not isinstance(failure.value, RejectedError | UnreachableError)
    assert failure.value.pause_seconds == 17


@pytest.mark.parametrize("status", [301, 307, 408, 500, 502, 507])
async def test_it_may_be_tried_again_where_the_server_fails(server: NtfyServer, status: int) -> None:
    server.receiver.answers = [(status, {"Location": server.topic()})]
    with pytest.raises(DeliveryFailedError) as failure:
        await TRANSPORT.send(_message(server.topic()))
    assert not isinstance(failure.value, RejectedError | UnreachableError)
    assert len(server.receiver.received) == 1


@pytest.mark.parametrize("status", [400, 413])
async def test_it_drops_what_the_server_never_takes(server: NtfyServer, status: int) -> None:
    server.receiver.answers = [(status, {})]
    with pytest.raises(RejectedError):
        await TRANSPORT.send(_message(server.topic()))


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_it_is_unreachable_where_nobody_may_publish(server: NtfyServer, status: int) -> None:
    server.receiver.answers = [(status, {})]
    with pytest.raises(UnreachableError, match=f"ntfy answered {status}"):
        await TRANSPORT.send(_message(server.topic()))


async def test_it_reaches_no_private_network(server: NtfyServer) -> None:
    with pytest.raises(UnreachableError, match="public internet"):
        await _transport().send(_message(server.topic()))
    assert server.receiver.received == []


async def test_it_is_unreachable_without_a_topic() -> None:
    with pytest.raises(UnreachableError, match="no topic of ntfy is set"):
        await TRANSPORT.send(message_of(ChannelChoices.NTFY))


async def test_a_worker_publishes_and_switches_off_what_nobody_may_publish_on(
    rig: DeliveryRig, server: NtfyServer
) -> None:
    url = server.topic(LOCKED_TOPIC)
    row = await sync_to_async(ServiceAddress.objects.create)(user=rig.user, channel="ntfy", url=url, token=TOKEN)
    rig.start()
    await rig.tell(Channel.NTFY, title="First")
    await rig.until_states(DeliveryState.SENT)
    row.token = "tk_wrong"
    await sync_to_async(row.save)()
    await rig.tell(Channel.NTFY, title="Second")
    await rig.until_states(DeliveryState.SENT, DeliveryState.DEAD, DeliveryState.SENT, DeliveryState.SENT)
    assert [one["title"] for one in server.published] == ["First"]
    switch = await ChannelSwitch.objects.aget(user=rig.user)
    assert (switch.channel, "locked" in switch.reason, TOKEN in switch.reason) == ("ntfy", False, False)
