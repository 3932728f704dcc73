"""REST on Structs: an address is a set of use cases by method, with one way in and one way out.

    class RuleApi(StructView):
        \"\"\"`/api/v1/alerts/rules/<id>/`: one rule of the user.\"\"\"

        throttle = "THROTTLE_ALERTS"
        use_cases: ClassVar = {"GET": GET_RULE, "PATCH": UPDATE_RULE, "DELETE": DELETE_RULE}

    path("alerts/rules/<int:id>/", RuleApi.as_view(), name="alert-rule")

What the address holds (`id`) is a parameter like those of the query (GET, DELETE) or the JSON body (the others), so
that a use case reads the same Struct here as in its command. Checks come in the order login, permission, rate,
parameters, existence. Refusals have the one shape of `accounts.answers`; times are ISO 8601; numbers are exact.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec
from rest_framework.exceptions import NotAuthenticated, ParseError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.models import User
from accounts.throttles import WindowThrottle
from alerts.use_cases import Caller, UseCase
from streaming.clock import Clock, SystemClock
from streaming.gateway.commands.access import Who
from streaming.gateway.commands.errors import CommandRefusedError, WrongParametersError
from streaming.gateway.commands.parameters import reader_of
from streaming.gateway.dialects.times import iso_time
from streaming.gateway.outcome import CommandErrorCode
from streaming.validation import UNKNOWN_PARAMETER

READ_FROM_QUERY = ("GET", "DELETE")
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


class ChangesThrottle(WindowThrottle):
    """How often a user may ask for changes, by the setting of that name (`120/min`); reading isn't counted."""

    def __init__(self, setting: str) -> None:
        self.setting = setting

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request, and return whether it may pass."""
        return request.method in SAFE_METHODS or super().allow_request(request, view)

    def subject(self, request: Request) -> Any:
        """Return the user's id."""
        return f"user:{request.user.pk}"


class StructView(APIView):
    """See the module; `throttle` names the setting that limits changes, empty for none."""

    renderer_classes = (ExactJSONRenderer,)
    use_cases: ClassVar[Mapping[str, UseCase]] = {}
    throttle: ClassVar[str] = ""
    clock: ClassVar[Clock] = SystemClock()

    def __init_subclass__(cls, **given: Any) -> None:
        """Answer the methods that there are use cases for; any other is 405."""
        super().__init_subclass__(**given)
        for method in cls.use_cases:
            setattr(cls, method.lower(), cls._answer)

    def check_permissions(self, request: Request) -> None:
        """Refuse whoever isn't logged in (401), and whoever may not (403)."""
        super().check_permissions(request)
        case = self.use_cases.get(str(request.method))
        if case is not None and not _may(request, case.access):
            raise CommandRefusedError(CommandErrorCode.PERMISSION_DENIED, "Permission denied")

    def get_throttles(self) -> list[BaseThrottle]:
        """Return the limit of changes."""
        return [ChangesThrottle(self.throttle)] if self.throttle else []

    def _answer(self, request: Request, **address: Any) -> Response:
        case = self.use_cases[str(request.method)]
        parameters = reader_of(case.parameters)(_given(request, address))
        data = case.done(self._caller(request), parameters)
        headers = {"Cache-Control": "no-store"}
        return Response(None if case.status == 204 else data, status=case.status, headers=headers)  # noqa: PLR2004

    def _caller(self, request: Request) -> Caller:
        user = request.user
        if not isinstance(user, User):
            raise NotAuthenticated
        return Caller(user_id=user.pk, is_staff=user.is_staff, write_time=iso_time, clock=self.clock)


def _may(request: Request, access: Who) -> bool:
    return {Who.STAFF: request.user.is_staff, Who.SUPERUSER: request.user.is_superuser}.get(access, True)


def _given(request: Request, address: Mapping[str, Any]) -> dict[str, Any]:
    """Return all parameters; refuse those that stand where none is read."""
    query = request.query_params.dict()
    given = query if request.method in READ_FROM_QUERY else _body(request)
    misplaced = set(address) & set(given) | (set() if given is query else set(query))
    if misplaced:
        raise WrongParametersError(dict.fromkeys(sorted(misplaced), UNKNOWN_PARAMETER))
    return {**given, **address}


def _body(request: Request) -> dict[str, Any]:
    if not isinstance(request.data, dict):
        raise ParseError("The body must be a JSON object")
    return dict(request.data)
