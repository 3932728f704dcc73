"""A question for candles: whom to ask, and which candles may answer it at the time when it is asked."""

import msgspec
from django.conf import settings

from streaming.events import Source
from streaming.market.candles.ranges import OpenRange, candles_between
from streaming.market.parameters import HistoryQuery

CLOCKS_APART_SECONDS = 10.0
"""How much later than its end by our clock a candle has surely closed by the exchange's."""
NO_CANDLES = OpenRange(1, 0)


class Exchange(msgspec.Struct, frozen=True):
    """Whom to ask."""

    source: Source
    base_url: str


class Question(msgspec.Struct, frozen=True):
    """A query, asked at `now_ms`: about the candles `within`."""

    exchange: Exchange
    query: HistoryQuery
    within: OpenRange
    now_ms: int

    @property
    def newest(self) -> bool:
        """True where the newest candles are asked for, and not the oldest."""
        return self.query.start is None


def exchange_of_settings() -> Exchange:
    """Return the exchange that the settings name."""
    return Exchange(Source(settings.EXCHANGE_SOURCE), settings.EXCHANGE_REST_URL)


def question_of(exchange: Exchange, query: HistoryQuery, now_ms: int) -> Question:
    """Return the query as a question that is asked at `now_ms`."""
    return Question(exchange, query, _within(query, now_ms), now_ms)


def _within(query: HistoryQuery, now_ms: int) -> OpenRange:
    """Return which candles may answer: none from after now, by whichever clock is ahead."""
    latest = now_ms + round(CLOCKS_APART_SECONDS * 1000)
    end = latest if query.end is None else min(query.end, latest)
    return candles_between(query.interval, query.start or 0, end) or NO_CANDLES
