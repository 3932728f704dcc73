"""Publishing to the owners of rules, on their topic `alerts`, what has fired: once it is stored, and beside all else.

It is news, not a record: what can't be told soon isn't told any more, since the firing stands in the lists.
"""

import asyncio
from collections import deque
from collections.abc import Iterable

from alerts.firing.types import OwnedAlert
from streaming.clock import Clock
from streaming.events import Envelope
from streaming.fan_out.hub import Hub
from streaming.outage import Outage

_BATCH = 100
_BATCH_SECONDS = 2.0
_NEWS_SECONDS = 60.0
_LEAVE_SECONDS = 2.0


class AlertPublisher:
    """Publishes by a task of its own, in order, in batches; a layer that is away costs the alerts, and holds up nobody.

    A batch may take `batch_seconds`; what has waited for longer than `news_seconds` is left out.
    """

    def __init__(
        self, hub: Hub, clock: Clock, *, batch_seconds: float = _BATCH_SECONDS, news_seconds: float = _NEWS_SECONDS
    ) -> None:
        self._hub = hub
        self._clock = clock
        self._batch_seconds = batch_seconds
        self._news_seconds = news_seconds
        self._waiting: deque[tuple[float, OwnedAlert]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._outage = Outage("channel layer of the topic alerts", clock)

    def tell(self, alerts: Iterable[OwnedAlert]) -> None:
        """Let these be published soon; call it after the commit."""
        until = self._clock.monotonic() + self._news_seconds
        self._waiting.extend((until, alert) for alert in alerts)
        if self._waiting and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._publish_waiting(), name="alert publisher")

    async def stop(self) -> None:
        """Let what waits go out, for a moment."""
        if self._task is None:
            return
        await asyncio.wait([self._task], timeout=_LEAVE_SECONDS)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _publish_waiting(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]
            now = self._clock.monotonic()
            await self._publish([alert for until, alert in batch if until > now])
            await asyncio.sleep(0)  # a layer of this process never waits, and others have work to do

    async def _publish(self, alerts: Iterable[OwnedAlert]) -> None:
        try:
            async with asyncio.timeout(self._batch_seconds):
                await self._hub.publish_owned(
                    (Envelope(epoch=0, sequence=0, event=one.alert), str(one.owner_id)) for one in alerts
                )
        except Exception as error:  # noqa: BLE001 - whatever a layer raises: the firings are stored already
            self._outage.failed(error)
        else:
            self._outage.worked()
