"""What a session's subscriptions are, whichever kind of channel they are of."""

from typing import Protocol

from streaming.topics.topic import Topic


class Subscription(Protocol):
    """One channel of a session: prepared, then begun, then ended."""

    @property
    def topic(self) -> Topic:
        """What is subscribed; its owner is known."""
        ...

    async def prepare(self) -> None:
        """Do what has to be waited for; raise `RefusedError` where it can't be done, and hold but the outlet then."""
        ...

    def begin(self) -> None:
        """Tell the last value, and from now on whatever is new."""
        ...

    def end(self) -> None:
        """Tell nothing more, and give everything back."""
        ...
