"""Where requests with a password wait for their turn: in the event loop, holding no connection to the database.

Each has a thread all the same, idle while it waits: Django calls what hears of a request's start there, before the
request comes here. So `PASSWORD_HASHES_WAITING` bounds these threads, too.

So many are served at a time, the others by turns of their addresses: whoever sends many waits for its own, and for one
of each other. Where as many wait as may, the address with the most makes room for one with fewer. What comes by other
ways than these requests (a command, a form of the admin) is bounded by `hashing` all the same.

Whoever is throttled or locked out takes no such place. Whether that is so is looked up first, by the same rules.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar
from weakref import WeakKeyDictionary

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve

from accounts.errors import ApplicationError, PasswordHashingBusyError
from accounts.http.answers import response_outside_rest
from accounts.log_in.lockout import address_of
from accounts.log_in.refusal_page import refusal_page
from accounts.passwords.throttled import is_throttled
from streaming.database.fair_queries import AT_A_TIME

PASSWORD_VIEWS = frozenset(
    {
        "accounts:token",
        "accounts:register",
        "accounts:keys",
        "accounts:two-factor-begin",
        "accounts:two-factor-recovery-codes",
        "accounts:two-factor-disable",
        "accounts:email-change",
        "accounts:password-change",
        "accounts:password-reset-confirm",
        "accounts:own-data-export",
        "accounts:own-data-delete",
        "reset-password",
        "admin:login",
        "admin:password_change",
    }
)
"""The views that hash a password for whoever asks."""
_API = "/api/"

Result = TypeVar("Result")


class PasswordQueue:
    """Gives turns to addresses, `at_a_time` at once; at most `waiting` wait. For one event loop."""

    def __init__(self, *, at_a_time: int, waiting: int) -> None:
        self._free = at_a_time
        self._most = waiting
        self._count = 0
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}  # whose turn comes next stands first

    @asynccontextmanager
    async def turn(self, address: str) -> AsyncIterator[None]:
        """Wait for a turn, and have it until the end of the `async with`; who is cancelled waits no more.

        Raise `PasswordHashingBusyError` where there is no room, now or as soon as others need it more.
        """
        if self._free:
            self._free -= 1
        else:
            await self._wait(address)
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, address: str) -> None:
        if self._count >= self._most:
            self._make_room(address)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(address, deque()).append(future)
        self._count += 1
        try:
            await future
        except asyncio.CancelledError:
            if future.cancelled():
                self._forget(address, future)
            elif future.exception() is None:  # the turn came at the very moment
                self._pass_on()
            raise

    def _make_room(self, address: str) -> None:
        """Refuse the last one of the address with the most, unless the newcomer's would then have as many."""
        longest = max(self._waiting, key=lambda each: len(self._waiting[each]), default=address)
        own, most = (len(self._waiting.get(each, ())) for each in (address, longest))
        if own + 1 >= most:
            raise PasswordHashingBusyError
        refused = self._waiting[longest][-1]
        self._forget(longest, refused)
        if not refused.done():  # nor has it just been cancelled
            refused.set_exception(PasswordHashingBusyError())

    def _pass_on(self) -> None:
        """Give the turn to the next who waits: not to one who was cancelled and hasn't run since."""
        while self._waiting:
            future = self._next()
            if not future.done():
                future.set_result(None)
                return
        self._free += 1

    def _next(self) -> asyncio.Future[None]:
        """Take out who comes next; the others of that address come behind all others."""
        address = next(iter(self._waiting))
        futures = self._waiting.pop(address)
        self._count -= 1
        future = futures.popleft()
        if futures:
            self._waiting[address] = futures
        return future

    def _forget(self, address: str, future: asyncio.Future[None]) -> None:
        """Take one out who waits no more, unless that has been done."""
        futures = self._waiting.get(address)
        if futures is None or future not in futures:
            return
        futures.remove(future)
        self._count -= 1
        if not futures:
            del self._waiting[address]


def has_password(request: HttpRequest) -> bool:
    """Return whether a request is one of those that wait here for their turn."""
    return _password_view(request) is not None


def _password_view(request: HttpRequest) -> ResolverMatch | None:
    if request.method != "POST":
        return None
    try:
        view = resolve(request.path_info)
    except Resolver404:
        return None
    return view if view.view_name in PASSWORD_VIEWS else None


class _Queues:
    """Those of one event loop, with the settings of when they were first asked for."""

    def __init__(self) -> None:
        most = settings.PASSWORD_HASHES_WAITING
        self.looking_up = PasswordQueue(at_a_time=AT_A_TIME, waiting=most)
        self.hashing = PasswordQueue(at_a_time=settings.PASSWORD_HASHES_AT_A_TIME, waiting=most)


_queues: WeakKeyDictionary[asyncio.AbstractEventLoop, _Queues] = WeakKeyDictionary()


def queues_of_loop() -> _Queues:
    """Return those of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _queues:
        _queues[loop] = _Queues()
    return _queues[loop]


class PasswordQueueHandler(ASGIHandler):
    """Django's own handler, at which complete requests with a password wait for their turn.

    It is no middleware, as one that isn't asynchronous makes all those before it run in the request's thread.
    """

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Return the answer, in the request's turn where it has a password that will be looked at."""
        view = _password_view(request)
        if view is None:
            return await super().get_response_async(request)
        queues, address = queues_of_loop(), address_of(request) or ""
        try:
            async with queues.looking_up.turn(address):
                needs_no_turn = await _to_the_end(sync_to_async(is_throttled)(request, view))
            if needs_no_turn:
                return await super().get_response_async(request)
            async with queues.hashing.turn(address):
                return await _to_the_end(super().get_response_async(request))
        except PasswordHashingBusyError as refusal:
            request.password_refusal = refusal  # type: ignore[attr-defined]
            return await super().get_response_async(request)


async def _to_the_end(work: Awaitable[Result]) -> Result:
    """Do it also when the client has gone: the request's thread goes on, and so must its turn."""
    doing = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.wait([doing])
        raise


class PasswordRefusalMiddleware:
    """Says to whom there was no turn for, or no room to hash, that it can be tried again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, unless it had no turn."""
        refusal: ApplicationError | None = getattr(request, "password_refusal", None)
        return self._get_response(request) if refusal is None else _answer(request, refusal)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a page whose password could not be hashed; REST answers for itself."""
        return _answer(request, exception) if isinstance(exception, PasswordHashingBusyError) else None


def _answer(request: HttpRequest, refusal: ApplicationError) -> HttpResponse:
    return response_outside_rest(refusal) if request.path_info.startswith(_API) else refusal_page(refusal)
