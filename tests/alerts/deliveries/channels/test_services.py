"""Delivery by services, each to a server that speaks what we use of its API: what they are all alike in."""

import logging
from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from alerts.deliveries.channels.declared_services import SERVICES
from alerts.deliveries.channels.service_posts import ServicePosts
from alerts.deliveries.channels.service_transport import ServiceTransport
from alerts.deliveries.channels.transports import channel_transports
from alerts.deliveries.errors import DeliveryFailedError, RejectedError, UnreachableError
from alerts.deliveries.guarded_http import AllowedNetworks
from alerts.deliveries.message import Message, ServiceTarget
from alerts.models import ChannelChoices, ChannelSwitch, DeliveryState, ServiceAddress
from alerts.preferences import preferences
from streaming.clock import SystemClock
from streaming.fan_out.hub import Hub
from tests.alerts.deliveries.channels.discord_server import DiscordServer
from tests.alerts.deliveries.channels.ntfy_server import NtfyServer
from tests.alerts.deliveries.channels.service_servers import ServiceServer, running
from tests.alerts.deliveries.channels.slack_server import SlackServer
from tests.alerts.deliveries.channels.telegram_server import TelegramServer
from tests.alerts.deliveries.look_ups import look_ups
from tests.alerts.deliveries.messages import message_of
from tests.alerts.deliveries.notifying import DeliveryRig

KINDS: tuple[type[ServiceServer], ...] = (NtfyServer, SlackServer, DiscordServer, TelegramServer)
FOREIGN = "A & B <script> <!channel> <@U1> @everyone &lt; > *b* _i_ ~s~ `c` [l](http://x) |p| ||q|| # h"


def _transport(kind: type[ServiceServer], *networks: str) -> ServiceTransport:
    posts = ServicePosts(allowed=AllowedNetworks(networks), look_ups=look_ups(), timeout_seconds=5)
    return ServiceTransport(kind.service, posts)


async def _send(server: ServiceServer, target: ServiceTarget | None = None, **fields: object) -> None:
    await _transport(type(server), "127.0.0.0/8").send(_message(server, target or server.target(), **fields))


def _message(server: ServiceServer, target: ServiceTarget, **fields: object) -> Message:
    return message_of(ChannelChoices(server.service.channel), service=target, **fields)


@pytest.fixture(params=KINDS, ids=lambda kind: kind.service.name)
async def server(request: pytest.FixtureRequest) -> AsyncIterator[ServiceServer]:
    """Return a server of each service."""
    async with running(request.param) as server:
        yield server


async def test_each_service_is_declared_tried_here_and_sent_by(hub: Hub) -> None:
    assert list(SERVICES) == list(preferences.SERVICES) == [kind.service.channel for kind in KINDS]
    transports = channel_transports(hub, SystemClock())
    assert set(transports) == set(ChannelChoices)
    assert {channel.value for channel, each in transports.items() if isinstance(each, ServiceTransport)} == set(
        SERVICES
    )


async def test_it_tells_title_and_text_as_they_are_and_leads_to_the_chart(
    server: ServiceServer, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://tidewire.example"
    await _send(server, title="Über 100 ✓", body=FOREIGN)
    told = server.read()
    assert ("Über 100 ✓" in told, FOREIGN in told) == (True, True)
    assert "https://tidewire.example/#BTCUSDT/1m/1763676000000" in told


async def test_it_leads_to_the_page_where_no_rule_has_fired(server: ServiceServer, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://tidewire.example"
    await _send(server, alert=None, body="")
    assert "https://tidewire.example/" in server.read()
    assert "#BTCUSDT" not in server.read()


@pytest.mark.parametrize("letter", ["x", "ü", "🐳", "&", "<", "*"])
async def test_it_cuts_what_is_longer_than_the_service_takes(server: ServiceServer, letter: str) -> None:
    await _send(server, title=letter * 200, body=letter * 6000)
    assert f"{letter}…" in server.read()
    assert server.read().count(letter) > 500


async def test_it_waits_as_long_as_the_service_asks(server: ServiceServer) -> None:
    server.will_answer(server.busy(17))
    with pytest.raises(DeliveryFailedError, match=f"{server.service.name} answered 429") as failure:
        await _send(server)
    assert not isinstance(failure.value, RejectedError | UnreachableError)
    assert failure.value.pause_seconds == 17


@pytest.mark.parametrize("status", [301, 307, 408, 429, 500, 502, 507])
async def test_it_may_be_tried_again_where_the_service_fails(server: ServiceServer, status: int) -> None:
    server.will_answer((status, {"Location": server.receiver.url}, b"<html>no JSON</html>"))
    with pytest.raises(DeliveryFailedError) as failure:
        await _send(server)
    assert not isinstance(failure.value, RejectedError | UnreachableError)
    assert len(server.receiver.received) == 1


@pytest.mark.parametrize(
    ("kind", "status", "body"), [(kind, *answer) for kind in KINDS for answer in kind.rejected], ids=str
)
async def test_it_drops_what_the_service_never_takes(kind: type[ServiceServer], status: int, body: bytes) -> None:
    async with running(kind) as server:
        server.will_answer((status, {}, body))
        with pytest.raises(RejectedError, match=f"{kind.service.name} answered {status}"):
            await _send(server)


@pytest.mark.parametrize(
    ("kind", "status", "body", "said"), [(kind, *answer) for kind in KINDS for answer in kind.gone], ids=str
)
async def test_it_is_unreachable_where_the_address_is_no_more(
    kind: type[ServiceServer], status: int, body: bytes, said: str
) -> None:
    async with running(kind) as server:
        server.will_answer((status, {}, body))
        with pytest.raises(UnreachableError, match=f"{kind.service.name} answered {status}") as failure:
            await _send(server)
        assert said in failure.value.reason


async def test_it_tells_no_secret_where_it_fails_and_logs_none(
    server: ServiceServer, caplog: pytest.LogCaptureFixture
) -> None:
    target = server.locked()
    caplog.set_level(logging.DEBUG)
    with pytest.raises(UnreachableError) as failure:
        await _send(server, target)
    secrets = [each for each in (target.url.removeprefix(server.receiver.url), target.token, target.chat_id) if each]
    assert [secret for secret in secrets if secret in failure.value.reason + caplog.text] == []


async def test_it_reaches_no_private_network(server: ServiceServer) -> None:
    with pytest.raises(UnreachableError, match="public internet"):
        await _transport(type(server)).send(_message(server, server.target()))
    assert server.receiver.received == []


@pytest.mark.parametrize("kind", KINDS)
async def test_it_is_unreachable_without_an_address(kind: type[ServiceServer]) -> None:
    with pytest.raises(UnreachableError, match=f"no address at {kind.service.name} is set"):
        await _transport(kind).send(message_of(ChannelChoices(kind.service.channel)))


async def test_a_worker_sends_and_switches_off_what_nobody_is_reached_by(
    rig: DeliveryRig, server: ServiceServer
) -> None:
    channel, locked = server.service.channel, server.locked()
    row = await sync_to_async(ServiceAddress.objects.create)(
        user=rig.user, channel=channel, **_columns(server.target())
    )
    rig.start()
    await rig.tell(channel, title="First")
    await rig.until_states(DeliveryState.SENT)
    await ServiceAddress.objects.filter(pk=row.pk).aupdate(**_columns(locked))
    await rig.tell(channel, title="Second")
    await rig.until_states(DeliveryState.SENT, DeliveryState.DEAD, DeliveryState.SENT, DeliveryState.SENT)
    assert len(server.published) == 1
    assert "First" in server.read()
    switch = await ChannelSwitch.objects.aget(user=rig.user)
    assert switch.channel == channel


def _columns(target: ServiceTarget) -> dict[str, str]:
    return {name: getattr(target, name) for name in target.__struct_fields__}
