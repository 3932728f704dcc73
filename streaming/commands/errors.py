"""What a command's handler refuses with.

CommandRefusedError          a code for programs, a sentence for people, the wrong parameters
├── PermissionDeniedError    PERMISSION_DENIED, somebody is logged in who may not
├── WrongParametersError     VALIDATION_ERROR, names each wrong parameter
└── TooMuchError             RATE_LIMITED, says when it may be tried again
"""

from collections.abc import Mapping

from streaming.commands.outcome import CommandErrorCode, Failure
from streaming.commands.validation import validation_message

PERMISSION_DENIED = "Permission denied"


class CommandRefusedError(Exception):
    """The command can't be done, and nothing was changed."""

    def __init__(self, code: CommandErrorCode, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fields: Mapping[str, str] = fields or {}

    def failure(self) -> Failure:
        """Return the answer that says so."""
        return Failure(self.code, self.message, self.fields)


class PermissionDeniedError(CommandRefusedError):
    """Whoever asks is logged in, and may not."""

    def __init__(self) -> None:
        super().__init__(CommandErrorCode.PERMISSION_DENIED, PERMISSION_DENIED)


class WrongParametersError(CommandRefusedError):
    """Parameters are wrong; `fields` says of each what, in a sentence of its own."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(CommandErrorCode.VALIDATION_ERROR, validation_message(fields), fields)


class TooMuchError(CommandRefusedError):
    """Somebody asks for too much; REST tells the seconds after which it may be tried again."""

    def __init__(self, message: str, *, retry_after: int = 1) -> None:
        super().__init__(CommandErrorCode.RATE_LIMITED, message)
        self.retry_after = retry_after
