"""The numbers and addresses of the rules: what the settings are where nobody changes them."""

import pytest

from streaming.events import Interval
from streaming.market.gaps.limits import GapLimits
from streaming.market.publishing.limits import PublishingLimits
from streaming.market.upstream.limits import ConnectionLimits
from streaming.market.upstream.reconnecting import ReconnectLimits
from streaming.market.upstream.renewal import RenewalLimits
from streaming.market.upstream.shards import ShardLimits
from streaming.market.upstream.silence import SilenceLimits
from streaming.market.upstream.subscriptions.stream_subscriptions import SubscriptionLimits
from streaming.simulator.candles.candles import INTERVALS
from streaming.simulator.streams.connection_life import ConnectionLimits as AllowedLimits
from tests.exchange_rules.defaults import all_defaults, default_of
from tests.exchange_rules.rules import rule

_DAY = 24 * 3600.0


@rule("1.1.2", "1.1.3", "3.1")
def test_it_asks_the_hosts_of_market_data_first() -> None:
    assert default_of("EXCHANGE_STREAM_URLS") == [
        "wss://data-stream.binance.vision",
        "wss://stream.binance.com:443",
        "wss://stream.binance.com:9443",
    ]
    assert default_of("EXCHANGE_REST_URL") == "https://data-api.binance.vision"
    assert default_of("EXCHANGE_REST_FALLBACK_URLS") == ["https://api.binance.com", "https://api-gcp.binance.com"]


@rule("1.1.3", "1.1.4", "1.1.5", "1.4.13")
@pytest.mark.parametrize("part", ["ws-api", "testnet", "//demo-", "fstream", "listenKey"])
def test_it_names_no_testnet_no_demo_mode_and_nothing_for_orders(part: str) -> None:
    assert [name for name, value in all_defaults().items() if part in str(value)] == []


@pytest.mark.parametrize(
    ("name", "limit", "number"),
    [
        ("BRIDGE_CANARY_STREAM", SilenceLimits().canary, "btcusdt@ticker"),
        ("BRIDGE_LINGER_SECONDS", SubscriptionLimits().linger, 30.0),
        ("BRIDGE_LIST_INTERVAL_SECONDS", SubscriptionLimits().inventory_interval, 300.0),
        ("BRIDGE_PREFERRED_RETRY_SECONDS", RenewalLimits().preferred_retry, 300.0),
        ("BRIDGE_RENEW_AFTER_SECONDS", RenewalLimits().age, 23 * 3600.0),
        ("BRIDGE_SEND_INTERVAL_SECONDS", ConnectionLimits().send_interval, 0.35),
        ("BRIDGE_STREAMS_PER_CONNECTION", ShardLimits().streams, 900),
        ("DEMAND_INTERVAL_SECONDS", 5.0, 5.0),
        ("DEMAND_LEASE_SECONDS", 20.0, 20.0),
        ("EXCHANGE_RATE_LIMIT_WAIT_SECONDS", ReconnectLimits().rate_limit_wait, 60.0),
        ("EXCHANGE_REST_WEIGHT_PER_MINUTE", 1200, 1200),
        ("GAP_CANDLE_LATE_SECONDS", GapLimits().candle_late, 5.0),
        ("PUBLISH_STALE_SECONDS", 10.0, 10.0),
    ],
)
@rule("1.2.6", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.9")
def test_its_settings_are_the_numbers_of_the_rules(name: str, limit: object, number: object) -> None:
    assert default_of(name) == limit == number


@rule("1.2.8", "3.3", "3.4", "3.5", "3.6", "3.8")
def test_its_other_limits_are_the_numbers_of_the_rules() -> None:
    asked, renewal, silence = SubscriptionLimits(), RenewalLimits(), SilenceLimits()
    reconnect, publishing = ReconnectLimits(), PublishingLimits()
    assert (asked.names_per_frame, asked.bytes_per_frame, asked.answer_timeout, asked.attempts) == (100, 4096, 10.0, 3)
    assert (reconnect.base, reconnect.maximum, reconnect.stable_after) == (0.5, 30.0, 60.0)
    assert (renewal.jitter, renewal.ready_within, renewal.drain) == (900.0, 30.0, 2.0)
    assert (silence.frames, silence.data, silence.stream) == (75.0, 15.0, 15.0)
    assert (publishing.depth, publishing.trades, publishing.price, publishing.waiting_trades) == (0.1, 0.1, 0.25, 1000)


@rule("1.2.1")
def test_its_oldest_connection_is_renewed_before_the_exchange_would_end_it() -> None:
    renewal = RenewalLimits()
    assert renewal.age + renewal.jitter + renewal.ready_within < AllowedLimits().lifetime == _DAY


@rule("1.2.3", "1.2.6", "3.10")
def test_the_simulator_allows_what_the_exchange_allows() -> None:
    allowed = AllowedLimits()
    assert (allowed.ping_interval, allowed.messages_a_second) == (20.0, 5)
    assert 60.0 <= allowed.pong_timeout <= 86.0


@rule("1.4.12")
def test_it_knows_the_sixteen_intervals_of_the_exchange() -> None:
    assert {one.value for one in Interval} == set(INTERVALS)
    assert len(INTERVALS) == 16
