"""What is refused of watch lists, in one wording for every interface.

CommandRefusedError
├── WatchListNotFoundError  NOT_FOUND, there is no such list, or it is another's
├── WatchListConflictError  CONFLICT, not possible as the user's lists are now
└── WrongParametersError    VALIDATION_ERROR, of the gateway's commands
"""

from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode


class WatchListNotFoundError(CommandRefusedError):
    """There is no such list for whoever asks."""

    def __init__(self) -> None:
        super().__init__(CommandErrorCode.NOT_FOUND, "Not found")


class WatchListConflictError(CommandRefusedError):
    """It can't be done as the lists are."""

    def __init__(self, message: str) -> None:
        super().__init__(CommandErrorCode.CONFLICT, message)
