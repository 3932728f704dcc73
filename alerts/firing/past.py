"""Candles of the past, for indicators and for closes that nobody saw."""

from collections.abc import Sequence

import structlog
from django.conf import settings
from django.db import Error

from alerts.firing.candle_lines import Need
from streaming.clock import Clock
from streaming.events import Source
from streaming.market.errors import MarketError
from streaming.market.history import market_candles
from streaming.market.parameters import MAXIMUM_CANDLES, HistoryQuery
from streaming.market.rest_parser import KlineRow
from streaming.topics import Topic

_RETRY_SECONDS = 5.0

logger = structlog.get_logger(__name__)


class Past:
    """Asks the history; after a failure not again for the same topic until a while has passed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._not_before: dict[Topic, float] = {}

    @property
    def is_simulated(self) -> bool:
        """True where the history is not of a real market."""
        return Source(settings.EXCHANGE_SOURCE) is Source.SIMULATOR

    async def bars(self, need: Need) -> Sequence[KlineRow] | None:
        """Return the closed candles that are needed, oldest first; none where they can't be had now.

        None where that was found out only a short while ago.
        """
        now = self._clock.monotonic()
        if self._not_before.get(need.topic, now) > now:
            return None
        self._not_before[need.topic] = now + _RETRY_SECONDS
        try:
            rows = await market_candles(_query(need))
        except (MarketError, Error) as error:
            logger.warning("candles of the past can't be had now", topic=need.topic.key, reason=str(error))
            return ()
        return [row for row in rows if row.close_time < self._clock.now_ms()]


def _query(need: Need) -> HistoryQuery:
    """Return a query for the newest candles, up to the one that is open: as many as reach back far enough."""
    return HistoryQuery(
        symbol=need.topic.symbol,
        interval=need.interval,
        start=None,
        end=None,
        limit=MAXIMUM_CANDLES if need.since is not None else min(MAXIMUM_CANDLES, need.count + 1),
    )
