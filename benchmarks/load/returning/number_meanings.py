"""What each number of each channel stands for, as all clients were told: one trade, the same for all. Pure."""

_Number = tuple[bytes, str, int]
"""A channel, the epoch of its history, and the number."""


class NumberMeanings:
    """The trades of channels on which each trade's id is one above that of the one before."""

    def __init__(self) -> None:
        self._trades: dict[_Number, int] = {}
        self._numbers: dict[tuple[bytes, int], tuple[str, int]] = {}
        self.differing = 0
        """Frames that told another trade under a number than an earlier frame had."""
        self.repeated = 0
        """Trades that an epoch told under a second number."""

    def take(self, channel: bytes, epoch: str, seq: int, trade_id: int) -> None:
        """Take what a frame told under a number."""
        known = self._trades.setdefault((channel, epoch, seq), trade_id)
        if known != trade_id:
            self.differing += 1
        elif self._numbers.setdefault((channel, trade_id), (epoch, seq)) != (epoch, seq):
            self._take_second(channel, trade_id, epoch, seq)

    @property
    def never_told(self) -> int:
        """How many trades were told to nobody, though one before and one after them were."""
        ids: dict[bytes, set[int]] = {}
        for channel, trade_id in self._numbers:
            ids.setdefault(channel, set()).add(trade_id)
        return sum(max(known) - min(known) + 1 - len(known) for known in ids.values())

    def _take_second(self, channel: bytes, trade_id: int, epoch: str, seq: int) -> None:
        if self._numbers[channel, trade_id][0] == epoch:
            self.repeated += 1
        self._numbers[channel, trade_id] = (epoch, seq)
