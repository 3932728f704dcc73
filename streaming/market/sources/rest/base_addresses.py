"""Which of an exchange's base addresses to ask: the one that works, and from time to time the first again. Pure."""

from collections.abc import Sequence

from streaming.clock import Clock


class BaseAddresses:
    """At least one base address, in order of preference.

    One that refuses us (403, 451) is left at once, one that fails after `failures` in a row. While another serves, a
    single request tries the first one again every `return_after` seconds.
    """

    def __init__(
        self, addresses: Sequence[str], clock: Clock, *, failures: int = 3, return_after: float = 300.0
    ) -> None:
        self._addresses = tuple(addresses)
        self._clock = clock
        self._most_failures = failures
        self._return_after = return_after
        self._index = 0
        self._failures = 0
        self._first_again_at = 0.0

    @property
    def current(self) -> str:
        """The address that serves now."""
        return self._addresses[self._index]

    def choose(self) -> str:
        """Return the address for the next request."""
        now = self._clock.monotonic()
        if self._index == 0 or now < self._first_again_at:
            return self.current
        self._first_again_at = now + self._return_after
        return self._addresses[0]

    def worked(self, address: str) -> None:
        """Note that `address` answered; where it is the first, it serves from now on."""
        if address == self._addresses[0]:
            self._index = 0
        if address == self.current:
            self._failures = 0

    def failed(self, address: str, *, refused: bool) -> bool:
        """Note that `address` gave no answer, or `refused` us; return whether to ask another at once."""
        if address != self.current:
            return True  # only tried again, or left meanwhile
        self._failures += 1
        if len(self._addresses) == 1 or not (refused or self._failures >= self._most_failures):
            return False
        self._index = (self._index + 1) % len(self._addresses)
        self._failures = 0
        self._first_again_at = self._clock.monotonic() + self._return_after
        return refused
