"""Name servers that never answer hold up only those who chose them."""

import socket
from collections.abc import AsyncIterator, Iterator

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from accounts.models import User
from alerts.deliveries.channels.web_push.vapid import new_private_key
from alerts.deliveries.errors import DeliveryFailedError
from alerts.deliveries.guarded_http import AllowedNetworks, post
from alerts.models import DeliveryState, PushSubscription, WebhookTarget
from alerts.preferences.preferences import Channel
from tests.alerts.deliveries.browsers import Browser
from tests.alerts.deliveries.http_receiver import HttpReceiver, http_receiver
from tests.alerts.deliveries.look_ups import TARPIT, NameTarpit, look_ups, name_tarpit
from tests.alerts.deliveries.notifying import DeliveryRig, draft_of, tell
from tests.alerts.deliveries.smtp_server import Mailbox
from tests.waiting import until

_USERS = 8  # with four webhooks each at a time: as many as the worker has room for


@pytest.fixture
def tarpit(monkeypatch: pytest.MonkeyPatch) -> Iterator[NameTarpit]:
    """Let the machine's resolver ask a name server that never answers."""
    with name_tarpit() as tarpit:
        monkeypatch.setattr(socket, "getaddrinfo", tarpit.getaddrinfo)
        yield tarpit


@pytest.fixture
async def service() -> AsyncIterator[HttpReceiver]:
    """Return a server on this machine."""
    async with http_receiver() as service:
        yield service


def _hostile_users() -> list[User]:
    """Make users whose webhooks' names nobody answers, and tell each of them so much."""
    users = [User.objects.create(username=f"eve{number}", email=f"{number}@x.example") for number in range(_USERS)]
    WebhookTarget.objects.bulk_create(
        WebhookTarget(user=user, url=f"http://{user.username}{TARPIT}/", secret="a secret") for user in users
    )
    tell(*[draft_of(user, Channel.WEBHOOK, title=f"{number}") for user in users for number in range(6)])
    return users


async def test_it_mails_and_pushes_while_no_look_up_of_webhooks_is_answered(
    rig: DeliveryRig, tarpit: NameTarpit, service: HttpReceiver, mailbox: Mailbox, settings: Settings
) -> None:
    settings.VAPID_PRIVATE_KEY = new_private_key()
    settings.DELIVERIES_LOOK_UP_SECONDS = settings.DELIVERIES_TIMEOUT_SECONDS = 600.0
    await sync_to_async(_hostile_users)()
    browser = Browser(f"http://localhost:{service.port}/push").subscription()
    await sync_to_async(PushSubscription.objects.create)(user=rig.user, endpoint=browser["endpoint"], **browser["keys"])
    rig.start()
    await until(lambda: tarpit.asking >= 6)
    await rig.tell(Channel.EMAIL, title="By mail")
    await rig.tell(Channel.WEB_PUSH, title="By push")
    await until(lambda: mailbox.mails and service.received)
    assert tarpit.asking == settings.DELIVERIES_LOOK_UPS
    assert (mailbox.mails[0]["Subject"], service.received[0].path) == ("By mail", "/push")


async def test_it_lets_a_user_look_up_only_so_many_names_at_a_time(
    rig: DeliveryRig, tarpit: NameTarpit, service: HttpReceiver, bob: User, settings: Settings
) -> None:
    settings.DELIVERIES_LOOK_UPS, settings.DELIVERIES_LOOK_UPS_PER_USER = 3, 2
    await WebhookTarget.objects.acreate(user=rig.user, url=f"http://ada{TARPIT}/", secret="a secret")
    await WebhookTarget.objects.acreate(user=bob, url=f"http://localhost:{service.port}/", secret="a secret")
    rig.start()
    for _ in range(4):
        await rig.tell(Channel.WEBHOOK)
    await until(lambda: tarpit.asking == 2)
    await sync_to_async(tell)(draft_of(bob, Channel.WEBHOOK))
    await rig.until_states(*[DeliveryState.SENDING] * 4, DeliveryState.SENT)
    assert (len(service.received), tarpit.asking) == (1, 2)


async def test_it_fails_and_is_tried_again_where_a_look_up_takes_too_long(tarpit: NameTarpit) -> None:
    asked = look_ups(seconds=0.05).of(1)
    with pytest.raises(DeliveryFailedError, match=r"could not be looked up: no answer within 0\.05 s"):
        await post(f"http://hook{TARPIT}/", b"", {}, allowed=AllowedNetworks(), look_up=asked, timeout_seconds=10.0)
    assert tarpit.asked == [f"hook{TARPIT}"]
