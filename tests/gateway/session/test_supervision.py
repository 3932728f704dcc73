"""What changes of a user mean for who is connected already, whether or not anybody was told to close."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest
from django.utils import timezone
from pytest_django import Settings
from websockets.asyncio.client import connect

from accounts.models import EndedLogin, User
from tests.gateway import authenticators
from tests.gateway.login.conversations import CONTROL, ask, end_of, frame_of, token_of, user
from tests.serving import serving
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _ask_often(settings: Settings) -> None:
    settings.WS_USER_CHECK_SECONDS = 0.05


async def log_out(ada: User) -> None:
    """Count a log-out of which nobody is told, as while the channel layer is away."""
    await User.objects.filter(pk=ada.pk).aupdate(token_generation=1)


async def end_login(ada: User) -> None:
    await EndedLogin.objects.acreate(login_id="ada-1", user=ada, expires_at=timezone.now())


async def deactivate(ada: User) -> None:
    await User.objects.filter(pk=ada.pk).aupdate(is_active=False)


async def delete(ada: User) -> None:
    await User.objects.filter(pk=ada.pk).adelete()


CHANGES = [
    (log_out, "Logged out"),
    (end_login, "Logged out"),
    (deactivate, "User deactivated"),
    (delete, "User deactivated"),
]


@pytest.mark.parametrize(("change", "reason"), CHANGES)
async def test_it_ends_connections_though_no_order_to_close_came(
    change: Callable[[User], Awaitable[None]], reason: str
) -> None:
    async with serving() as gateway:
        ada, bob = await user(), await user("bob")
        async with (
            connect(f"{gateway.socket_url}/trading?token={token_of(ada, sid='ada-1')}") as one,
            connect(f"{gateway.socket_url}?token={token_of(bob)}") as other,
            connect(gateway.socket_url) as anonymous,
        ):
            await change(ada)
            assert await end_of(one) == (4401, reason)
            for still_there in (other, anonymous):
                await frame_of(still_there)
                assert (await ask(still_there, type="ping"))["type"] == "pong"


@pytest.mark.parametrize(("change", "reason"), CHANGES)
@pytest.mark.parametrize("by_frame", [False, True])
async def test_it_ends_a_connection_whose_login_was_checked_while_the_user_changed(
    settings: Settings, change: Callable[[User], Awaitable[None]], reason: str, by_frame: bool
) -> None:
    settings.GATEWAY_AUTHENTICATOR = "tests.gateway.authenticators.answers_late"
    late = authenticators.Late()
    async with serving() as gateway:
        ada = await user()
        token = token_of(ada, sid="ada-1")
        url = gateway.socket_url if by_frame else f"{gateway.socket_url}?token={token}"
        connecting = asyncio.ensure_future(connect(url, **CONTROL).__aenter__())
        if by_frame:
            await (await connecting).send(json.dumps({"type": "auth", "token": token}))
        await late.has_looked.wait()
        await change(ada)
        late.may_answer.set()
        assert await end_of(await connecting) == (4401, reason)


async def test_the_end_of_a_login_leaves_the_users_other_connections() -> None:
    async with serving() as gateway:
        ada = await user()
        async with (
            connect(f"{gateway.socket_url}?token={token_of(ada, sid='ada-1')}") as one,
            connect(f"{gateway.socket_url}?token={token_of(ada, sid='ada-2')}") as other,
        ):
            await end_login(ada)
            assert await end_of(one) == (4401, "Logged out")
            await frame_of(other)
            assert (await ask(other, type="ping"))["type"] == "pong"


async def test_rights_that_are_taken_away_are_gone_at_once_and_nothing_else_is() -> None:
    async with serving() as gateway:
        ada = await user(is_staff=True)
        async with connect(f"{gateway.socket_url}?token={token_of(ada)}") as one:
            await frame_of(one)
            for channel in ("notifications", "ops.gateways", "*"):
                await one.send(json.dumps({"type": "subscribe", "channel": channel}))
            await User.objects.filter(pk=ada.pk).aupdate(is_staff=False)
            refused: list[tuple[str, str]] = []
            async with asyncio.timeout(10):
                while len(refused) < 2:
                    frame = json.loads(await one.recv())
                    refused += [(frame["channel"], frame["data"]["code"])] if frame["type"] == "error" else []
            assert refused == [("ops.gateways", "forbidden"), ("*", "forbidden")]
            [session] = gateway.runtime.sessions
            assert session.subscriptions.channels == ("notifications",)


async def test_rights_that_are_given_count_at_once() -> None:
    async with serving() as gateway:
        ada = await user()
        async with connect(f"{gateway.socket_url}?token={token_of(ada)}") as one:
            await frame_of(one)
            await User.objects.filter(pk=ada.pk).aupdate(is_staff=True)
            [session] = gateway.runtime.sessions
            await until(lambda: session.identity is not None and session.identity.is_staff)
            assert (await ask(one, type="subscribe", channel="ops.gateways"))["type"] == "subscribed"


async def test_it_goes_on_after_a_database_that_was_away_and_after_a_fault(settings: Settings) -> None:
    settings.GATEWAY_USER_STANDING = "tests.gateway.authenticators.standing_after_faults"
    authenticators.faults = 4
    async with serving() as gateway, connect(f"{gateway.socket_url}?token={token_of(await user())}") as one:
        assert await end_of(one) == (4401, "User deactivated")
    assert authenticators.faults == 0
