"""What is sent to and from the addresses that aren't made of use cases, as it is on the wire."""

from typing import Annotated, Any

import msgspec

from accounts.api_keys.api import KeyAnswer
from accounts.models import MAXIMUM_EMAIL_LENGTH, MAXIMUM_KEY_NAME_LENGTH, MAXIMUM_USERNAME_LENGTH
from accounts.one_time_links.services import MAXIMUM_SECRET_LENGTH
from accounts.tokens.json_web_tokens import MAXIMUM_TOKEN_LENGTH
from streaming.commands.use_cases import JsonNumber
from streaming.events import Interval
from streaming.identity.scopes import Scope
from streaming.market.parameters import MAXIMUM_CANDLES, MAXIMUM_SYMBOLS

_Name = Annotated[str, msgspec.Meta(max_length=MAXIMUM_USERNAME_LENGTH)]
_Email = Annotated[str, msgspec.Meta(max_length=MAXIMUM_EMAIL_LENGTH)]
_Password = Annotated[str, msgspec.Meta(max_length=1024)]
_Code = Annotated[str, msgspec.Meta(max_length=64)]
_Secret = Annotated[str, msgspec.Meta(max_length=MAXIMUM_SECRET_LENGTH)]
_Token = Annotated[str, msgspec.Meta(max_length=MAXIMUM_TOKEN_LENGTH)]


class Credentials(msgspec.Struct, frozen=True):
    """A user name, or an email address, and the password; with two-factor a code, too."""

    username: _Email
    password: _Password
    code: _Code = ""


class Password(msgspec.Struct, frozen=True):
    """The password of who asks."""

    password: _Password


class Code(msgspec.Struct, frozen=True):
    """A code of an authenticator app."""

    code: _Code


class PasswordAndCode(msgspec.Struct, frozen=True):
    """The password of who asks, and a code of an authenticator app or a recovery code."""

    password: _Password
    code: _Code


class Registration(msgspec.Struct, frozen=True):
    """A new user."""

    username: _Name
    email: _Email
    password: _Password


class RefreshToken(msgspec.Struct, frozen=True):
    """A refresh token."""

    refresh: _Token


class LogOut(msgspec.Struct, frozen=True):
    """The refresh token of the login that ends; it may be left out where all end."""

    refresh: _Token | None = None
    everywhere: bool = False


class NewKey(msgspec.Struct, frozen=True):
    """What an API key is called, what it is for, when it ends (ISO 8601; null: never), and the password of who asks."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=MAXIMUM_KEY_NAME_LENGTH)]
    scopes: Annotated[list[Scope], msgspec.Meta(min_length=1, max_length=3)]
    password: _Password
    expires_at: str | None = None
    code: _Code = ""


class KeyId(msgspec.Struct, frozen=True):
    """Which of one's keys."""

    id: int


class KeysAnswer(msgspec.Struct, frozen=True):
    """One's API keys, newest first."""

    items: list[KeyAnswer]
    total: int


class AnyToken(msgspec.Struct, frozen=True):
    """An access or a refresh token."""

    token: _Token


class LinkSecret(msgspec.Struct, frozen=True):
    """The end of a mailed link."""

    secret: _Secret


class LinkSecretAndPassword(msgspec.Struct, frozen=True):
    """The end of a mailed link, and a new password."""

    secret: _Secret
    password: _Password


class PasswordChange(msgspec.Struct, frozen=True):
    """The password until now, and the new one; with two-factor a code, too."""

    current: _Password
    new: _Password
    code: _Code = ""


class EmailAddress(msgspec.Struct, frozen=True):
    """An email address."""

    email: _Email


class EmailChange(msgspec.Struct, frozen=True):
    """A new email address, and the password; with two-factor a code, too."""

    email: _Email
    password: _Password
    code: _Code = ""


class AccessToken(msgspec.Struct, frozen=True):
    """An access token."""

    access: str


class Ticket(msgspec.Struct, frozen=True):
    """A one-time ticket for a socket; `expires_in` is in seconds."""

    ticket: str
    expires_in: int


class Empty(msgspec.Struct, frozen=True):
    """An empty object."""


class SymbolsParameters(msgspec.Struct, frozen=True):
    """Which symbols to list: those that hold `query`."""

    query: str = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAXIMUM_SYMBOLS)] = 100
    offset: Annotated[int, msgspec.Meta(ge=0)] = 0


class SymbolAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A symbol, with the steps of its prices and quantities."""

    symbol: str
    base: str
    quote: str
    status: str
    tick_size: JsonNumber | None
    step_size: JsonNumber | None
    min_notional: JsonNumber | None


class SymbolsAnswer(msgspec.Struct, frozen=True):
    """A part of the symbols."""

    items: list[SymbolAnswer]
    total: int


class HistoryParameters(msgspec.Struct, frozen=True):
    """Which candles: times are ms since the epoch, or ISO 8601 with an offset."""

    symbol: str
    interval: Interval
    start: str | int | None = None
    end: str | int | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAXIMUM_CANDLES)] = 500


class HistoryAnswer(msgspec.Struct, frozen=True):
    """Candles, oldest first: time, open, high, low, close, volume."""

    symbol: str
    interval: Interval
    candles: list[list[JsonNumber]]


class OverviewRowAnswer(msgspec.Struct, frozen=True):
    """One symbol at a glance."""

    symbol: str
    price: JsonNumber
    change_percent: JsonNumber = msgspec.field(name="changePercent24h")
    volume: JsonNumber = msgspec.field(name="volume24h")


class OverviewAnswer(msgspec.Struct, frozen=True):
    """The market at a glance; the last three lists name symbols, the first first."""

    symbols: list[OverviewRowAnswer]
    gainers: list[str]
    losers: list[str]
    volumes: list[str]
    timestamp: str


class HealthAnswer(msgspec.Struct, frozen=True):
    """Each part that the process depends on, with its state."""

    status: str
    database: dict[str, Any]
    channel_layer: dict[str, Any]
    bridge: dict[str, Any]
    symbols: dict[str, Any]


class ReadyAnswer(msgspec.Struct, frozen=True):
    """Whether all parts are there."""

    ready: bool
    database: dict[str, Any]
    channel_layer: dict[str, Any]
    bridge: dict[str, Any]
    symbols: dict[str, Any]


class StatisticsAnswer(msgspec.Struct, frozen=True):
    """What the whole deployment serves."""

    success: bool
    data: dict[str, Any]


class ChannelCount(msgspec.Struct, frozen=True):
    """A channel and how many have it."""

    channel: str
    subscribers: int


class ChannelsStatistics(msgspec.Struct, frozen=True, rename="camel"):
    """How many sessions have each channel."""

    total_clients: int
    total_channels: int
    channels: list[ChannelCount]
