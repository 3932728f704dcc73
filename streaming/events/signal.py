"""Signals, whoever gives them: what alert rules read of their events."""

from decimal import Decimal

from streaming.events.base import SignalAction


class SignalEvent:
    """What events that tell of a signal have beside the fields of their own kind; they name it as their last base.

    As long as no other base says so, they have none of the marks of market events.
    """

    __slots__ = ()

    @property
    def signal_id(self) -> str:
        """The signal's id, the same however often it is told."""
        raise NotImplementedError

    @property
    def given_by(self) -> str:
        """The name of the strategy or the model, as its registry has it."""
        raise NotImplementedError

    @property
    def why(self) -> str:
        """Why it was given, in words; empty where that isn't told."""
        return ""

    @property
    def symbol(self) -> str:
        """On which symbol."""
        raise NotImplementedError

    @property
    def action(self) -> SignalAction:
        """What it advises."""
        raise NotImplementedError

    @property
    def confidence(self) -> Decimal:
        """How sure it is, from 0 to 1."""
        raise NotImplementedError

    @property
    def price(self) -> Decimal:
        """Where the market stood."""
        raise NotImplementedError

    @property
    def time(self) -> int:
        """When it was given, in ms since the epoch."""
        raise NotImplementedError

    @property
    def simulated(self) -> bool:
        """True where it is of no real market."""
        return False

    @property
    def stale(self) -> bool:
        """True where it was only told once more."""
        return False

    @property
    def repaired(self) -> bool:
        """True where it was fetched later."""
        return False
