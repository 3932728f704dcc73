"""Which hosts of the channel layer are away for a publisher, and what was read of the outbox that waits for them. Pure.

A layer without several hosts is `ANY_HOST`, and so is what is told over every host.
"""

from collections.abc import Collection, Iterable

from streaming.clock import Clock
from streaming.layer.channel_layer import ANY_HOST
from streaming.outage import Outage

MOST_WAITING = 10_000
"""So many rows are remembered as waiting; more are read again and again, and may keep others from being read."""


class UnavailableHosts:
    """The hosts that are away; `what` is the layer's name for people."""

    def __init__(self, what: str, clock: Clock) -> None:
        self._what = what
        self._clock = clock
        self._outages: dict[str, Outage] = {}
        self._waiting: dict[int, frozenset[str]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The hosts that are away, of a layer with several."""
        return tuple(host for host, outage in self._outages.items() if outage.is_on and host != ANY_HOST)

    @property
    def waiting(self) -> frozenset[int]:
        """The ids of the rows that needn't be read again before their hosts are back."""
        return frozenset(self._waiting)

    def holds_up(self, hosts: frozenset[str]) -> bool:
        """Return whether what is told over these hosts waits for one of them."""
        return any(host in self._outages and self._outages[host].is_on for host in hosts or {ANY_HOST})

    def note_away(self, hosts: Iterable[str], error: Exception) -> None:
        """Note that these don't answer."""
        for host in hosts:
            if host not in self._outages:
                self._outages[host] = Outage(f"{self._what} at {host}" if host else self._what, self._clock)
            self._outages[host].failed(error)

    def note_there(self, hosts: frozenset[str]) -> None:
        """Note that these answer; what waited for them is to be read again."""
        for host in hosts or {ANY_HOST}:
            if host in self._outages:
                self._outages[host].worked()
        self._waiting = {pk: of for pk, of in self._waiting.items() if self.holds_up(of)}

    def wait(self, hosts: frozenset[str], ids: Collection[int]) -> None:
        """Note rows that were read and wait for some of these hosts, where the layer has several."""
        if hosts:
            room = max(0, MOST_WAITING - len(self._waiting))
            self._waiting |= dict.fromkeys(list(ids)[:room], hosts)
