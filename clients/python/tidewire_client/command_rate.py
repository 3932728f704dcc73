"""How fast commands may go. Pure: the time is given, in monotonic seconds."""

_WINDOW = 1.0
_UNANSWERED = 2.0
"""How long a command counts whose answer does not come: the server may have taken it late."""


class CommandRate:
    """At most `rate` in any second, as the server counts: what is faster, it refuses.

    The server took a command before it answered, so a second after the answer is surely a second after that, however
    long the command was on its way.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._free_at: dict[str, float] = {}

    def wait(self, now: float) -> float:
        """Return in how many seconds the next may go; 0 at once."""
        self._free_at = {name: free_at for name, free_at in self._free_at.items() if free_at > now}
        if len(self._free_at) < self._rate:
            return 0.0
        return min(self._free_at.values()) - now

    def sent(self, name: str, now: float) -> None:
        """Note that the command of this id goes at `now`."""
        self._free_at[name] = now + _UNANSWERED

    def answered(self, name: str, now: float) -> None:
        """Note that its answer came."""
        if name in self._free_at:
            self._free_at[name] = now + _WINDOW
