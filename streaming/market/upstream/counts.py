"""What the upstream counts."""

from collections import Counter
from enum import StrEnum

import structlog

from streaming.market.sources.messages import Unknown, Unreadable

logger = structlog.get_logger(__name__)


class Ending(StrEnum):
    """Why a connection ended, or was not made."""

    LOST = "lost"
    NOT_MADE = "not made"
    REFUSED = "refused"
    SILENT = "silent"
    UNANSWERED = "unanswered"


class UpstreamCounts:
    """Counted since the upstream began, over all its sockets.

    `connections` were made, `endings` ended or failed, by cause; `renewals` took over from a connection that worked,
    `failed_renewals` did not come to that; `resubscribed` streams were silent, `refused_requests` were answered with an
    error, `differences` found in the exchange's list of our subscriptions; `unknown` and `unreadable` messages were of
    no use.
    """

    def __init__(self) -> None:
        self.connections = 0
        self.endings: Counter[Ending] = Counter()
        self.renewals = 0
        self.failed_renewals = 0
        self.resubscribed = 0
        self.refused_requests = 0
        self.differences = 0
        self.unknown = 0
        self.unreadable = 0

    def useless(self, message: Unknown | Unreadable) -> None:
        """Count a message that nobody can make use of."""
        if isinstance(message, Unknown):
            self.unknown += 1
            logger.debug("an unknown message of the exchange", exchange_event=message.event)
        else:
            self.unreadable += 1
            logger.warning("an unreadable message of the exchange", reason=message.reason)
