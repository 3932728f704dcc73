"""Events of one user whose numbers alert rules can look at."""

from decimal import Decimal
from typing import ClassVar

from streaming.events.base import UserEvent


class MeasuredEvent(UserEvent, frozen=True, kw_only=True):
    """What such events share. As no exchange made them, they have none of the marks of market events."""

    simulated: ClassVar[bool] = False
    stale: ClassVar[bool] = False
    repaired: ClassVar[bool] = False

    def value_of(self, field: str, symbol: str) -> Decimal | None:
        """Return the value of a field that rules name, such as `equity`; None where the event tells none.

        `symbol` is the rule's, for fields that are of one.
        """
        raise NotImplementedError
