"""Saying once that something is away, and once that it works again, however often it was tried in between."""

import structlog

from streaming.clock import Clock, SystemClock

logger = structlog.get_logger(__name__)


class Outage:
    """Whether `what` (a name for people, such as "channel layer") is away now."""

    def __init__(self, what: str, clock: Clock | None = None) -> None:
        self._what = what
        self._clock = clock or SystemClock()
        self._since: float | None = None
        self._failures = 0

    @property
    def is_on(self) -> bool:
        """True from the first failure until it works again."""
        return self._since is not None

    def failed(self, error: BaseException) -> None:
        """Note a failure; only the first of several is worth a line, and its cause in a few words."""
        self._failures += 1
        if self._since is None:
            self._since = self._clock.monotonic()
            logger.warning("no answer; trying again", what=self._what, reason=repr(error))

    def worked(self) -> None:
        """Note that it works."""
        if self._since is not None:
            seconds = round(self._clock.monotonic() - self._since, 3)
            logger.warning("it answers again", what=self._what, seconds=seconds, failures=self._failures)
            self._since, self._failures = None, 0
