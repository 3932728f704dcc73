"""What a symbol cost an hour ago."""

from decimal import Decimal

from streaming.market.hourly_change.past_prices import HOUR_MS, MINUTE_MS, PastPrices

NOW = 1_700_000_040_000
"""The first ms of a minute."""
HOUR_AGO = NOW - HOUR_MS


def test_it_is_the_close_of_the_last_minute_that_was_over_by_then() -> None:
    past = PastPrices()
    past.note(HOUR_AGO - MINUTE_MS, Decimal("99.5"))
    past.note(HOUR_AGO, Decimal(50))
    assert past.change(Decimal(100), now_ms=NOW) == Decimal("0.5")
    assert past.change(Decimal(100), now_ms=NOW + MINUTE_MS) == 50


def test_minutes_without_a_trade_are_reached_over_but_not_too_many() -> None:
    past = PastPrices()
    past.note(HOUR_AGO - 5 * MINUTE_MS, Decimal(99))
    assert past.change(Decimal(100), now_ms=NOW) == 1
    assert past.change(Decimal(100), now_ms=NOW + MINUTE_MS) is None


def test_a_close_counts_more_than_a_price_near_the_end() -> None:
    past = PastPrices()
    past.note_where_unknown(HOUR_AGO - MINUTE_MS, Decimal(98))
    past.note(HOUR_AGO - MINUTE_MS, Decimal(99))
    past.note_where_unknown(HOUR_AGO - MINUTE_MS, Decimal(97))
    assert past.change(Decimal(100), now_ms=NOW) == 1


def test_nothing_is_kept_that_is_no_longer_asked_for() -> None:
    past = PastPrices()
    past.note(HOUR_AGO - MINUTE_MS, Decimal(99))
    past.note(NOW + 6 * MINUTE_MS, Decimal(101))
    assert past.change(Decimal(100), now_ms=NOW) is None
