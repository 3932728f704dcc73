"""Query parameters of the REST API, checked as the exchange does, with its codes and words."""

import re
from urllib.parse import parse_qsl

import msgspec

from streaming.simulator.candles.candles import INTERVALS

_SYMBOL = re.compile(r"(?:[^\Wa-z]|[\-.]){1,50}")  # since December 2025 a symbol may hold letters beyond ASCII
_SYMBOL_RANGE = "^[\\w\\-._&&[^a-z]]{1,50}$"
_STATUSES = ("TRADING", "END_OF_DAY", "HALT", "BREAK", "CANCEL_ONLY")
_NUMBER = re.compile(r"[0-9]{1,20}")
_NUMBER_RANGE = "^[0-9]{1,20}$"
_symbol_list = msgspec.json.Decoder(list[str])


class RestError(Exception):
    """A request that is refused: HTTP status, the exchange's code and words, and how many seconds to wait, if any."""

    def __init__(self, code: int, message: str, status: int = 400, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.retry_after = retry_after


class Parameters:
    """The parameters of one request. Read what the endpoint knows, then call `finish`."""

    def __init__(self, query: str) -> None:
        self._values = dict(parse_qsl(query, keep_blank_values=True))
        self._read: set[str] = set()

    def text(self, name: str) -> str | None:
        """Return a parameter as it was sent, None where it wasn't; refuse an empty one (-1105)."""
        self._read.add(name)
        value = self._values.get(name)
        if value == "":
            raise RestError(-1105, f"Parameter '{name}' was empty.")
        return value

    def symbol(self) -> str | None:
        """Return the `symbol`, None where it wasn't sent; refuse characters that no symbol has (-1100)."""
        symbol = self.text("symbol")
        if symbol is not None and not _SYMBOL.fullmatch(symbol):
            raise _illegal("symbol", _SYMBOL_RANGE)
        return symbol

    def required_symbol(self) -> str:
        """Return the `symbol`; refuse its absence (-1102)."""
        symbol = self.symbol()
        if symbol is None:
            raise _missing("symbol")
        return symbol

    def symbols(self) -> list[str] | None:
        """Return the JSON list `symbols`, None where it wasn't sent; refuse it beside `symbol` (-1128)."""
        text = self.text("symbols")
        if text is None:
            return None
        if "symbol" in self._values:
            raise RestError(-1128, "Combination of optional parameters invalid.")
        try:
            symbols = _symbol_list.decode(text)
        except (msgspec.DecodeError, RecursionError):
            symbols = []
        if not symbols or not all(_SYMBOL.fullmatch(symbol) for symbol in symbols):
            raise _illegal("symbols", '^\\[("[A-Z0-9-_.]{1,50}"(,"[A-Z0-9-_.]{1,50}"){0,}){0,1}\\]$')
        return symbols

    def interval(self) -> str:
        """Return the `interval`; refuse its absence (-1102) and one that the exchange doesn't have (-1120)."""
        interval = self.text("interval")
        if interval is None:
            raise _missing("interval")
        if interval not in INTERVALS:
            raise RestError(-1120, "Invalid interval.")
        return interval

    def symbol_status(self) -> str | None:
        """Return the `symbolStatus` to choose by, None where it wasn't sent; refuse an unknown one (-1122)."""
        status = self.text("symbolStatus")
        if status is not None and status not in _STATUSES:
            raise RestError(-1122, "Invalid symbolStatus.")
        return status

    def number(self, name: str) -> int | None:
        """Return a whole number, None where it wasn't sent; refuse anything else (-1100)."""
        text = self.text(name)
        if text is None:
            return None
        if not _NUMBER.fullmatch(text):
            raise _illegal(name, _NUMBER_RANGE)
        return int(text)

    def limit(self, default: int, maximum: int) -> int:
        """Return the `limit`, at most `maximum`; refuse zero (-1130)."""
        limit = self.number("limit")
        if limit is None:
            return default
        if limit == 0:
            raise RestError(-1130, "Data sent for parameter 'limit' is not valid.")
        return min(limit, maximum)

    def finish(self) -> None:
        """Refuse parameters that nobody read (-1104)."""
        if not self._values.keys() <= self._read:
            read, sent = len(self._values.keys() & self._read), len(self._values)
            raise RestError(
                -1104,
                f"Not all sent parameters were read; read '{read}' parameter(s) but was sent '{sent}'.",
            )


def _missing(name: str) -> RestError:
    return RestError(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.")


def _illegal(name: str, legal: str) -> RestError:
    return RestError(-1100, f"Illegal characters found in parameter '{name}'; legal range is '{legal}'.")
