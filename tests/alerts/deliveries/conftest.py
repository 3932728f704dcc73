"""A delivery worker with its hub, users, and what they are told."""

from collections.abc import AsyncIterator, Iterator

import pytest
from asgiref.sync import sync_to_async
from channels.layers import InMemoryChannelLayer, channel_layers
from django.db import connections
from pytest_django import Settings

from accounts.models import User
from alerts.deliveries.wake_ups import wake_deliveries
from streaming.fan_out.hub import Hub
from streaming.installed import topic_registry
from tests.alerts.deliveries.notifying import DeliveryRig, confirmed_user
from tests.alerts.deliveries.smtp_server import Mailbox, smtp_server, use_server


@pytest.fixture(autouse=True)
def _settings(settings: Settings) -> None:
    """Reach this machine, retry soon, hash passwords by MD5, and let each test ask as often as it likes."""
    settings.DELIVERIES_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    settings.DELIVERIES_RETRY_SECONDS = 0.05
    settings.DELIVERIES_POLL_SECONDS = 0.05
    settings.DELIVERIES_TIMEOUT_SECONDS = 10.0
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.THROTTLE_NOTIFICATIONS = ""
    settings.THROTTLE_CHANNEL_TESTS = ""


@pytest.fixture
async def shared_database(transactional_db: None) -> AsyncIterator[None]:
    """Give asynchronous tests a database; their thread's connection is closed, or PostgreSQL couldn't drop it."""
    yield
    await sync_to_async(connections.close_all)()


@pytest.fixture
def layer() -> Iterator[InMemoryChannelLayer]:
    """Return the channel layer of this process, new for each test."""
    layer = InMemoryChannelLayer(capacity=1000)
    before = channel_layers["default"]
    channel_layers.set("default", layer)
    yield layer
    channel_layers.set("default", before)


@pytest.fixture
async def hub(layer: InMemoryChannelLayer) -> AsyncIterator[Hub]:
    """Return a started hub."""
    hub = Hub(layer, topic_registry(), linger=0)
    await hub.start()
    yield hub
    await hub.stop()


@pytest.fixture
def ada(db: None) -> User:
    """Return a user."""
    return confirmed_user("Ada")


@pytest.fixture
def bob(db: None) -> User:
    """Return another user."""
    return confirmed_user("Bob")


@pytest.fixture
async def rig(shared_database: None, hub: Hub) -> AsyncIterator[DeliveryRig]:
    """Return what tells users, with one worker that delivers."""
    user = await sync_to_async(confirmed_user)("Ada")
    rig = DeliveryRig(hub, user, wake_deliveries)
    yield rig
    await rig.stop()


@pytest.fixture
async def mailbox(settings: Settings) -> AsyncIterator[Mailbox]:
    """Return what a real mail server has taken."""
    mailbox = Mailbox()
    async with smtp_server(mailbox) as port:
        use_server(settings, port)
        yield mailbox
