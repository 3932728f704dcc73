"""Whose an event is: owner, account, and grid or strategy."""

import msgspec

from streaming.events import Interval


class StrategyOrigin(msgspec.Struct, frozen=True, kw_only=True):
    """Of which strategy is told: its id, its name in the registry with its version, and on what it runs.

    `algorithm` is that of the model that it asks; empty where it asks none.
    """

    id: str
    strategy: str
    version: str
    algorithm: str = ""
    symbol: str
    interval: Interval


class EventOrigin(msgspec.Struct, frozen=True, kw_only=True):
    """Whose an event is: the ids of owner and account, and of the grid where it is one's, of so many `lines`."""

    owner: str
    account: str
    grid: str | None = None
    lines: int | None = None
    strategy: StrategyOrigin | None = None

    @property
    def instance(self) -> str | None:
        """The id of the grid or the strategy; None for an account's own hand."""
        return self.grid if self.strategy is None else self.strategy.id
