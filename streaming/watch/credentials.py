"""Who is watching: the token that was given, or one that REST gives for a password; and one-time tickets."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx2
import msgspec

from streaming.loopback import is_loopback
from streaming.watch.address import rest_url
from streaming.watch.advice import what_it_said
from streaming.watch.errors import LoginRefusedError, WatchError
from tidewire_client.address import shown

TOKEN_VARIABLE = "TIDEWIRE_TOKEN"  # noqa: S105 - a name, not a token
_TOKEN_PATH = "/api/v1/auth/token/"  # noqa: S105 - an address
_TICKET_PATH = "/api/v1/ws/ticket"
_ANSWER_SECONDS = 9.0  # a little less than the client waits for a token


class Secret(msgspec.Struct, frozen=True):
    """An access token; its value shows nowhere by itself."""

    value: str

    def __repr__(self) -> str:
        return "Secret()"


class Password(msgspec.Struct, frozen=True):
    """A user's name and password, for which REST gives a token."""

    username: str
    password: str

    def __repr__(self) -> str:
        return f"Password(username={self.username!r})"


Credential = Secret | Password


class Secrets:
    """All tokens and tickets that were in use, so that none of them is ever printed."""

    def __init__(self) -> None:
        self._values: set[str] = set()

    def __repr__(self) -> str:
        return "Secrets()"

    def noted(self, secret: Secret) -> Secret:
        """Return `secret`, and remember it."""
        self._values.add(secret.value)
        return secret

    def hidden_in(self, value: Any) -> Any:
        """Return a value of a frame without them, should a server ever send one back."""
        match value:
            case str():
                for secret in self._values:
                    value = value.replace(secret, "[token]")
                return value
            case dict():
                return {self.hidden_in(name): self.hidden_in(each) for name, each in value.items()}
            case list():
                return [self.hidden_in(each) for each in value]
            case _:
                return value


def credential_of(
    given: Mapping[str, Any], environment: Mapping[str, str], ask: Callable[[str], str]
) -> Credential | None:
    """Return the credential that the arguments name, else the environment's token, else None.

    `ask` gets a password for a user. Raise `WatchError` for a file that can't be read, and for what can't be a token.
    """
    if given["login"]:
        return Password(given["login"], ask(given["login"]))
    if given["token_file"]:
        return _secret(_content(given["token_file"]), f"The file {given['token_file']}")
    if given["token"] is not None:
        return _secret(given["token"], "--token")
    from_environment = environment.get(TOKEN_VARIABLE)
    return _secret(from_environment, TOKEN_VARIABLE) if from_environment else None


def _content(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii", errors="replace")
    except OSError as error:
        raise WatchError(f"Can't read the token from {path}: {error.strerror}.") from None


def _secret(text: str, where: str) -> Secret:
    value = text.strip()
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise WatchError(f"{where} holds no token: one is a single line of letters, digits, dots and dashes.")
    return Secret(value)


async def access_token(credential: Credential, url: str) -> Secret:
    """Return the token of a credential, got from the server at the socket's address `url` where it is a password."""
    if isinstance(credential, Secret):
        return credential
    answer = await _post(rest_url(url, _TOKEN_PATH), json=msgspec.to_builtins(credential))
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        raise LoginRefusedError(f"{credential.username} could not log in: {what_it_said(answer.text)}")
    return Secret(_field(answer, "access"))


async def one_time_ticket(token: Secret, url: str) -> Secret:
    """Return a ticket, good once and for half a minute, from the server at the socket's address `url`."""
    answer = await _post(rest_url(url, _TICKET_PATH), headers={"Authorization": f"Bearer {token.value}"})
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        raise LoginRefusedError(f"No ticket for this token: {what_it_said(answer.text)} Get a new token.")
    return Secret(_field(answer, "ticket"))


async def _post(url: str, **request: Any) -> httpx2.Response:
    try:
        async with httpx2.AsyncClient(timeout=_ANSWER_SECONDS, trust_env=not is_loopback(url)) as client:
            return await client.post(url, **request)
    except httpx2.HTTPError as error:
        raise WatchError(f"{shown(url)} did not answer: {str(error) or type(error).__name__}.") from None


def _field(answer: httpx2.Response, name: str) -> str:
    where = shown(str(answer.url))
    if not answer.is_success:
        raise WatchError(f"{where} answered with HTTP {answer.status_code}: {what_it_said(answer.text)}")
    try:
        value = msgspec.json.decode(answer.content, type=dict[str, Any]).get(name)
    except msgspec.DecodeError:
        value = None
    if not isinstance(value, str) or not value:
        raise WatchError(f"{where} gave no {name}.")
    return value
