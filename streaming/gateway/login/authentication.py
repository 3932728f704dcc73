"""Login at the handshake: what the client showed, and whose it is."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from urllib.parse import parse_qs

from django.conf import settings
from django.utils.module_loading import import_string

from streaming.gateway.sending.transport import Scope
from streaming.identity.identity import Credential, CredentialKind, Identity, UserStanding

Authenticator = Callable[[Credential], Awaitable[Identity]]
_BEARER = "bearer"


StandingLookup = Callable[[Collection[Identity]], Awaitable[Mapping[str, UserStanding]]]
"""Returns how each of those who logged in stands, by the user's id; who has gone, or is inactive, is left out."""


def configured_standing_lookup() -> StandingLookup:
    """Return the function that the setting GATEWAY_USER_STANDING names."""
    lookup: StandingLookup = import_string(settings.GATEWAY_USER_STANDING)
    return lookup


def configured_authenticator() -> Authenticator:
    """Return the function that the setting GATEWAY_AUTHENTICATOR names."""
    authenticator: Authenticator = import_string(settings.GATEWAY_AUTHENTICATOR)
    return authenticator


def credential_of(scope: Scope) -> Credential | None:
    """Return what a handshake shows: `?token=` comes before `?ticket=`, which comes before `Authorization: Bearer`.

    None where there is neither. What is present but empty is returned as such: it is bad, not missing.
    """
    text: str = scope["query_string"].decode("latin-1")
    if text:
        query = parse_qs(text, keep_blank_values=True)
        for kind in CredentialKind:  # in this order
            if kind.value in query:
                return Credential(kind, query[kind.value][0])
    bearer = _bearer(scope["headers"])
    return None if bearer is None else Credential(CredentialKind.TOKEN, bearer)


def _bearer(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    for name, value in headers:
        if name.lower() == b"authorization":
            scheme, _, credentials = value.decode("latin-1").partition(" ")
            if scheme.lower() == _BEARER:
                return credentials.strip()
    return None
