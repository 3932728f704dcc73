"""What can go wrong with a strategy."""


class StrategyError(Exception):
    """A strategy's own code raised, at `time` (ms); the exception is this one's cause."""

    def __init__(self, strategy: str, time: int, fault: Exception) -> None:
        super().__init__(f"{strategy} failed: {type(fault).__name__}: {fault}")
        self.strategy = strategy
        self.time = time
