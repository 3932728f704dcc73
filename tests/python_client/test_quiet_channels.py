"""Channels that had told nothing yet when the connection was lost, against a gateway of this process."""

import pytest

from tests.gateway.subscriptions.told_orders import order
from tests.python_client.gateway_tokens import token_of, user_made
from tests.serving import serving
from tests.waiting import until, until_answer
from tidewire_client import Dialect, TidewireClient
from tidewire_client.events import Event

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("dialect", list(Dialect))
async def test_what_is_told_first_while_one_was_away_is_heard(dialect: Dialect) -> None:
    ada = await user_made("ada")
    async with serving() as gateway:
        client = TidewireClient(gateway.socket_url, dialect=dialect, token=token_of(ada, 60))
        heard: list[Event] = []
        client.on("orders:me", heard.append)
        client.subscribe("orders:me")
        async with client:
            await until_answer(lambda: client.command("session.subscriptions"), {"channels": ["orders:me"]})
            await client.disconnect()
            await gateway.runtime.hub.publish(order(1, time=1), owner=str(ada.pk))
            await client.connect()
            await until(lambda: heard)
            assert await client.resumed("orders:me")
    assert [getattr(event, "id", event) for event in heard] == ["ord_1"]
