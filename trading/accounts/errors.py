"""What is refused of accounts, in one wording for every interface.

CommandRefusedError
├── AccountNotFoundError    NOT_FOUND, there is no such account, or it is another's
├── AccountConflictError    CONFLICT, not possible as the account is now
└── LimitsSetByStaffError   PERMISSION_DENIED, users don't set limits in this installation
"""

from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode


class AccountNotFoundError(CommandRefusedError):
    """There is no such account for whoever asks."""

    def __init__(self) -> None:
        super().__init__(CommandErrorCode.NOT_FOUND, "Not found")


class AccountConflictError(CommandRefusedError):
    """It can't be done as things are."""

    def __init__(self, message: str) -> None:
        super().__init__(CommandErrorCode.CONFLICT, message)


class LimitsSetByStaffError(CommandRefusedError):
    """Users may look at the limits of their accounts, and staff alone changes them (RISK_LIMITS_SET_BY_USERS)."""

    def __init__(self) -> None:
        super().__init__(CommandErrorCode.PERMISSION_DENIED, "The limits of accounts are set by staff here")
