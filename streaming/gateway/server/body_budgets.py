"""How many bytes of bodies a process holds, shared so that nobody's slow bodies keep out another's. Pure.

The first bytes of each body (`small_body_bytes`) are of one half, what comes behind them of the other: large bodies
leave room for a log-in. Of each half one network (see `network_of`) has at most an eighth, or one of the largest bodies
where that is more. The empty network, of a local socket, has no share.
"""

from collections import Counter

from streaming.gateway.server.http_limits import HttpLimits

_SHARES = 8


class BodyBudget:
    """How many bytes all connections of a process hold, and one network of these at most `of_one`."""

    def __init__(self, maximum: int, *, of_one: int) -> None:
        self._left = maximum
        self._of_one = of_one
        self._held: Counter[str] = Counter()

    def take(self, network: str, count: int) -> bool:
        """Take `count` bytes; False, and none taken, where so many aren't left, or not for this network."""
        if count > self._left or (network and self._held[network] + count > self._of_one):
            return False
        self._left -= count
        self._held[network] += count
        return True

    def give_back(self, network: str, count: int) -> None:
        """Give back what was taken."""
        self._left += count
        self._held[network] -= count
        if not self._held[network]:
            del self._held[network]


class BodyBudgets:
    """The two halves: of how bodies begin, and of the rest of those that are longer."""

    def __init__(self, limits: HttpLimits) -> None:
        half = limits.maximum_bodies_bytes // 2
        small, largest = limits.small_body_bytes, limits.largest_body_bytes
        self.small_bytes = small
        self.beginnings = BodyBudget(half, of_one=max(half // _SHARES, min(small, largest)))
        self.rests = BodyBudget(half, of_one=max(half // _SHARES, largest - small))


class HeldBodies:
    """What one connection holds of both."""

    def __init__(self, budgets: BodyBudgets) -> None:
        self._budgets = budgets
        self._held: Counter[tuple[BodyBudget, str]] = Counter()

    def take(self, network: str, count: int, *, behind: int) -> bool:
        """Take `count` bytes of a body of which `behind` have come before; False where there is no room."""
        of_beginning = max(0, min(count, self._budgets.small_bytes - behind))
        return self._take(self._budgets.beginnings, network, of_beginning) and self._take(
            self._budgets.rests, network, count - of_beginning
        )

    def let_go(self) -> None:
        """Give back all of it."""
        for (budget, network), count in self._held.items():
            budget.give_back(network, count)
        self._held.clear()

    def _take(self, budget: BodyBudget, network: str, count: int) -> bool:
        if not count:
            return True
        if not budget.take(network, count):
            return False
        self._held[budget, network] += count
        return True
