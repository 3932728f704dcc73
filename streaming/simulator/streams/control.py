"""Control messages of a stream connection: subscribing, listing, and the property `combined`.

Pure: text in, text out. Every stream name is acknowledged, known or not; errors are nested, as the exchange's server
sends them (its documentation shows them flat).
"""

import re
from typing import Protocol

import msgspec

from streaming.simulator.streams import wire

UNKNOWN_PROPERTY, WRONG_VALUE_TYPE, INVALID_REQUEST, INVALID_JSON, TOO_MANY_SUBSCRIPTIONS = range(5)
MAXIMUM_STREAMS = 1024
_METHODS = ("SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS", "SET_PROPERTY", "GET_PROPERTY")
_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{0,36}")
_LARGEST_IDENTIFIER = 2**63 - 1

Identifier = int | str | None


class Session(Protocol):
    """The connection whose subscriptions are controlled."""

    combined: bool

    @property
    def stream_names(self) -> list[str]:
        """Its subscriptions, in the order in which they came."""
        ...

    def subscribe(self, names: list[str]) -> None:
        """Add streams."""
        ...

    def unsubscribe(self, names: list[str]) -> None:
        """Remove streams."""
        ...


class ControlError(Exception):
    """A control message that is refused, with the exchange's code and words."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def answer(message: str | bytes, session: Session) -> bytes:
    """Carry out one control message and return the frame that answers it."""
    identifier: Identifier = None
    try:
        request = _decoded(message)
        identifier = _identifier(request)
        result = _result(request, session)
    except ControlError as error:
        return wire.encode({"error": {"code": error.code, "msg": str(error)}, "id": identifier})
    return wire.encode({"result": result, "id": identifier})


def is_json(message: str | bytes) -> bool:
    """Return whether a message is JSON of any kind."""
    try:
        msgspec.json.decode(message)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _decoded(message: str | bytes) -> dict[str, object]:
    try:
        request = msgspec.json.decode(message)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ControlError(INVALID_JSON, f"Invalid JSON: {error}") from None
    if not isinstance(request, dict):
        raise _invalid("expected an object")
    return request


def _identifier(request: dict[str, object]) -> Identifier:
    identifier = request.get("id")
    if identifier is None:
        return None
    if isinstance(identifier, int) and not isinstance(identifier, bool):
        if abs(identifier) <= _LARGEST_IDENTIFIER:
            return identifier
    elif isinstance(identifier, str) and _IDENTIFIER.fullmatch(identifier):
        return identifier
    raise _invalid("request ID must be an integer or an alphanumeric string of at most 36 characters")


def _result(request: dict[str, object], session: Session) -> object:
    if "method" not in request:
        raise _invalid("missing field `method`")
    match request["method"]:
        case "SUBSCRIBE":
            _subscribe(_stream_names(request), session)
        case "UNSUBSCRIBE":
            session.unsubscribe(_stream_names(request))
        case "LIST_SUBSCRIPTIONS":
            return session.stream_names
        case "SET_PROPERTY":
            _set_property(_parameters(request), session)
        case "GET_PROPERTY":
            return _property(_parameters(request), session)
        case unknown:
            expected = ", ".join(f"`{method}`" for method in _METHODS)
            raise _invalid(f"unknown variant `{unknown}`, expected one of {expected}")
    return None


def _subscribe(names: list[str], session: Session) -> None:
    if len(set(names) | set(session.stream_names)) > MAXIMUM_STREAMS:
        raise ControlError(TOO_MANY_SUBSCRIPTIONS, "Too many subscriptions")
    session.subscribe(names)


def _set_property(parameters: list[object], session: Session) -> None:
    if len(parameters) > 2:  # noqa: PLR2004 - a name and a value
        raise _invalid("too many parameters")
    _require_combined(parameters)
    if len(parameters) == 1 or not isinstance(parameters[1], bool):
        raise ControlError(WRONG_VALUE_TYPE, "Invalid value type: expected Boolean")
    session.combined = parameters[1]


def _property(parameters: list[object], session: Session) -> bool:
    if len(parameters) > 1:
        raise _invalid("too many parameters")
    _require_combined(parameters)
    return session.combined


def _require_combined(parameters: list[object]) -> None:
    if not parameters or not isinstance(parameters[0], str):
        raise _invalid("property name must be a string")
    if parameters[0] != "combined":
        raise ControlError(UNKNOWN_PROPERTY, "Unknown property")


def _stream_names(request: dict[str, object]) -> list[str]:
    names = _parameters(request)
    if not all(isinstance(name, str) for name in names):
        raise _invalid("invalid type: expected a string")
    return [str(name) for name in names]


def _parameters(request: dict[str, object]) -> list[object]:
    if "params" not in request:
        raise _invalid("missing field `params`")
    parameters = request["params"]
    if not isinstance(parameters, list):
        raise _invalid("invalid type: expected a sequence")
    return parameters


def _invalid(what: str) -> ControlError:
    return ControlError(INVALID_REQUEST, f"Invalid request: {what}")
