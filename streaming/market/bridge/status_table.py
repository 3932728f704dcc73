"""What this process has heard of the bridges, by their slots.

`/health`, `/ready` and the statistics read it. A bridge that says goodbye, or nothing for 15 s, is taken for gone. Each
slot has a row of its own; those that share the deployment's own market are told together, and a further market never
stands for it.
"""

import msgspec
import structlog
from django.conf import settings

from streaming.clock import Clock, SystemClock
from streaming.fan_out.hub import Hub
from streaming.layer.channel_layer import Message
from streaming.layer.groups import GATEWAYS_GROUP
from streaming.market.bridge.combined_slots import combined_status
from streaming.market.bridge.slots import BRIDGE_SLOT, MOST_SLOTS, shared_slots
from streaming.market.bridge.status import (
    BRIDGE_FAREWELL_MESSAGE,
    BRIDGE_STATUS_MESSAGE,
    BridgeStatus,
    decode_status,
)

logger = structlog.get_logger(__name__)


class BridgeStatusTable:
    """The newest status of each slot that this process has heard; an earlier epoch's never replaces a living one.

    `slots` share the deployment's own market, by default as many as the setting says.
    """

    def __init__(
        self, clock: Clock | None = None, *, maximum_age: float | None = None, slots: int | None = None
    ) -> None:
        self._clock = clock or SystemClock()
        self._maximum_age = settings.BRIDGE_STATUS_MAXIMUM_AGE_SECONDS if maximum_age is None else maximum_age
        self._slots = shared_slots(settings.BRIDGE_SLOTS if slots is None else slots)
        self._held: dict[str, tuple[BridgeStatus, float]] = {}

    async def start(self, hub: Hub) -> None:
        """Listen for what bridges say."""
        await hub.listen(GATEWAYS_GROUP, BRIDGE_STATUS_MESSAGE, self._hear)
        await hub.listen(GATEWAYS_GROUP, BRIDGE_FAREWELL_MESSAGE, self._hear_farewell)

    def current(self, slot: str = BRIDGE_SLOT) -> BridgeStatus | None:
        """Return a slot's newest status; None where no bridge of it has said anything for the maximum age."""
        status, at = self._held.get(slot, (None, 0.0))
        return None if self._clock.monotonic() - at > self._maximum_age else status

    @property
    def of_slots(self) -> tuple[BridgeStatus | None, ...]:
        """The newest status of each slot of the deployment's own market, in order; None for one that isn't served."""
        return tuple(map(self.current, self._slots))

    @property
    def own(self) -> BridgeStatus | None:
        """What is to be said of the deployment's own market; None where no bridge of it is heard."""
        return combined_status(self.of_slots)

    @property
    def served_slots(self) -> tuple[BridgeStatus, ...]:
        """The newest status of each slot that is served, where several share the market; none where one has it all."""
        return tuple(status for status in self.of_slots if status is not None and len(self._slots) > 1)

    @property
    def further(self) -> tuple[BridgeStatus, ...]:
        """The newest status of each further market of which a bridge is heard, by the slots' names."""
        own = shared_slots(MOST_SLOTS)
        heard = (self.current(slot) for slot in sorted(self._held) if slot not in own)
        return tuple(status for status in heard if status is not None)

    def take(self, status: BridgeStatus) -> None:
        """Hold a status that was heard now."""
        current = self.current(status.slot)
        if current is None or status.epoch >= current.epoch:
            self._held[status.slot] = (status, self._clock.monotonic())

    def forget(self, epoch: int, slot: str = BRIDGE_SLOT) -> None:
        """Hold the status of a bridge no more that has said goodbye."""
        if slot in self._held and self._held[slot][0].epoch <= epoch:
            del self._held[slot]

    def _hear_farewell(self, message: Message) -> None:
        self.forget(message["epoch"], message.get("slot", BRIDGE_SLOT))

    def _hear(self, message: Message) -> None:
        try:
            self.take(decode_status(message["status"]))
        except msgspec.DecodeError as error:
            logger.warning("a status of the bridge could not be decoded", reason=str(error))
