"""What is refused of rows that users keep by name, in one wording for every interface.

CommandRefusedError
├── NamedRowNotFoundError  NOT_FOUND, there is no such row, or it is another's
└── NamedRowConflictError  CONFLICT, not possible as the user's rows are now
"""

from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode


class NamedRowNotFoundError(CommandRefusedError):
    """There is no such row for whoever asks."""

    def __init__(self) -> None:
        super().__init__(CommandErrorCode.NOT_FOUND, "Not found")


class NamedRowConflictError(CommandRefusedError):
    """It can't be done as the rows are."""

    def __init__(self, message: str) -> None:
        super().__init__(CommandErrorCode.CONFLICT, message)
