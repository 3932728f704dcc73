import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from streaming.connections.closing import (
    ClosingListener,
    ClosingOrder,
    close_connections_of,
    close_connections_of_sync,
)
from streaming.gateway.runtime import current_runtime, stop_current_runtime
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


async def test_every_gateway_hears_an_order_from_wherever_it_comes() -> None:
    heard: list[ClosingOrder] = []
    runtime = await current_runtime()
    await ClosingListener(heard.append).start(runtime.hub)
    await close_connections_of("7", "Logged out", before_generation=3)
    await sync_to_async(close_connections_of_sync)("8", "User deactivated")
    await until(lambda: len(heard) == 2)
    await stop_current_runtime()
    assert heard == [
        ClosingOrder(user_id="7", reason="Logged out", before_generation=3),
        ClosingOrder(user_id="8", reason="User deactivated"),
    ]


def test_it_does_not_fail_where_the_layer_is_away(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": ["redis://127.0.0.1:1/0"]},
        }
    }
    close_connections_of_sync("7", "Logged out")
    assert "the gateways could not be told to close connections" in caplog.text
