"""What is refused of backtests, in one wording for every interface.

CommandRefusedError
├── BacktestNotFoundError    NOT_FOUND, there is no such backtest, or it is another's
├── BacktestConflictError    CONFLICT, not possible as the backtest, or the number of backtests, is now
└── WrongParametersError     VALIDATION_ERROR, of streaming's commands
"""

from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode


class BacktestNotFoundError(CommandRefusedError):
    """There is no such backtest for whoever asks."""

    def __init__(self) -> None:
        super().__init__(CommandErrorCode.NOT_FOUND, "Not found")


class BacktestConflictError(CommandRefusedError):
    """It can't be done as things are."""

    def __init__(self, message: str) -> None:
        super().__init__(CommandErrorCode.CONFLICT, message)
