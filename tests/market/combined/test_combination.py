"""Combined prices, and what a source that lies can do to them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Source
from streaming.market.combined.combination import Combination, Standing, combined
from streaming.market.combined.limits import CombiningLimits
from streaming.market.combined.quotes import DollarQuote, Quote, in_dollars
from streaming.market.combined.weighted_median import weighted_median

LIMITS = CombiningLimits()
SOURCES = (Source.BINANCE, Source.KRAKEN, Source.SIMULATOR)
"""Any three do."""
LIAR, *HONEST = SOURCES
TRUE = Decimal("60000.01")

weights = st.decimals(min_value="0.0001", max_value="100000", places=4)
noises = st.decimals(min_value="-0.004", max_value="0.004", places=6)
"""Honest sources agree within less than a per cent."""
lies = st.decimals(min_value="0.00000001", max_value="1e12", places=8)


def quote(source: Source, price: Decimal | str, *, weight: Decimal | str = "1", age_ms: int = 0) -> DollarQuote:
    return DollarQuote(source=source, price=Decimal(price), weight=Decimal(weight), age_ms=age_ms)


def standings(told: Combination) -> dict[Source, Standing]:
    return {one.source: one.standing for one in told.sources}


@st.composite
def honest_quotes(draw: st.DrawFn) -> list[DollarQuote]:
    """Return what honest sources say of the same market."""
    return [quote(source, TRUE * (1 + draw(noises)), weight=draw(weights)) for source in HONEST]


def bounds(honest: list[DollarQuote], weight: Decimal) -> tuple[Decimal, Decimal]:
    """Return between which honest prices the median can be moved by a lie of this weight, by exact fractions."""
    total = sum(Fraction(one.weight) for one in honest)
    reach = Fraction(weight)

    def price_at(ordered: list[DollarQuote]) -> Decimal:
        passed = Fraction(0)
        for one in ordered:
            passed += Fraction(one.weight)
            if passed >= (total - reach) / 2:
                return one.price
        return ordered[-1].price

    ascending = sorted(honest, key=lambda one: one.price)
    return price_at(ascending), price_at(ascending[::-1])


@given(honest_quotes(), lies, st.decimals(min_value="0.0001", max_value="0.9999", places=4))
def test_a_lie_moves_the_price_by_no_more_than_its_weight(
    honest: list[DollarQuote], lie: Decimal, share: Decimal
) -> None:
    weight = sum(one.weight for one in honest) * share
    told = combined([*honest, quote(LIAR, lie, weight=weight)], LIMITS)
    lowest, highest = bounds(honest, weight)
    assert told.price is not None
    assert lowest <= told.price <= highest


@given(honest_quotes(), st.sampled_from(["0.95", "1.05"]), weights)
def test_a_source_that_is_shifted_is_left_out_however_large_it_says_its_volume_is(
    honest: list[DollarQuote], shift: str, weight: Decimal
) -> None:
    told = combined([*honest, quote(LIAR, TRUE * Decimal(shift), weight=weight)], LIMITS)
    if standings(told)[LIAR] is Standing.USED:  # only where the honest ones are as far from each other
        first, second = sorted(one.price for one in honest)
        assert (second - first) * LIMITS.deviations >= TRUE * Decimal("0.04")
    else:
        assert told.price == weighted_median([(one.price, one.weight) for one in honest])


@given(honest_quotes(), lies, weights, st.integers(min_value=LIMITS.fresh_ms + 1))
def test_a_source_that_has_fallen_silent_moves_nothing(
    honest: list[DollarQuote], lie: Decimal, weight: Decimal, age: int
) -> None:
    told = combined([*honest, quote(LIAR, lie, weight=weight, age_ms=age)], LIMITS)
    assert told.price == combined(honest, LIMITS).price
    assert standings(told)[LIAR] is Standing.OLD


@given(honest_quotes())
def test_a_source_that_repeats_an_old_price_is_left_out_once_the_market_has_moved(honest: list[DollarQuote]) -> None:
    frozen = quote(LIAR, TRUE * Decimal("0.9"))
    told = combined([*honest, frozen], LIMITS)
    assert told.price is not None
    assert min(one.price for one in honest) <= told.price <= max(one.price for one in honest)


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_a_clock_that_went_back_makes_nothing_younger_than_new(now: int) -> None:
    told = in_dollars(Quote(source=LIAR, quote_asset="USD", price=TRUE, volume=Decimal(1), heard_at=0), {}, now_ms=now)
    assert told is not None
    assert told.age_ms == max(0, now)


@given(st.lists(st.tuples(lies, weights), min_size=1, max_size=9))
def test_no_more_than_half_of_the_weight_lies_on_either_side_of_the_median(
    values: list[tuple[Decimal, Decimal]],
) -> None:
    median, total = weighted_median(values), sum(weight for _, weight in values)
    assert sum(weight for value, weight in values if value < median) * 2 <= total
    assert sum(weight for value, weight in values if value > median) * 2 <= total


def test_values_without_any_weight_count_alike() -> None:
    assert weighted_median([(Decimal(value), Decimal(0)) for value in (1, 2, 7)]) == 2
    with pytest.raises(ValueError, match="no median of nothing"):
        weighted_median([])


def test_it_names_its_sources_and_says_that_one_is_left() -> None:
    told = combined([quote(Source.KRAKEN, "2"), quote(Source.BINANCE, "1", age_ms=LIMITS.fresh_ms + 1)], LIMITS)
    assert (told.price, told.is_single, told.is_stale) == (Decimal(2), True, False)
    assert [(one.source, one.age_ms) for one in told.sources] == [(Source.BINANCE, 10_001), (Source.KRAKEN, 0)]
    assert standings(told) == {Source.BINANCE: Standing.OLD, Source.KRAKEN: Standing.USED}


def test_where_none_is_fresh_it_is_stale_and_the_youngest_there_was() -> None:
    told = combined([quote(Source.KRAKEN, "2", age_ms=99_000), quote(Source.BINANCE, "1", age_ms=98_000)], LIMITS)
    assert (told.price, told.is_single, told.is_stale) == (Decimal(1), False, True)
    nothing = combined([], LIMITS)
    assert (nothing.price, nothing.sources, nothing.is_stale) == (None, (), True)


def test_of_two_none_is_left_out_for_nobody_can_say_which_is_wrong() -> None:
    told = combined([quote(Source.KRAKEN, "100", weight="2"), quote(Source.BINANCE, "50")], LIMITS)
    assert (told.price, told.is_single) == (Decimal(100), False)


def test_a_stablecoin_counts_for_what_it_costs_and_is_as_old_as_its_rate() -> None:
    of_coin = Quote(source=LIAR, quote_asset="USDT", price=Decimal("60000.00"), volume=Decimal(3), heard_at=900)
    rate = quote(Source.KRAKEN, "0.9985", age_ms=4_000)
    told = in_dollars(of_coin, {"USDT": rate}, now_ms=1_000)
    assert told is not None
    assert (str(told.price), told.age_ms, told.weight) == ("59910.000000", 4_000, Decimal(3))


@pytest.mark.parametrize(
    ("asset", "price"), [("USDT", "60000"), ("EUR", "60000"), ("USD", "0"), ("USD", "-1"), ("USD", "NaN")]
)
def test_what_has_no_price_in_dollars_is_no_source(asset: str, price: str) -> None:
    told = Quote(source=LIAR, quote_asset=asset, price=Decimal(price), volume=Decimal(1), heard_at=0)
    assert in_dollars(told, {"EUR": quote(LIAR, "1.1")}, now_ms=0) is None
