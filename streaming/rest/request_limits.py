"""How much REST requests may ask for: they count as commands of whoever asks, and take turns with them.

A server without a gateway counts nothing, and takes turns at the database all the same.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from typing import Protocol, runtime_checkable
from weakref import WeakSet

from asgiref.sync import ThreadSensitiveContext
from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request

from streaming.commands.user_limits import USER_LIMITS, UserLimits, requester_of
from streaming.database.fair_queries import asking, database_turn
from streaming.fair_queue import all_turns_within
from streaming.identity.http_addresses import address_of_request
from streaming.requesters import claimed_requester


def user_limits_of(request: HttpRequest) -> UserLimits | None:
    """Return what limits the users of this process, which the server hands on with the request."""
    limits: UserLimits | None = getattr(request, "scope", {}).get(USER_LIMITS)
    return limits


@runtime_checkable
class NamesUsers(Protocol):
    """An authenticator that can tell whom a request names before it asks the database."""

    def claimed_user_id(self, request: HttpRequest) -> str | None:
        """Return whom the request's token names, whether its login lives or not; None for nobody."""


def requester_before_login(request: Request) -> str:
    """Return whom a well-signed token names, as the view's authentication reads it, or else the address."""
    django_request = request._request  # noqa: SLF001 - Django's own request
    for authenticator in request.authenticators or ():
        if isinstance(authenticator, NamesUsers) and (user_id := authenticator.claimed_user_id(django_request)):
            return claimed_requester(user_id)
    return requester_of(None, address_of_request(django_request))


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

    What it asks of the database is asked in a thread of its own: in that of the request wait those middlewares that
    aren't asynchronous, and the answer would wait there for a query that hangs.

    Raise `TooMuchError`, or `TimeoutError` where all of it takes longer than a command may.
    """
    requester, limits = requester_of(None, address_of_request(request)), user_limits_of(request)
    async with AsyncExitStack() as stack:
        timeout = await stack.enter_async_context(asyncio.timeout(settings.WS_COMMAND_SECONDS))
        _under_way.add(timeout)
        stack.callback(_under_way.discard, timeout)
        if limits is not None:
            await stack.enter_async_context(limits.request_in_loop(requester))
        stack.enter_context(asking(requester))
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rest")
        stack.callback(thread.shutdown, wait=False)
        await stack.enter_async_context(ThreadSensitiveContext(executor=thread))
        yield


@contextmanager
def answering_in_thread(request: HttpRequest, requester: str) -> Iterator[None]:
    """Answer a request of `requester` in a thread of its own, and in one turn at the database.

    Raise `TooMuchError`, or `NoTurnError` where no turn comes for as long as a command may take.
    """
    seconds, limits = settings.WS_COMMAND_SECONDS, user_limits_of(request)
    with ExitStack() as stack:
        stack.enter_context(all_turns_within(seconds))
        if limits is not None:
            stack.enter_context(limits.request(requester, seconds=seconds))
        stack.enter_context(database_turn(requester, seconds=seconds))
        yield
