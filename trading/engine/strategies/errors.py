"""What can go wrong with a strategy."""

from collections.abc import Mapping

from streaming.commands.validation import validation_message


class StrategyError(Exception):
    """A strategy can't trade, or its own code raised, at `time` (ms); the exception is this one's cause."""

    def __init__(self, strategy: str, time: int, fault: Exception) -> None:
        told = str(fault) if isinstance(fault, CannotTradeError) else f"failed by {type(fault).__name__}: {fault}"
        super().__init__(f"{strategy}: {told}")
        self.strategy = strategy
        self.time = time


class StrategyParametersError(ValueError):
    """A strategy, or a parameter of one, doesn't exist or is wrong; `fields` says of each by name what is wrong."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(validation_message(fields))
        self.fields = dict(fields)


class UncheckedParametersError(StrategyParametersError):
    """A strategy's own code couldn't check its parameters; of `fields` that is `strategy`."""

    def __init__(self, why: str) -> None:
        super().__init__({"strategy": why})


class CannotTradeError(Exception):
    """A strategy can't do what its parameters ask for: says why, such as that the money doesn't suffice."""
