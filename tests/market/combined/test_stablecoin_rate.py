"""What a stablecoin is worth where two sources tell it, one of which may lie."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Source
from streaming.market.combined.limits import CombiningLimits
from streaming.market.combined.quotes import DollarQuote
from streaming.market.combined.stablecoin_rate import StablecoinRate

LIMITS = CombiningLimits()
LIAR, HONEST = Source.KRAKEN, Source.COINBASE

prices = st.decimals(min_value="0.996", max_value="1.004", places=4)
lies = st.decimals(min_value="0.98", max_value="1.02", places=5) | st.decimals(min_value="0.00000001", max_value="1e12")
weights = st.decimals(min_value="0", max_value="1e12", places=4)


def quote(source: Source, price: Decimal | str, *, weight: Decimal | str = "1", age_ms: int = 0) -> DollarQuote:
    return DollarQuote(source=source, price=Decimal(price), weight=Decimal(weight), age_ms=age_ms)


def told(rate: StablecoinRate, *quotes: DollarQuote) -> str | None:
    found = rate.of(quotes)
    return None if found is None else str(found.price)


@given(prices, prices, st.lists(st.tuples(lies, weights), min_size=1, max_size=5))
def test_a_lie_moves_the_rate_by_a_per_cent_at_most(
    price: Decimal, agreed: Decimal, later: list[tuple[Decimal, Decimal]]
) -> None:
    rate = StablecoinRate(LIMITS)
    rate.of([quote(HONEST, price), quote(LIAR, agreed)])
    for lie, weight in later:
        found = rate.of([quote(HONEST, price), quote(LIAR, lie, weight=weight)])
        assert found is not None
        assert abs(found.price - price) <= price / 100


@pytest.mark.parametrize("lie", ["0.95", "1.05"])
def test_of_two_that_are_apart_the_one_nearer_to_what_they_agreed_on_counts(lie: str) -> None:
    rate = StablecoinRate(LIMITS)
    assert told(rate, quote(HONEST, "0.999"), quote(LIAR, "0.998", weight="3")) == "0.998"
    assert told(rate, quote(HONEST, "0.997"), quote(LIAR, lie, weight="1000")) == "0.997"
    assert told(rate, quote(HONEST, "0.996"), quote(LIAR, "0.997", weight="1000")) == "0.997"


def test_where_both_follow_a_stablecoin_that_falls_so_does_the_rate() -> None:
    rate = StablecoinRate(LIMITS)
    for cents in range(100, 86, -1):
        assert told(rate, quote(HONEST, f"{cents}e-2"), quote(LIAR, f"{cents}e-2")) == f"{cents / 100:.2f}"
    assert told(rate, quote(HONEST, "0.87"), quote(LIAR, "1.00", weight="1000")) == "0.87"


@pytest.mark.parametrize("agreed", [None, "1.00"])
def test_where_nobody_can_say_which_is_nearer_both_count_by_their_weight(agreed: str | None) -> None:
    rate = StablecoinRate(LIMITS)
    if agreed is not None:
        rate.of([quote(HONEST, agreed), quote(LIAR, agreed)])
    assert told(rate, quote(HONEST, "0.98"), quote(LIAR, "1.02", weight="2")) == "1.02"


def test_one_alone_counts_and_what_was_agreed_on_is_remembered() -> None:
    rate = StablecoinRate(LIMITS)
    rate.of([quote(HONEST, "1.00"), quote(LIAR, "1.00")])
    old = quote(HONEST, "1.00", age_ms=LIMITS.fresh_ms + 1)
    assert told(rate, old, quote(LIAR, "1.05")) == "1.05"
    assert told(rate, quote(HONEST, "1.00"), quote(LIAR, "1.05")) == "1.00"
    assert told(rate, old) is None


def test_it_is_as_old_as_the_oldest_that_counts() -> None:
    rate = StablecoinRate(LIMITS)
    for lie, age in (("1.00", 4_000), ("1.05", 300)):
        found = rate.of([quote(HONEST, "1.00", age_ms=300), quote(LIAR, lie, age_ms=4_000)])
        assert found is not None
        assert found.age_ms == age
