"""One method of an address, as OpenAPI writes it."""

import inspect
import re
from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from config.openapi.components import Components, Schema
from config.openapi.examples import BODIES, QUERIES
from streaming.commands.access import ByParameters, CommandAccess, Permission, StaffPermission, Who
from streaming.commands.outcome import CommandErrorCode
from streaming.commands.parameters import NoParameters

JSON = "application/json"
BEARER = "bearer"
_WITHOUT_BODY = {"GET", "DELETE"}
_IN_ADDRESS = re.compile(r"\{(\w+)\}")
_WHO = {
    Who.ANYONE: "anyone",
    Who.LOGIN: "whoever is logged in",
    Who.STAFF: "staff",
    Who.SUPERUSER: "superusers",
}


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why a request was refused: `fields` names each wrong parameter with a sentence."""

    code: CommandErrorCode
    message: str
    fields: dict[str, str] | msgspec.UnsetType = msgspec.UNSET


class ErrorAnswer(msgspec.Struct, frozen=True):
    """What every refusal looks like."""

    error: Refusal


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one method of an address.

    `parameters` are read from the address, then from the query or the JSON body. `answers` are the shapes of
    which the body of a success has one; none where there is no body. `refusals` are the statuses besides those that
    follow from the rest. `others` are a use case's. `for_any_key`: an API key needs no scope for it.
    """

    path: str
    method: str
    title: str
    parameters: type[msgspec.Struct] = NoParameters
    answers: tuple[type[msgspec.Struct], ...] = ()
    status: int = 200
    access: CommandAccess = Who.ANYONE
    others: Who | StaffPermission | None = None
    for_any_key: bool = False
    refusals: tuple[int, ...] = ()

    def kinds(self) -> list[type[msgspec.Struct]]:
        """Return the Structs that it refers to."""
        return [self.parameters, ErrorAnswer, *self.answers]

    def written(self, components: Components) -> Schema:
        """Return the operation, which refers to `components`."""
        body = self._body(components)
        return {
            "operationId": "_".join([self.method.lower(), *self._words()]),
            "tags": [self._words()[0]],
            "summary": self.title,
            "parameters": self._parameters(components),
            **(
                {"requestBody": {"content": {JSON: {"schema": body, **self._example()}}, "required": True}}
                if body
                else {}
            ),
            "x-access": access_text(self.access),
            "security": [] if self.access is Who.ANYONE else [{BEARER: []}],
            "responses": self._responses(components),
        }

    def _words(self) -> list[str]:
        """Return the parts of the path that name something: `alerts`, `rules`, `id`."""
        return re.findall(r"\w+", self.path.removeprefix("/api/v1/").removeprefix("/api/"))

    def _in_address(self) -> list[str]:
        return _IN_ADDRESS.findall(self.path)

    def _parameters(self, components: Components) -> list[Schema]:
        described = components.object_schema(self.parameters)
        required = described.get("required", ())
        held = self._in_address()
        return [
            {"name": name, "in": "path", "required": True, "schema": schema}
            if name in held
            else {
                "name": name,
                "in": "query",
                "required": name in required,
                "schema": schema,
                **_example_of(name, required),
            }
            for name, schema in described["properties"].items()
            if name in held or self.method in _WITHOUT_BODY
        ]

    def _body(self, components: Components) -> Schema | None:
        if self.method in _WITHOUT_BODY:
            return None
        held = self._in_address()
        described = components.object_schema(self.parameters)
        properties = {name: schema for name, schema in described["properties"].items() if name not in held}
        if not properties:
            return None
        if not held:
            return components.reference(self.parameters)
        required = [name for name in described.get("required", ()) if name not in held]
        return {**described, "title": f"{described['title']}Body", "properties": properties, "required": required}

    def _example(self) -> Schema:
        example = BODIES.get((self.path, self.method))
        return {} if example is None else {"example": example}

    def _responses(self, components: Components) -> dict[str, Schema]:
        success: Schema = {"description": HTTPStatus(self.status).phrase}
        if self.answers:
            shapes = [components.reference(answer) for answer in self.answers]
            success["content"] = {JSON: {"schema": shapes[0] if len(shapes) == 1 else {"anyOf": shapes}}}
        refused = {JSON: {"schema": components.reference(ErrorAnswer)}}
        refusals = {
            str(status): {"description": HTTPStatus(status).phrase, "content": refused}
            for status in sorted(self._refusals())
        }
        return {str(self.status): success, **refusals}

    def _refusals(self) -> set[int]:
        statuses = {*self.refusals, 503}
        if self._in_address():
            statuses.add(404)
        if self.access is not Who.ANYONE:
            statuses.add(401)
            if self.access is not Who.LOGIN or not self.for_any_key:
                statuses.add(403)  # an API key lacks the scope, whoever may
        if isinstance(self.others, StaffPermission):
            statuses.add(403)
        return statuses


def title_of(thing: Any) -> str:
    """Return the first line of a docstring, without its full stop."""
    return (inspect.getdoc(thing) or "").partition("\n")[0].rstrip(".")


def access_text(access: CommandAccess) -> str:
    """Return who has an access, in words."""
    match access:
        case Permission(name):
            return f"whoever has the permission {name}"
        case StaffPermission(name):
            return f"staff who have the permission {name}"
        case ByParameters(least):
            return f"{_WHO[least]}, for what is one's own; what else it can do asks for more"
        case Who():
            return _WHO[access]


def with_components(document: Mapping[str, Any], components: Components) -> dict[str, Any]:
    """Return the document with the schemas, and with how one logs in."""
    scheme = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    return {**document, "components": {"schemas": components.schemas, "securitySchemes": {BEARER: scheme}}}


def _example_of(parameter: str, required: Collection[str]) -> Schema:
    return {"example": QUERIES[parameter]} if parameter in required and parameter in QUERIES else {}
