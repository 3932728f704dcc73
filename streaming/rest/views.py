"""REST on Structs: an address is a set of use cases by method, with one way in and one way out.

    RULE = StructView.of(GET=GET_RULE, PATCH=UPDATE_RULE, DELETE=DELETE_RULE)

    path("alerts/rules/<int:id>/", RULE.as_view(), name="alert-rule")

What the address holds (`id`) is a parameter like those of the query (GET, DELETE) or the JSON body (the others), so
that a use case reads the same Struct here as in its command. Checks come in the order login, permission, rate,
parameters, existence. Refusals have the shape that the project's `EXCEPTION_HANDLER` gives them; times are ISO 8601;
numbers are exact.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

import msgspec
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.http.response import HttpResponseBase
from rest_framework.exceptions import APIException, NotAuthenticated, ParseError
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from streaming.clock import Clock, SystemClock
from streaming.commands.access import ByParameters, CommandAccess, Permission, StaffPermission, Who
from streaming.commands.contract import Contract
from streaming.commands.errors import PermissionDeniedError, WrongParametersError
from streaming.commands.parameters import reader_of
from streaming.commands.use_cases import Caller, Interface, UseCase
from streaming.commands.validation import UNKNOWN_PARAMETER
from streaming.fair_queue import all_turns_within
from streaming.identity.http_addresses import address_of_request
from streaming.identity.scopes import Scope
from streaming.requesters import user_requester
from streaming.rest.hub import hub_of
from streaming.rest.request_limits import answering_in_thread, requester_before_login, user_limits_of
from streaming.times import iso_time

Case = TypeVar("Case", bound=Contract)

READ_FROM_QUERY = ("GET", "HEAD", "DELETE")
"""The methods without a body: their parameters stand in the query."""


class ExactJSONRenderer(BaseRenderer):
    """JSON with numbers as `streaming.numbers.json_number` wrote them, and Structs as they are."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the body; None is an empty one."""
        return b"" if data is None else msgspec.json.encode(data)


class UseCaseView(APIView, Generic[Case]):
    """An address that answers by its use cases, which `of`, or a subclass, names by HTTP method."""

    renderer_classes = (ExactJSONRenderer,)
    use_cases: Mapping[str, Case] = {}

    def __init_subclass__(cls, **given: Any) -> None:
        """Answer the methods that there are use cases for; any other is 405."""
        super().__init_subclass__(**given)
        for method in cls.use_cases:
            setattr(cls, method.lower(), cls._answer)

    @classmethod
    def of(cls, **use_cases: Case) -> type[Self]:
        """Return the view of an address that answers by these use cases, each under its HTTP method."""
        return cast("type[Self]", type(cls.__name__, (cls,), {"use_cases": use_cases}))

    def use_case(self, request: Request) -> Case | None:
        """Return what is asked for, None for a method that is answered with 405, or OPTIONS."""
        return self.use_cases.get(answered_as(str(request.method)))

    def _answer(self, request: Request, **address: Any) -> HttpResponseBase:
        raise NotImplementedError


class StructView(UseCaseView[UseCase]):
    """The same for use cases that are commands, too."""

    clock: ClassVar[Clock] = SystemClock()

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer the request, which waits for all its turns together as long as a command may take."""
        with all_turns_within(settings.WS_COMMAND_SECONDS):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Look up the login, and count, as whom the token names, or else the address: who asks is known only then.

        Raise `TooMuchError`, or `NoTurnError` where no turn comes in time.
        """
        with answering_in_thread(request._request, requester_before_login(request)):  # noqa: SLF001 - Django's own
            super().initial(request, *args, **kwargs)

    def check_permissions(self, request: Request) -> None:
        """Refuse whoever isn't logged in (401), and whoever may not (403)."""
        super().check_permissions(request)
        case = self.use_case(request)
        if case is not None and not _may(request, case.access, self.kwargs):
            raise PermissionDeniedError

    def check_throttles(self, request: Request) -> None:
        """Refuse what the user asks for too often, by REST and commands together (429)."""
        case = self.use_case(request)
        if case is not None:
            case.count(request.user.pk)

    def scope_of(self, method: str) -> Scope | None:
        """Return the scope that an API key needs."""
        case = self.use_cases.get(answered_as(method))
        return Scope.READ if case is None else case.needed_scope  # another method is 405 for everybody

    def _answer(self, request: Request, **address: Any) -> Response:
        limits = user_limits_of(request._request)  # noqa: SLF001 - Django's own request
        if limits is None:  # a server without a gateway
            return self._done(request, address)
        with limits.request(user_requester(request.user.pk), seconds=settings.WS_COMMAND_SECONDS):
            return self._done(request, address)

    def _done(self, request: Request, address: Mapping[str, Any]) -> Response:
        case = self.use_cases[answered_as(str(request.method))]
        parameters = reader_of(case.parameters)(_given(request, address))
        data = case.done(self._caller(request), parameters, hub_of(request._request))  # noqa: SLF001 - Django's own
        headers = {"Cache-Control": "no-store"}
        return Response(None if case.status == 204 else data, status=case.status, headers=headers)  # noqa: PLR2004

    def _caller(self, request: Request) -> Caller:
        user = request.user
        if not isinstance(user, AbstractUser):
            raise NotAuthenticated
        address = address_of_request(request._request)  # noqa: SLF001 - Django's own request
        return caller_of(user, self.clock, address=address)


def caller_of(user: AbstractUser, clock: Clock, *, interface: Interface = Interface.REST, address: str = "") -> Caller:
    """Return `user` as a use case knows who asks by HTTP."""
    return Caller(
        user_id=user.pk,
        is_staff=user.is_staff,
        may=user.has_perm,
        write_time=iso_time,
        clock=clock,
        interface=interface,
        address=address,
    )


def answered_as(method: str) -> str:
    """Return the method whose use case answers: HEAD asks for what GET does, without the body (RFC 9110, 9.3.2)."""
    return "GET" if method == "HEAD" else method


def _may(request: Request, access: CommandAccess, address: Mapping[str, Any]) -> bool:
    """Return whether the user may; what it depends on is read as it was given, as a command's is."""
    if isinstance(access, ByParameters):
        access = access.access_of({**_as_given(request), **address})
    if isinstance(access, Permission):
        return request.user.has_perm(access.name)
    if isinstance(access, StaffPermission):
        return request.user.is_staff and request.user.has_perm(access.name)
    return {Who.STAFF: request.user.is_staff, Who.SUPERUSER: request.user.is_superuser}.get(access, True)


def _as_given(request: Request) -> Mapping[str, Any]:
    """Return the parameters unread; of a body that can't be read, none."""
    if request.method in READ_FROM_QUERY:
        return request.query_params.dict()
    try:
        return request.data if isinstance(request.data, dict) else {}
    except APIException:
        return {}


def _given(request: Request, address: Mapping[str, Any]) -> dict[str, Any]:
    """Return all parameters; refuse those that stand where none is read."""
    query = request.query_params.dict()
    given = query if request.method in READ_FROM_QUERY else body_of(request)
    misplaced = set(address) & set(given) | (set() if given is query else set(query))
    if misplaced:
        raise WrongParametersError(dict.fromkeys(sorted(misplaced), UNKNOWN_PARAMETER))
    return {**given, **address}


def body_of(request: Request) -> dict[str, Any]:
    """Return the JSON object of the body; raise `ParseError` for anything else."""
    if not isinstance(request.data, dict):
        raise ParseError("The body must be a JSON object")
    return dict(request.data)
