"""What a command's handler refuses with.

CommandRefusedError          a code for programs, a sentence for people, the wrong parameters
└── WrongParametersError     VALIDATION_ERROR, names each wrong parameter
"""

from collections.abc import Mapping

from streaming.gateway.outcome import CommandErrorCode, Failure
from streaming.validation import validation_message


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


class WrongParametersError(CommandRefusedError):
    """Parameters are wrong; `fields` says of each what, in a sentence of its own."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(CommandErrorCode.VALIDATION_ERROR, validation_message(fields), fields)
