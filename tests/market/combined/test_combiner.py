"""From tickers to combined prices: rates of stablecoins, what is fresh, and sources that lie."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import CombinedPrice, LeftOut, Source
from streaming.market.combined.combiner import Combiner
from streaming.market.combined.limits import CombiningLimits
from streaming.market.combined.symbols import SourceMarket, combined_markets
from tests.market.combined.tickers import ticker

BINANCE = SourceMarket(Source.BINANCE, "BTCUSDT", "USDT")
KRAKEN = SourceMarket(Source.KRAKEN, "BTC/USD", "USD")
COINBASE = SourceMarket(Source.COINBASE, "BTC-USD", "USD")
KRAKEN_RATE = SourceMarket(Source.KRAKEN, "USDT/USD", "USD")
COINBASE_RATE = SourceMarket(Source.COINBASE, "USDT-USD", "USD")
MARKETS = combined_markets(
    ["BTC-USD"],
    ["USDT-USD=USDT/USD@kraken+USDT-USD@coinbase"],
    sources=(Source.BINANCE, Source.KRAKEN, Source.COINBASE),
)
TIME = 1_700_000_000_000


@pytest.fixture
def combiner() -> Combiner:
    """Return one that has heard nothing yet."""
    return Combiner(MARKETS, CombiningLimits(), simulated=False)


def price_at(combiner: Combiner, now: int) -> CombinedPrice:
    return combiner.values(now=now, time=TIME)["BTC-USD"].price


def told_sources(price: CombinedPrice) -> dict[str, tuple[str | None, bool, str | None]]:
    """Return by name the price, whether it was used, and why not."""
    return {
        one.name: (
            None if one.price is None else str(one.price),
            one.used,
            one.reason.value if isinstance(one.reason, LeftOut) else None,
        )
        for one in price.sources
    }


def test_it_tells_no_price_before_any_source_has(combiner: Combiner) -> None:
    assert combiner.values(now=0, time=TIME) == {}


def test_it_values_a_stablecoin_by_its_own_rate(combiner: Combiner) -> None:
    combiner.hear(BINANCE, ticker(BINANCE, "100000"), now=0)
    combiner.hear(KRAKEN_RATE, ticker(KRAKEN_RATE, "0.999"), now=0)
    price = price_at(combiner, 500)
    assert (price.price, price.is_single, price.stale, price.source) == (Decimal(99900), True, False, Source.COMBINED)
    assert price.time == TIME


@pytest.mark.parametrize("rate_at", [None, -10_500])
def test_it_leaves_out_a_source_whose_stablecoin_has_no_fresh_rate(combiner: Combiner, rate_at: int | None) -> None:
    if rate_at is not None:
        combiner.hear(KRAKEN_RATE, ticker(KRAKEN_RATE, "1"), now=rate_at)
    combiner.hear(BINANCE, ticker(BINANCE, "120000", volume="1000"), now=0)
    combiner.hear(KRAKEN, ticker(KRAKEN, "100000"), now=0)
    price = price_at(combiner, 20)
    assert (price.price, price.is_single) == (Decimal(100000), True)
    assert told_sources(price) == {"binance": (None, False, "no_rate"), "kraken": ("100000", True, None)}


def test_it_says_which_sources_were_used_and_how_old_they_are(combiner: Combiner) -> None:
    combiner.hear(KRAKEN_RATE, ticker(KRAKEN_RATE, "1"), now=900)
    combiner.hear(BINANCE, ticker(BINANCE, "100050"), now=1_000)
    combiner.hear(KRAKEN, ticker(KRAKEN, "100000"), now=1_100)
    combiner.hear(COINBASE, ticker(COINBASE, "105000"), now=1_200)
    price = price_at(combiner, 1_300)
    assert told_sources(price) == {
        "binance": ("100050", True, None),
        "kraken": ("100000", True, None),
        "coinbase": ("105000", False, "outlier"),
    }
    assert [one.age_ms for one in price.sources] == [400, 200, 100]
    assert (price.price, price.is_single) == (Decimal(100025), False)


def test_a_source_that_falls_silent_is_left_out_and_the_last_one_makes_it_stale(combiner: Combiner) -> None:
    combiner.hear(KRAKEN, ticker(KRAKEN, "100000"), now=0)
    combiner.hear(COINBASE, ticker(COINBASE, "100100"), now=5_000)
    alone = price_at(combiner, 10_001)
    assert (alone.price, alone.is_single, alone.stale) == (Decimal(100100), True, False)
    assert told_sources(alone)["kraken"] == ("100000", False, "old")
    nobody = price_at(combiner, 15_001)
    assert (nobody.price, nobody.is_single, nobody.stale) == (Decimal(100100), False, True)


@pytest.mark.parametrize("mark", ["stale", "repaired"])
def test_what_is_told_once_more_makes_nothing_fresh(combiner: Combiner, mark: str) -> None:
    combiner.hear(KRAKEN, ticker(KRAKEN, "100000"), now=0)
    assert not combiner.hear(
        KRAKEN, ticker(KRAKEN, "100000", stale=mark == "stale", repaired=mark == "repaired"), now=10_500
    )
    assert price_at(combiner, 10_500).stale


def test_what_is_simulated_counts_only_where_the_market_is() -> None:
    own = SourceMarket(Source.SIMULATOR, "BTCUSDT", "USDT")
    markets = combined_markets(["BTC-USD"], ["USDT-USD=USDT/USD@kraken"], sources=(Source.SIMULATOR, Source.KRAKEN))
    for simulated in (False, True):
        combiner = Combiner(markets, CombiningLimits(), simulated=simulated)
        assert combiner.hear(own, ticker(own, "90000"), now=0) is simulated
        combiner.hear(KRAKEN_RATE, ticker(KRAKEN_RATE, "1"), now=0)
        combiner.hear(KRAKEN, ticker(KRAKEN, "90000"), now=0)
        price = price_at(combiner, 0)
        assert (price.simulated, len(price.sources)) == (simulated, 1 + simulated)


@given(
    st.decimals(min_value="0.00000001", max_value="1e12", places=8),
    st.sampled_from([KRAKEN_RATE, COINBASE, KRAKEN]),
    st.integers(min_value=-(10**15), max_value=10**15),
)
def test_a_source_that_lies_never_takes_the_price_beyond_what_the_others_say(
    lie: Decimal, liar: SourceMarket, clock: int
) -> None:
    """Kraken lies of its price or of the stablecoin, Coinbase of its price; each weighs less than the others do."""
    combiner = Combiner(MARKETS, CombiningLimits(), simulated=False)
    honest = {BINANCE: "100000", KRAKEN: "100010", COINBASE: "99990", KRAKEN_RATE: "1", COINBASE_RATE: "1"}
    for market, price in honest.items():
        combiner.hear(market, ticker(market, price), now=0)
    combiner.hear(liar, msgspec.structs.replace(ticker(liar, lie), time=clock), now=0)
    assert Decimal(99990) <= price_at(combiner, 10).price <= Decimal(100010)
