"""The client that watches: made of what was asked for, and logged in as whoever was named."""

from collections.abc import Awaitable, Callable

from streaming.watch.credentials import Credential, Password, Secrets, access_token, one_time_ticket
from streaming.watch.errors import WatchError
from streaming.watch.options import LoginBy, WatchOptions
from tidewire_client import ClientOptions, TidewireClient
from tidewire_client import LoginBy as ClientLoginBy

_OPEN_SECONDS = 10.0
TokenSource = str | Callable[[], Awaitable[str]] | None


def client_of(options: WatchOptions, credential: Credential | None, secrets: Secrets) -> TidewireClient:
    """Return a client that tries for as long as it may be of use; every token it is given is among `secrets`.

    Raise `WatchError` where a way to log in was asked for, and nothing to log in with.
    """
    if credential is None and (options.uses_ticket or options.login_by is not LoginBy.HEADER):
        raise WatchError("There is no token to log in with: give --token-file, --login or TIDEWIRE_TOKEN.")
    return TidewireClient(
        options.endpoint.url,
        dialect=options.endpoint.dialect,
        token=_token_source(options, credential, secrets),
        options=ClientOptions(
            login_by=ClientLoginBy.TICKET if options.uses_ticket else ClientLoginBy[options.login_by.name],
            maximum_attempts=None,
            open_timeout=_OPEN_SECONDS,
        ),
    )


def _token_source(options: WatchOptions, credential: Credential | None, secrets: Secrets) -> TokenSource:
    """Return a token, or where it can be had anew, by a password or as a ticket, the function that gets it."""
    url = options.endpoint.url
    if credential is None:
        return None
    if not options.uses_ticket and not isinstance(credential, Password):
        return secrets.noted(credential).value

    async def fresh() -> str:
        token = secrets.noted(await access_token(credential, url))
        return (secrets.noted(await one_time_ticket(token, url)) if options.uses_ticket else token).value

    return fresh
