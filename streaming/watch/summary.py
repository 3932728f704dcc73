"""What was heard, counted: by channel, with those that were asked for and stayed silent. Pure."""

from collections import Counter
from collections.abc import Sequence

from rich.text import Text

from streaming.watch.printable import printable
from streaming.watch.reading import Acknowledgement, Told
from tidewire_client.errors import UnreadableFrameError
from tidewire_client.reading.messages import News, Refusal

_LATER = "unavailable"
"""With this code the client asks again by itself."""


class Tally:
    """Counts frames by channel, and keeps what became of each subscription."""

    def __init__(self, channels: Sequence[str]) -> None:
        self._open = set(channels)
        self._refused: dict[str, str] = {}
        self._accepted = False
        self._frames: Counter[str] = Counter(dict.fromkeys(channels, 0))
        self._total = 0

    def add(self, message: Told | UnreadableFrameError) -> None:
        """Count one frame."""
        self._total += 1
        match message:
            case News(channel):
                self._frames[channel] += 1
            case Acknowledgement("subscribed", channels):
                self._accepted = self._accepted or bool(channels)
                self._open.difference_update(channels)
            case Refusal(text, code, str(channel)) if channel in self._open and code != _LATER:
                self._open.discard(channel)
                self._refused[channel] = text

    @property
    def is_hopeless(self) -> bool:
        """Whether every subscription was answered, and all were refused."""
        return not self._open and not self._accepted

    def lines(self, seconds: float) -> list[Text]:
        """Return the summary of a watch that lasted `seconds`."""
        rows = [Text(f"Watched for {seconds:.1f} s: {_frames(self._total)}.", style="bold")]
        width = max((len(printable(channel)) for channel in self._frames), default=0)
        for channel, number in self._frames.items():
            row = Text(f"  {printable(channel).ljust(width)}  {number:>7}")
            if channel in self._refused:
                row.append(f"  refused: {printable(self._refused[channel])}", style="red")
            rows.append(row)
        return rows


def _frames(number: int) -> str:
    return "1 frame" if number == 1 else f"{number} frames"
