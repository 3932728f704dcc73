"""Holding frames against an AsyncAPI document, strictly: what it doesn't describe may not come."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from jsonschema import Draft7Validator, FormatChecker  # type: ignore[import-untyped]  # its stubs are not installed
from jsonschema.validators import extend  # type: ignore[import-untyped]
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

_URI = "urn:tidewire:asyncapi"
_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_FORMATS = FormatChecker(formats=())
_FORMATS.checks("date-time")(lambda value: not isinstance(value, str) or bool(_ISO_TIME.fullmatch(value)))
_NUMBERS = Draft7Validator.TYPE_CHECKER.redefine(
    "number", lambda _, value: isinstance(value, int | float | Decimal) and not isinstance(value, bool)
)
_Validator = extend(Draft7Validator, type_checker=_NUMBERS)
_OF_CONNECTION = {"ping": "server_ping"}
"""Messages whose name isn't the type of their frames."""


class DescribedFrames:
    """What a document says of the frames of its dialect, whose numbers are read with all their digits."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        resource: Resource[Any] = DRAFT7.create_resource(_closed(document))
        self._registry: Registry[Any] = Registry().with_resource(_URI, resource)
        self._validators: dict[str, Any] = {}

    def faults(self, message: str, frame: Any) -> list[str]:
        """Return what of a frame isn't as the message of that name is described; raise `KeyError` for none."""
        if message not in self._document["components"]["messages"]:
            raise KeyError(message)
        if message not in self._validators:
            schema = {"$ref": f"{_URI}#/components/messages/{message}/payload"}
            self._validators[message] = _Validator(schema, registry=self._registry, format_checker=_FORMATS)
        errors = self._validators[message].iter_errors(frame)
        return [f"{error.json_path}: {error.message}" for error in errors]

    def check(self, frame: Mapping[str, Any], action: str = "") -> str:
        """Fail where no message describes a frame; return the name of that which does. `action` is a response's."""
        names = self.messages_of(frame, action)
        faults = {name: self.faults(name, frame) for name in names}
        fitting = [name for name, found in faults.items() if not found]
        assert fitting, f"not as it is described: {frame}: {faults}"
        return fitting[0]

    def messages_of(self, frame: Mapping[str, Any], action: str = "") -> list[str]:
        """Return the names of the messages that a frame may be."""
        kind = frame["type"]
        if kind == "response":
            own = f"response.{action}"
            return [own if own in self._document["components"]["messages"] else "response"]
        name = _OF_CONNECTION.get(kind, kind)
        if name in self._document["channels"]["connection"]["messages"]:
            return [name]
        found = [self._of(channel) for address, channel in self._addresses if address.fullmatch(frame["channel"])]
        return sorted({name for names in found for name in names} or {"resync"})

    def _of(self, channel: Mapping[str, Any]) -> list[str]:
        return list(channel["messages"])

    @cached_property
    def _addresses(self) -> list[tuple[re.Pattern[str], Mapping[str, Any]]]:
        channels = self._document["channels"].items()
        return [(_pattern(each["address"]), each) for name, each in channels if name != "connection"]


def _pattern(address: str) -> re.Pattern[str]:
    """Return what matches the names that an address stands for: each parameter is one segment, and not empty."""
    parts = re.split(r"\{\w+\}", address)
    return re.compile("[^:.]+".join(map(re.escape, parts)))


def read(text: str | bytes) -> Any:
    """Return what stands in JSON, numbers with all their digits."""
    return json.loads(text, parse_float=Decimal)


def schemas_in(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object within a document."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from schemas_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from schemas_in(inner)


def _closed(value: Any) -> Any:
    """Return a document whose objects have no properties but those that are described."""
    if isinstance(value, list):
        return [_closed(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    closed = {name: _closed(inner) for name, inner in value.items()}
    is_object = isinstance(value.get("properties"), dict) and value.get("type") == "object"
    return {"additionalProperties": False, **closed} if is_object else closed
