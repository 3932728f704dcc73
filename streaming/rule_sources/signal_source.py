"""What alert rules must know of whoever gives signals, beside the events that tell of them.

The app that has strategies declares it; the app that has rules asks `streaming.installed.signal_source`, and knows
nothing of the other. Pure.
"""

from collections.abc import Callable, Collection, Mapping

import msgspec


class SignalGiver(msgspec.Struct, frozen=True, kw_only=True):
    """A user's own strategy: on which symbol it runs, and whether it will never give a signal any more."""

    symbol: str
    is_over: bool


class SignalSource(msgspec.Struct, frozen=True):
    """How strategies are found and called.

    `giver_of` returns the strategy of an id that a user (by id) has, None for any other, be it another's. `title_of`
    returns what people call what the registry has under a name. `over_of` returns which of some ids are of strategies
    that give no signal any more, be it that they are gone. `active_of` returns those of a user (by id) that may still
    give some, the newest first: what people tell each apart by, by its id.
    """

    giver_of: Callable[[int, str], SignalGiver | None]
    title_of: Callable[[str], str]
    over_of: Callable[[Collection[str]], frozenset[str]]
    active_of: Callable[[int], Mapping[str, str]]
