"""What is refused of grids, in one wording for every interface.

CommandRefusedError
├── GridNotFoundError       NOT_FOUND, there is no such grid, or it is another's
├── GridConflictError       CONFLICT, not possible as the grid, or the account, is now
├── TradingHaltedError      KILL_SWITCH_ACTIVE, of orders
└── WrongParametersError    VALIDATION_ERROR, of streaming's commands
"""

from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode


class GridNotFoundError(CommandRefusedError):
    """There is no such grid for whoever asks."""

    def __init__(self) -> None:
        super().__init__(CommandErrorCode.NOT_FOUND, "Not found")


class GridConflictError(CommandRefusedError):
    """It can't be done as things are."""

    def __init__(self, message: str) -> None:
        super().__init__(CommandErrorCode.CONFLICT, message)
