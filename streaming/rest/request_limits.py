"""How much REST requests may ask for: they count as commands of whoever asks, and take turns with them.

A server without a gateway counts nothing, and takes turns at the database all the same.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from weakref import WeakSet

from django.conf import settings
from django.http import HttpRequest

from streaming.commands.user_limits import USER_LIMITS, UserLimits, asker_of
from streaming.database.turns import asking, database_turn
from streaming.identity.http_addresses import address_of_request


def user_limits_of(request: HttpRequest) -> UserLimits | None:
    """Return what limits the users of this process, which the server hands on with the request."""
    limits: UserLimits | None = getattr(request, "scope", {}).get(USER_LIMITS)
    return limits


_under_way: WeakSet[asyncio.Timeout] = WeakSet()
"""The times of the requests that an event loop answers now."""


def end_waiting() -> None:
    """Let the requests that this event loop answers end now, as if their time were over: the process stops."""
    now = asyncio.get_running_loop().time()
    for timeout in list(_under_way):
        if not timeout.expired():
            timeout.reschedule(now)


@asynccontextmanager
async def answering(request: HttpRequest) -> AsyncIterator[None]:
    """Answer a request that anybody may make, in the event loop: it counts for its address.

    Raise `TooMuchError`, or `TimeoutError` where all of it takes longer than a command may.
    """
    asker, limits = asker_of(None, address_of_request(request)), user_limits_of(request)
    async with AsyncExitStack() as stack:
        timeout = await stack.enter_async_context(asyncio.timeout(settings.WS_COMMAND_SECONDS))
        _under_way.add(timeout)
        stack.callback(_under_way.discard, timeout)
        if limits is not None:
            await stack.enter_async_context(limits.request_in_loop(asker))
        stack.enter_context(asking(asker))
        yield


@contextmanager
def answering_in_thread(request: HttpRequest, asker: str) -> Iterator[None]:
    """Answer a request of `asker` in a thread of its own, and in one turn at the database.

    Raise `TooMuchError`, or `NoTurnError` where no turn comes for as long as a command may take.
    """
    seconds, limits = settings.WS_COMMAND_SECONDS, user_limits_of(request)
    with ExitStack() as stack:
        if limits is not None:
            stack.enter_context(limits.request(asker, seconds=seconds))
        stack.enter_context(database_turn(asker, seconds=seconds))
        yield
