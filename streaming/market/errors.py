"""What can go wrong with market data.

MarketError                      has a code for programs and a sentence for people
├── InvalidParametersError       VALIDATION_ERROR, names each wrong parameter
├── MarketUnavailableError       UNAVAILABLE, the exchange doesn't answer in time, or nothing is known yet
│   ├── ExchangeAwayError        the same for all questions, not for one of them alone
│   └── CandlesUnavailableError  missing candles can't be fetched
└── MarketBusyError              RATE_LIMITED, worth asking again later
EmptyExchangeInfoError           an exchangeInfo without symbols
CandleRefusedError               a candle that can't be stored, with the candle
"""

from collections.abc import Mapping
from http import HTTPStatus

from streaming.commands.validation import validation_message


class MarketError(Exception):
    """A refusal, with `code` for programs, `status` for HTTP, and its text for people."""

    code = "INTERNAL_ERROR"
    status = HTTPStatus.INTERNAL_SERVER_ERROR

    def __init__(self, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields


class InvalidParametersError(MarketError):
    """Parameters are wrong; `fields` says of each what."""

    code = "VALIDATION_ERROR"
    status = HTTPStatus.BAD_REQUEST

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(validation_message(fields), fields)


class MarketUnavailableError(MarketError):
    """The exchange doesn't answer in time, or no symbols are known yet."""

    code = "UNAVAILABLE"
    status = HTTPStatus.SERVICE_UNAVAILABLE


class ExchangeAwayError(MarketUnavailableError):
    """The exchange can't be reached, or fails: whatever it is asked."""


class CandlesUnavailableError(MarketUnavailableError):
    """Missing candles can't be fetched: the exchange has none of them, or doesn't answer."""


class MarketBusyError(MarketError):
    """The exchange's limit is used up; `retry_after` is in whole seconds."""

    code = "RATE_LIMITED"
    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many requests to the exchange; try again in {retry_after} s")
        self.retry_after = retry_after


class EmptyExchangeInfoError(ValueError):
    """An exchangeInfo lists no symbol that can be read; nothing was changed."""

    def __init__(self, *, unreadable: int) -> None:
        super().__init__(f"the exchange lists no symbols ({unreadable} could not be read)")
        self.unreadable = unreadable


class CandleRefusedError(ValueError):
    """A candle can't be stored, for `fault`; nothing was. It is told by symbol, interval and open time (ms)."""

    def __init__(self, *, symbol: str, interval: str, open_time: int, fault: str) -> None:
        super().__init__(f"the candle of {symbol} {interval} at {open_time} is refused: {fault}")
        self.symbol = symbol
        self.interval = interval
        self.open_time = open_time
        self.fault = fault
