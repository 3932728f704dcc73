"""How many events each channel has had, so that their readers notice what is missing. Pure."""

from collections.abc import Hashable

MOST_CHANNELS = 100_000
"""Beyond so many the longest silent is forgotten, and counts from 1 again: readers take it for no loss."""


class ChannelNumbers:
    """Counts events by channel, whatever tells channels apart."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        """The longest silent first."""

    def following(self, channel: Hashable) -> int:
        """Return the number of a channel's next event, from 1 on."""
        number = self._numbers[channel] = self._numbers.pop(channel, 0) + 1
        if len(self._numbers) > MOST_CHANNELS:
            del self._numbers[next(iter(self._numbers))]
        return number
