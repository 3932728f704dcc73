"""What is sent to and from the addresses that aren't made of use cases, as it is on the wire."""

from typing import Annotated

import msgspec

from accounts.api_keys.api import KeyAnswer
from accounts.models import MAXIMUM_EMAIL_LENGTH, MAXIMUM_KEY_NAME_LENGTH, MAXIMUM_USERNAME_LENGTH
from accounts.one_time_links.services import MAXIMUM_SECRET_LENGTH
from accounts.tokens.json_web_tokens import MAXIMUM_TOKEN_LENGTH
from streaming.identity.scopes import Scope

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
