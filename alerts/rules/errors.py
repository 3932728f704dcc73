"""What is refused of rules, in one wording for every interface.

CommandRefusedError
├── RuleNotFoundError    NOT_FOUND, there is no such rule, or it is another's
├── RuleConflictError    CONFLICT, not possible as the rule, or the number of rules, is now
└── WrongParametersError VALIDATION_ERROR, of the gateway's commands
"""

from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode


class RuleNotFoundError(CommandRefusedError):
    """There is no such rule for whoever asks."""

    def __init__(self) -> None:
        super().__init__(CommandErrorCode.NOT_FOUND, "Not found")


class RuleConflictError(CommandRefusedError):
    """It can't be done as things are."""

    def __init__(self, message: str) -> None:
        super().__init__(CommandErrorCode.CONFLICT, message)
