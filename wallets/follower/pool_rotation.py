"""Which of the transactions that no block decides a node is asked for: so many in a turn, all in their turns. Pure."""

from collections.abc import Mapping

MOST_ASKED = 100
"""Of so many undecided transactions a node is asked in a turn, in two calls each, however many hashes users have
invented: the turn's blocks are stored after it. Those that are left out have their turn at the next blocks."""


class PoolRotation:
    """Remembers in which order undecided transactions were asked for: those not asked for longest come first."""

    def __init__(self) -> None:
        self._asked: dict[str, None] = {}

    def take(self, undecided: Mapping[str, int], *, counts_missing: bool) -> frozenset[str]:
        """Return the hashes to be asked for now, of the undecided ones by hash with the id of each one's row.

        Newly watched ones come first, the newest before all. Where it doesn't count that a node lacks one
        (`counts_missing`), the others keep their turn: between two polls nobody's actions put one off.
        """
        new = sorted(undecided.keys() - self._asked.keys(), key=lambda each: -undecided[each])[:MOST_ASKED]
        asked = [each for each in self._asked if each in undecided]
        again = asked[: MOST_ASKED - len(new)]
        left = asked[len(again) :] if counts_missing else asked
        self._asked = dict.fromkeys([*left, *(again if counts_missing else ()), *new])
        return frozenset([*again, *new])
