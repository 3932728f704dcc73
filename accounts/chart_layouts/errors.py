"""What is refused of chart layouts, in one wording for every interface.

CommandRefusedError
├── ChartLayoutNotFoundError  NOT_FOUND, there is no such layout, or it is another's
└── ChartLayoutConflictError  CONFLICT, the user has as many as may be
"""

from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode


class ChartLayoutNotFoundError(CommandRefusedError):
    """There is no such layout for whoever asks."""

    def __init__(self) -> None:
        super().__init__(CommandErrorCode.NOT_FOUND, "Not found")


class ChartLayoutConflictError(CommandRefusedError):
    """There is no room for one more."""

    def __init__(self, most: int) -> None:
        super().__init__(CommandErrorCode.CONFLICT, f"You have {most} chart layouts already; delete one first")
