"""REST of accounts: an address is a set of use cases by method, as with `streaming.rest.views.StructView`.

These are no commands: they need the request itself (the lock-out counts by address, the admin's session is a cookie),
and many of them are for whoever isn't logged in yet. A query isn't read.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import msgspec
from django.http import HttpRequest
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from accounts.http.throttles import WindowThrottle
from accounts.http.turn_taking import TurnTakingView
from accounts.models import User
from streaming.commands.parameters import reader_of
from streaming.commands.use_cases import Contract
from streaming.rest.views import READ_FROM_QUERY, ExactJSONRenderer, body_of


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

    What it takes comes in the body, or else in the address; a body isn't looked at where `reads_body` is False.
    """

    act: Callable[[Asked, Any], msgspec.Struct | None]
    throttle: type[WindowThrottle] | None = None
    reads_body: bool = True


class AccountView(TurnTakingView):
    """An address that answers by its use cases, for who is logged in."""

    renderer_classes = (ExactJSONRenderer,)
    use_cases: ClassVar[Mapping[str, AccountCase]] = {}

    def __init_subclass__(cls, **given: Any) -> None:
        """Answer the methods that there are use cases for; any other is 405."""
        super().__init_subclass__(**given)
        for method in cls.use_cases:
            setattr(cls, method.lower(), cls._answer)

    def get_throttles(self) -> list[BaseThrottle]:
        """Return what limits this method, if anything does."""
        case = self.use_cases.get(str(self.request.method))
        return [] if case is None or case.throttle is None else [case.throttle()]

    def _answer(self, request: Request, **address: Any) -> Response:
        case = self.use_cases["GET" if request.method == "HEAD" else str(request.method)]
        is_read = case.reads_body and request.method not in READ_FROM_QUERY
        given = reader_of(case.parameters)(body_of(request)) if is_read else case.parameters(**address)
        return Response(case.act(Asked(request), given), case.status, headers={"Cache-Control": "no-store"})


class PublicView(AccountView):
    """The same for somebody without a login; an old token in the header doesn't keep anybody from it."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
