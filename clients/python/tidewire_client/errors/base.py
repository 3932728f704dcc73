"""The root of all errors."""

LONGEST_QUOTATION = 1000
"""Characters that an error keeps of what the server said."""


class TidewireError(Exception):
    """The root. `code` is lower case, but for commands and for giving up, where the protocol has upper case."""

    code = "error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        """Keep a sentence, and a code other than the class's where there is one."""
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code
