"""Topics that no app makes yet: refused in every dialect, to whoever may read them; never acknowledged and silent."""

import pytest

from alerts.events import Alert
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.dialects.control import ControlDialect
from streaming.gateway.dialects.market import MarketDialect
from streaming.gateway.dialects.trading import TradingDialect
from streaming.identity.identity import Identity
from streaming.installed import installed_declarations
from streaming.topics.kinds import owned_kind
from streaming.topics.registry import TopicRegistry
from tests.conformance.rows import row
from tests.gateway.subscribing import STAFF, USER, Sent, Site, site

PLANNED = ["vault:0xabc"]


def topics_to_come() -> TopicRegistry:
    """Return the topics of the platform, and one of users that no app makes."""
    to_come = owned_kind("vault", event=Alert, owners=None, name_of=str, is_planned=True)
    return TopicRegistry((to_come, *(kind for app in installed_declarations() for kind in app.topics)))


async def told(here: Site, channel: str, identity: Identity | None, dialect: Dialect | None = None) -> Sent:
    """Return the answer to a subscription."""
    client = here.client(identity, dialect)
    await client.subscribe(channel)
    return (await client.took(1))[0]


@row("TP-39")
@pytest.mark.parametrize("channel", PLANNED)
async def test_it_says_in_every_dialect_that_a_topic_is_not_available_yet(channel: str) -> None:
    async with site(registry=topics_to_come()) as here:
        for kind in (MarketDialect, TradingDialect, ControlDialect):
            frame = await told(here, channel, USER, kind(here.clock))
            said = {**frame, **frame.get("data", {})}  # each dialect puts them where it does
            assert (frame["type"], said["channel"], said["code"]) == ("error", channel, "unavailable"), kind
            assert said["message"] == f"{channel} is not available yet"


@row("TP-39")
async def test_it_asks_first_whether_one_may_read_it() -> None:
    async with site(registry=topics_to_come()) as here:
        for channel in PLANNED:
            assert (await told(here, channel, None))["data"]["code"] == "authentication_required", channel
        assert (await told(here, "strategy.a.nonsense", USER))["data"]["code"] == "unknown_channel"


@row("TP-39")
async def test_it_acknowledges_a_pattern_of_which_something_is_there() -> None:
    async with site(registry=topics_to_come()) as here:
        for channel, identity in (("system.*", USER), ("*", STAFF), ("notifications", USER), ("alerts", USER)):
            assert (await told(here, channel, identity))["type"] == "subscribed", channel
        assert (await told(here, "*", USER))["data"]["code"] == "forbidden"
