"""What is refused of models that learn, in one wording for every interface.

CommandRefusedError
├── ModelNotFoundError       NOT_FOUND, there is no such version
├── ModelConflictError       CONFLICT, not possible as the version is now
├── LearningMissingError     UNAVAILABLE, the extra `learning` isn't installed
└── WrongParametersError     VALIDATION_ERROR, of streaming's commands
"""

from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode
from trading.learning.kinds import NOT_INSTALLED


class ModelNotFoundError(CommandRefusedError):
    """There is no such version of a model."""

    def __init__(self) -> None:
        super().__init__(CommandErrorCode.NOT_FOUND, "Not found")


class ModelConflictError(CommandRefusedError):
    """It can't be done as things are."""

    def __init__(self, message: str) -> None:
        super().__init__(CommandErrorCode.CONFLICT, message)


class LearningMissingError(CommandRefusedError):
    """What models learn by isn't installed."""

    def __init__(self) -> None:
        super().__init__(CommandErrorCode.UNAVAILABLE, NOT_INSTALLED)
