"""What settings say is combined, and what they can't say."""

import pytest
from django.core.management.base import CommandError
from pytest_django import Settings

from streaming.events import Source
from streaming.management.running import check_start
from streaming.market.combined.symbols import (
    CombinedMarkets,
    CombinedSymbol,
    CombinedSymbolsError,
    SourceMarket,
    combined_markets,
)
from streaming.market.selectors import symbol_fault
from streaming.market.sources.further_settings import further_settings

COINS = "DAI, FDUSD, PYUSD, TUSD, USDC, USDT"
RATES = ["USDT-USD=USDT/USD@kraken+USDT-USD@coinbase", "USDC-USD=USDC/USD@kraken"]
ALL = (Source.BINANCE, Source.KRAKEN, Source.COINBASE)


def read(*symbols: str, sources: tuple[Source, ...] = ALL, rates: list[str] = RATES) -> CombinedMarkets:
    return combined_markets(symbols, rates, sources=sources)


def test_a_symbol_is_made_of_each_sources_market_against_dollars_where_it_names_none() -> None:
    told = read("BTC-USD")
    assert told.symbols == (
        CombinedSymbol(
            "BTC-USD",
            (
                SourceMarket(Source.BINANCE, "BTCUSDT", "USDT"),
                SourceMarket(Source.KRAKEN, "BTC/USD", "USD"),
                SourceMarket(Source.COINBASE, "BTC-USD", "USD"),
            ),
        ),
    )


def test_a_symbol_is_made_of_the_markets_that_it_names() -> None:
    [symbol] = read("SOL-USD=SOLUSDC@binance+SOL/USDT@kraken").symbols
    assert [(one.source, one.symbol, one.quote_asset) for one in symbol.markets] == [
        (Source.BINANCE, "SOLUSDC", "USDC"),
        (Source.KRAKEN, "SOL/USDT", "USDT"),
    ]


def test_it_asks_for_rates_that_are_needed_of_sources_that_are_read() -> None:
    assert [(rate.symbol, len(rate.markets)) for rate in read("BTC-USD").rates] == [("USDT-USD", 2)]
    [rate] = read("BTC-USD", sources=(Source.BINANCE, Source.KRAKEN)).rates
    assert [market.symbol for market in rate.markets] == ["USDT/USD"]
    assert not read("BTC-USD=BTC/USD@kraken").rates
    assert read() == CombinedMarkets((), ())


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("BTCUSD", "'BTCUSD' is no symbol like BTC-USD"),
        ("", "'' is no symbol like BTC-USD"),
        ("btc-usd", "'btc-usd' is no symbol like BTC-USD"),
        ("BTC-USD=", "BTC-USD=: '' is no market like BTC/USD@kraken"),
        ("BTC-USD=BTC/USD@mars", "BTC-USD=BTC/USD@mars: 'BTC/USD@mars' is no market like BTC/USD@kraken"),
        (
            "BTC-USD=ETH/USD@kraken",
            f"BTC-USD=ETH/USD@kraken: 'ETH/USD' is no market of BTC against USD or one of {COINS}",
        ),
        (
            "BTC-USD=BTC/EUR@kraken",
            f"BTC-USD=BTC/EUR@kraken: 'BTC/EUR' is no market of BTC against USD or one of {COINS}",
        ),
        ("BTC-USD=BTC/USD@kraken+BTC/USDT@kraken", "BTC-USD=BTC/USD@kraken+BTC/USDT@kraken: kraken is named twice"),
    ],
)
def test_it_refuses_what_names_no_price(entry: str, message: str) -> None:
    with pytest.raises(CombinedSymbolsError) as refused:
        read(entry)
    assert str(refused.value) == message


def test_it_refuses_a_source_that_is_not_read() -> None:
    with pytest.raises(CombinedSymbolsError, match=r"coinbase isn't read; EXCHANGE_SOURCE .* name binance, kraken$"):
        read("BTC-USD=BTC-USD@coinbase", sources=(Source.BINANCE, Source.KRAKEN))


def test_it_refuses_a_symbol_of_which_no_source_counts() -> None:
    with pytest.raises(CombinedSymbolsError, match=r"no source counts, .* tells what USDT is worth"):
        read("BTC-USD", sources=(Source.BINANCE,))


def test_it_refuses_a_name_that_the_deployments_exchange_has_itself() -> None:
    with pytest.raises(CombinedSymbolsError, match="coinbase, which is EXCHANGE_SOURCE, has a symbol of that name"):
        read("BTC-USD", sources=(Source.COINBASE, Source.KRAKEN))


def test_it_refuses_a_symbol_twice() -> None:
    with pytest.raises(CombinedSymbolsError, match="COMBINED_SYMBOLS: BTC-USD is named twice"):
        read("BTC-USD", "BTC-USD=BTC/USD@kraken")


@pytest.mark.parametrize(
    ("rate", "message"),
    [
        ("BTC-USD=BTC/USD@kraken", "BTC is none of the stablecoins"),
        ("USDT-USD=USDT/USDC@kraken", "a stablecoin's rate is made of markets against USD alone"),
        ("USDT", "'USDT' is no symbol like BTC-USD"),
    ],
)
def test_it_refuses_rates_that_are_none(rate: str, message: str) -> None:
    with pytest.raises(CombinedSymbolsError, match=message):
        read("BTC-USD", rates=[rate])


def test_no_process_starts_with_what_cannot_be_combined(settings: Settings) -> None:
    settings.EXCHANGE_SOURCE, settings.EXCHANGE_FURTHER_SOURCES = "binance", ["kraken"]
    settings.COMBINED_SYMBOLS = ["BTC-USD=BTC-USD@coinbase"]
    with pytest.raises(CommandError, match=r"^COMBINED_SYMBOLS, COMBINED_RATES: .*: coinbase isn't read; "):
        check_start()
    settings.COMBINED_SYMBOLS = ["BTC-USD"]
    check_start()


def test_a_process_that_reads_a_further_market_combines_nothing() -> None:
    assert further_settings("coinbase")["COMBINED_SYMBOLS"] == []


def test_what_needs_a_symbol_of_the_exchange_says_what_a_combined_one_is(settings: Settings) -> None:
    settings.EXCHANGE_SOURCE, settings.EXCHANGE_FURTHER_SOURCES = "binance", ["kraken"]
    settings.COMBINED_SYMBOLS = ["BTC-USD"]
    assert symbol_fault("BTC-USD") == "BTC-USD is made of several exchanges' prices, and traded on none"
