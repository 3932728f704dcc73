"""Names of channels and wildcards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.topics.patterns import any_of
from tidewire_client.channels.patterns import is_wildcard, matches

SEGMENTS = st.sampled_from(["grid", "a", "b", "order", "*"])


@pytest.mark.parametrize(
    ("pattern", "channel", "is_match"),
    [
        ("price:BTCUSDT", "price:BTCUSDT", True),
        ("price:BTCUSDT", "price:ETHUSDT", False),
        ("price:*", "price:BTCUSDT", True),
        ("price:*", "ticker:BTCUSDT", False),
        ("price:*", "price:", True),
        ("klines:*:1m", "klines:BTCUSDT:1m", True),
        ("klines:*:1m", "klines:BTCUSDT:5m", False),
        ("klines:*", "klines:BTCUSDT:1m", True),
        ("*:BTCUSDT", "price:BTCUSDT", True),
        ("grid.*", "grid.abc.status", True),
        ("grid.*", "grid", False),
        ("grid.abc.*", "grid.abc.status", True),
        ("grid.*.status", "grid.abc.status", True),
        ("grid.*.status", "grid.abc.def.status", False),
        ("*", "notifications", True),
        ("*", "grid.abc.status", True),
        ("price.*", "price:BTCUSDT", True),
        ("klines.*:1m", "klines:BTCUSDT.1m", True),
        ("price.BTCUSDT", "price:BTCUSDT", False),
        ("a+b", "aab", False),
        ("*", "line\nbreak", True),
    ],
)
def test_a_last_star_is_everything_below_and_an_inner_one_a_segment(pattern: str, channel: str, is_match: bool) -> None:
    assert matches(pattern, channel) is is_match


def test_a_star_within_a_segment_is_none() -> None:
    assert not is_wildcard("price:BTC*")
    assert matches("price:BTC*", "price:BTC*")
    assert not matches("price:BTC*", "price:BTCUSDT")


@given(
    st.lists(SEGMENTS, min_size=1, max_size=4),
    st.lists(st.sampled_from(["grid", "a", "b", "order"]), min_size=1, max_size=4),
)
def test_dotted_names_match_as_they_do_in_the_gateway(pattern: list[str], name: list[str]) -> None:
    ours, channel = ".".join(pattern), ".".join(name)
    assert matches(ours, channel) is (any_of([ours]).fullmatch(channel) is not None)
