"""What can go wrong with a strategy."""

from collections.abc import Mapping

from streaming.validation import validation_message


class StrategyError(Exception):
    """A strategy's own code raised, at `time` (ms); the exception is this one's cause."""

    def __init__(self, strategy: str, time: int, fault: Exception) -> None:
        super().__init__(f"{strategy} failed: {type(fault).__name__}: {fault}")
        self.strategy = strategy
        self.time = time


class StrategyParametersError(ValueError):
    """A strategy, or a parameter of one, doesn't exist or is wrong; `fields` says of each by name what is wrong."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(validation_message(fields))
        self.fields = dict(fields)


class CannotTradeError(Exception):
    """A strategy can't do what its parameters ask for: says why, such as that the money doesn't suffice."""
