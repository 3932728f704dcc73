"""Who may read a channel that staff broadcast to."""

import pytest

from alerts.notifications.audience import Audience, audience_of


@pytest.mark.parametrize(
    "channel",
    [
        "notifications",
        "alerts",
        "price:BTCUSDT",
        "klines:BTCUSDT:1m",
        "market:overview",
        "price:BTC-USD",
        "system.health",
        "system.*",
        "grid.*",
        "grid.*.order",
        "blocks:ethereum",
    ],
)
def test_it_is_everybody_for_what_everybody_may_read(channel: str) -> None:
    assert audience_of(channel) is Audience.EVERYBODY


@pytest.mark.parametrize("channel", ["ops.gateways", "ops.*", "*"])
def test_it_is_staff_for_what_only_staff_may_read(channel: str) -> None:
    assert audience_of(channel) is Audience.STAFF


@pytest.mark.parametrize(
    "channel",
    ["portfolio:me", "orders:7", "account:7", "wallet:0xAB", "tx:0xAB", "grid.7.order", "backtest.7.*", "", "nonsense",
     "notifications:7", "price:", "klines:BTCUSDT:2m"],
)  # fmt: skip
def test_it_is_nobody_for_what_is_one_users_or_does_not_exist(channel: str) -> None:
    assert audience_of(channel) is None
