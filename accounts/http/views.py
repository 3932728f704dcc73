"""REST of accounts: an address is a set of use cases by method, as with `streaming.rest.views.StructView`.

These are no commands: they need the request itself (the lock-out counts by address, the admin's session is a cookie),
and many of them are for whoever isn't logged in yet. A query isn't read.
"""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import msgspec
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from accounts.http.throttles import WindowThrottle
from accounts.models import User
from accounts.passwords.queue import has_password
from streaming.commands.contract import Contract
from streaming.commands.parameters import reader_of
from streaming.requesters import password_requester
from streaming.rest.request_limits import answering_in_thread, requester_before_login
from streaming.rest.views import READ_FROM_QUERY, UseCaseView, answered_as, body_of


class Asked:
    """A request as a use case knows it: Django's own, which backends and sessions expect, and who sends it."""

    def __init__(self, request: Request) -> None:
        self.request: HttpRequest = request._request  # noqa: SLF001 - there is no other way to it
        self.claims: Any = request.auth
        """What the token says."""
        self._user = request.user

    @property
    def user(self) -> User:
        """Who is logged in; raise `NotAuthenticated` where nobody is."""
        if not isinstance(self._user, User):
            raise NotAuthenticated
        return self._user


class AccountCase(Contract, frozen=True, kw_only=True):
    """What is asked or changed of an account; `act` returns what `answer` describes. `throttle` counts the requests.

    What is too long to be held at once `act` returns as an answer of its own, of JSON that `answer` describes.
    What it takes comes in the body, or else in the address; a body isn't looked at where `reads_body` is False.
    """

    act: Callable[[Asked, Any], msgspec.Struct | HttpResponseBase | None]
    throttle: Callable[[], WindowThrottle] | None = None
    reads_body: bool = True


class AccountView(UseCaseView[AccountCase]):
    """An address that answers by its use cases, for who is logged in.

    Its requests count among the commands of who asks, and have a turn at the database each, from the look-up of the
    login on. Who asks is known only then but for the user whom a well-signed token names, or else the address. Requests
    with a password come here in their turn of `accounts.passwords.queue`, of which there are few for everybody: whoever
    has one waits behind no other requests of the same requester. While a password is hashed, others have the turn at
    the database.
    """

    _turn: ExitStack

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer the request, and end its turn, if it has got one."""
        with ExitStack() as self._turn:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Wait for a turn before anything is looked up; raise `TooMuchError`, or `NoTurnError` where none comes."""
        django_request = request._request  # noqa: SLF001 - Django's own request
        requester = requester_before_login(request)
        if has_password(django_request):
            requester = password_requester(requester)
        self._turn.enter_context(answering_in_thread(django_request, requester))
        super().initial(request, *args, **kwargs)

    def get_throttles(self) -> list[BaseThrottle]:
        """Return what limits this method, if anything does."""
        case = self.use_cases.get(str(self.request.method))
        return [] if case is None or case.throttle is None else [case.throttle()]

    def _answer(self, request: Request, **address: Any) -> HttpResponseBase:
        case = self.use_cases[answered_as(str(request.method))]
        is_read = case.reads_body and request.method not in READ_FROM_QUERY
        given = reader_of(case.parameters)(body_of(request)) if is_read else case.parameters(**address)
        done = case.act(Asked(request), given)
        if isinstance(done, HttpResponseBase):
            return done
        return Response(done, case.status, headers={"Cache-Control": "no-store"})


class PublicView(AccountView):
    """The same for somebody without a login; an old token in the header doesn't keep anybody from it."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
