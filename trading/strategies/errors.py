"""What is refused of live strategies, in one wording for every interface.

CommandRefusedError
├── StrategyNotFoundError       NOT_FOUND, there is no such strategy, or it is another's
├── ComparedBacktestGoneError   NOT_FOUND, there is no such backtest to compare with, or it is another's
├── StrategyConflictError       CONFLICT, not possible as the strategy, or the account, is now
├── TradingHaltedError          KILL_SWITCH_ACTIVE, of orders
└── WrongParametersError        VALIDATION_ERROR, of streaming's commands
"""

from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode


class StrategyNotFoundError(CommandRefusedError):
    """There is no such strategy for whoever asks."""

    def __init__(self) -> None:
        super().__init__(CommandErrorCode.NOT_FOUND, "Not found")


class ComparedBacktestGoneError(CommandRefusedError):
    """There is no such backtest to compare with, for whoever asks."""

    def __init__(self) -> None:
        super().__init__(
            CommandErrorCode.NOT_FOUND,
            "There is no such backtest: it was deleted, or it isn't yours. Backtest the strategy's hours "
            "(strategy.backtest), and compare it with that",
        )


class StrategyConflictError(CommandRefusedError):
    """It can't be done as things are."""

    def __init__(self, message: str) -> None:
        super().__init__(CommandErrorCode.CONFLICT, message)
