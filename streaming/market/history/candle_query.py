"""A query for candles: whom to ask, and which candles may answer it at the time when it is asked."""

import msgspec
from django.conf import settings

from streaming.events import Source
from streaming.market.candle_ranges import CandleRange, candles_between
from streaming.market.combined.configured_symbols import combined_source, is_combined
from streaming.market.own_source import own_source
from streaming.market.parameters import HistoryQuery

CLOCKS_APART_SECONDS = 10.0
"""How much later than its end by our clock a candle has surely closed by the exchange's."""
NO_CANDLES = CandleRange(1, 0)


class Exchange(msgspec.Struct, frozen=True):
    """Whom to ask."""

    source: Source
    base_url: str

    @property
    def can_be_asked(self) -> bool:
        """Whether anybody has more than what is stored: of combined symbols nobody has."""
        return bool(self.base_url)


class CandleQuery(msgspec.Struct, frozen=True):
    """A query by `parameters`, asked at `now_ms`: about the candles `within`."""

    exchange: Exchange
    parameters: HistoryQuery
    within: CandleRange
    now_ms: int

    @property
    def newest(self) -> bool:
        """True where the newest candles are asked for, and not the oldest."""
        return self.parameters.start is None


def exchange_of(symbol: str) -> Exchange:
    """Return whom to ask for a symbol's candles: the exchange that the settings name; of a combined one, nobody."""
    source = own_source()
    return (
        Exchange(combined_source(source), "") if is_combined(symbol) else Exchange(source, settings.EXCHANGE_REST_URL)
    )


def candle_query_of(exchange: Exchange, parameters: HistoryQuery, now_ms: int) -> CandleQuery:
    """Return the query as it is asked at `now_ms`."""
    return CandleQuery(exchange, parameters, _within(parameters, now_ms), now_ms)


def _within(parameters: HistoryQuery, now_ms: int) -> CandleRange:
    """Return which candles may answer: none from after now, by whichever clock is ahead."""
    latest = now_ms + round(CLOCKS_APART_SECONDS * 1000)
    end = latest if parameters.end is None else min(parameters.end, latest)
    return candles_between(parameters.interval, parameters.start or 0, end) or NO_CANDLES
