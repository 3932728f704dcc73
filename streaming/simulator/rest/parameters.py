"""Query parameters of the REST API, checked as the exchange does, with its codes and words.

Where its documentation names no code for what can't be read (`windowSize`, `timeZone`, `permissions`), it is -1130.
"""

import re
from enum import Enum
from urllib.parse import parse_qsl

import msgspec

from streaming.simulator.candles.candles import DAY, HOUR, INTERVALS, MINUTE

_SYMBOL = re.compile(r"(?:[^\Wa-z]|[\-.]){1,50}")  # since December 2025 a symbol may hold letters beyond ASCII
_SYMBOL_RANGE = "^[\\w\\-._&&[^a-z]]{1,50}$"
_STATUSES = ("TRADING", "END_OF_DAY", "HALT", "BREAK", "CANCEL_ONLY")
_NUMBER = re.compile(r"[0-9]{1,20}")
_NUMBER_RANGE = "^[0-9]{1,20}$"
_WINDOW = re.compile(r"([1-9]|[1-5][0-9])m|([1-9]|1[0-9]|2[0-3])h|[1-7]d")
_WINDOW_UNITS = {"m": MINUTE, "h": HOUR, "d": DAY}
_TIME_ZONE = re.compile(r"(?P<sign>[+-]?)(?P<hours>[0-9]{1,2})(?::(?P<minutes>[0-5][0-9]))?")
_WESTMOST, _EASTMOST = -12 * HOUR, 14 * HOUR
_PERMISSION = re.compile(r"SPOT|MARGIN|LEVERAGED|TRD_GRP_[0-9]{3}")
_MOST_SYMBOLS = 100
_texts = msgspec.json.Decoder(list[str])


class TickerType(Enum):
    """How much a ticker tells."""

    FULL = "FULL"
    MINI = "MINI"


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
            symbols = _texts.decode(text)
        except (msgspec.DecodeError, RecursionError):
            symbols = []
        if not symbols or not all(_SYMBOL.fullmatch(symbol) for symbol in symbols):
            raise _illegal("symbols", '^\\[("[A-Z0-9-_.]{1,50}"(,"[A-Z0-9-_.]{1,50}"){0,}){0,1}\\]$')
        return symbols

    def required_symbols(self) -> list[str]:
        """Return the `symbol` or the `symbols`; refuse the absence of both (-1102) and over a hundred (-1101)."""
        one, several = self.symbol(), self.symbols()
        if one is None and several is None:
            raise RestError(-1102, "Param 'symbol' or 'symbols' must be sent, but both were empty/null!")
        names = [one] if one is not None else several or []
        if len(names) > _MOST_SYMBOLS:
            raise RestError(-1101, f"Too many parameters; expected '{_MOST_SYMBOLS}' and received '{len(names)}'.")
        return names

    @property
    def asks_for_one(self) -> bool:
        """Whether one symbol was named by itself, so that the answer is no list."""
        return "symbol" in self._values

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

    def ticker_type(self) -> TickerType:
        """Return the `type` of ticker, the full one where it wasn't sent; refuse another (-1139)."""
        text = self.text("type")
        try:
            return TickerType.FULL if text is None else TickerType(text)
        except ValueError:
            raise RestError(-1139, "Invalid ticker type.") from None

    def window_size(self) -> int:
        """Return the `windowSize` in ms, of a day where it wasn't sent: 1m to 59m, 1h to 23h, 1d to 7d."""
        text = self.text("windowSize") or "1d"
        if not _WINDOW.fullmatch(text):
            raise _not_valid("windowSize")
        return int(text[:-1]) * _WINDOW_UNITS[text[-1]]

    def time_zone(self) -> int:
        """Return the `timeZone` in ms east of UTC, 0 where it wasn't sent: `8`, `-1:00`, at most 12 west or 14 east."""
        zone = _TIME_ZONE.fullmatch(self.text("timeZone") or "0")
        if zone is None:
            raise _not_valid("timeZone")
        size = int(zone["hours"]) * HOUR + int(zone["minutes"] or 0) * MINUTE
        offset = -size if zone["sign"] == "-" else size
        if not _WESTMOST <= offset <= _EASTMOST:
            raise _not_valid("timeZone")
        return offset

    def permissions(self) -> list[str] | None:
        """Return the `permissions`, one or a JSON list, None where they weren't sent; refuse them beside symbols."""
        text = self.text("permissions")
        if text is None:
            return None
        self._refuse_beside_symbols()
        try:
            permissions = _texts.decode(text) if text.startswith("[") else [text]
        except (msgspec.DecodeError, RecursionError):
            permissions = []
        if not permissions or not all(_PERMISSION.fullmatch(each) for each in permissions):
            raise _not_valid("permissions")
        return permissions

    def listed_status(self) -> str | None:
        """Return the `symbolStatus` to list symbols by; refuse it beside symbols (-1128)."""
        status = self.symbol_status()
        if status is not None:
            self._refuse_beside_symbols()
        return status

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a Boolean, `default` where it wasn't sent; refuse anything else (-1130)."""
        text = self.text(name)
        if text is None:
            return default
        if text.lower() not in ("true", "false"):
            raise _not_valid(name)
        return text.lower() == "true"

    def number(self, name: str) -> int | None:
        """Return a whole number, None where it wasn't sent; refuse anything else (-1100)."""
        text = self.text(name)
        if text is None:
            return None
        if not _NUMBER.fullmatch(text):
            raise _illegal(name, _NUMBER_RANGE)
        return int(text)

    def required_number(self, name: str) -> int:
        """Return a whole number; refuse its absence (-1102)."""
        number = self.number(name)
        if number is None:
            raise _missing(name)
        return number

    def limit(self, default: int, maximum: int) -> int:
        """Return the `limit`, at most `maximum`; refuse zero (-1130)."""
        limit = self.number("limit")
        if limit is None:
            return default
        if limit == 0:
            raise _not_valid("limit")
        return min(limit, maximum)

    def _refuse_beside_symbols(self) -> None:
        if self._values.keys() & {"symbol", "symbols"}:
            raise RestError(-1128, "Combination of optional parameters invalid.")

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


def _not_valid(name: str) -> RestError:
    return RestError(-1130, f"Data sent for parameter '{name}' is not valid.")


def _illegal(name: str, legal: str) -> RestError:
    return RestError(-1100, f"Illegal characters found in parameter '{name}'; legal range is '{legal}'.")
