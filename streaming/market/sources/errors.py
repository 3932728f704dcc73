"""Why an exchange gave nothing that can be used.

ParseError
ExchangeError
├── ExchangeUnavailableError
├── ExchangeBusyError
└── ExchangeRefusedError
    └── QuestionRefusedError
"""


class ParseError(ValueError):
    """Something of an exchange's can't be read; the message says what and why."""


class ExchangeError(Exception):
    """The exchange gave no answer that can be used."""


class ExchangeUnavailableError(ExchangeError):
    """It could not be reached, did not answer in time, or failed."""


class ExchangeRefusedError(ExchangeError):
    """It answered that the request is wrong; `status` is HTTP's, `body` what it said."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(f"the exchange refused: HTTP {status} {body[:200]!r}")
        self.status = status
        self.body = body


class QuestionRefusedError(ExchangeRefusedError):
    """It refuses this question, whoever asks it and how often: `message` says why.

    `is_of_symbol` where it doesn't know the symbol, or has none of its data now.
    """

    def __init__(self, status: int, body: bytes, *, message: str, is_of_symbol: bool) -> None:
        super().__init__(status, body)
        self.message = message
        self.is_of_symbol = is_of_symbol


class ExchangeBusyError(ExchangeError):
    """The exchange's limit, or our budget, is used up; worth asking again after `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"the exchange's limit is used up; again in {retry_after:.0f} s")
        self.retry_after = retry_after
