"""Faults that nobody foresaw, where secrets are in reach."""

from django.http import HttpRequest, HttpResponse

from accounts.authentication import authenticate as authenticate_really
from streaming.identity.identity import Credential, Identity

FAULT = "a-fault"
"""A credential that begins so makes the login fail."""


def failing_view(request: HttpRequest) -> HttpResponse:
    """Raise, with the address and the header in the message, as a careless library would."""
    raise RuntimeError(f"no answer to {request.get_full_path()} with {request.headers.get('Authorization')!r}")


async def authenticate(credential: Credential) -> Identity:
    """Tell whose a credential is, but fail on one that asks for it."""
    if credential.secret.startswith(FAULT):
        raise RuntimeError(f"could not check token={credential.secret}")
    return await authenticate_really(credential)
