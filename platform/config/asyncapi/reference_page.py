"""A document as a page shows it to people: the same facts in its order, every schema as a list of fields. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from config.openapi.components import Schema

_encode = msgspec.json.Encoder(decimal_format="number").encode
_SCHEMAS = "#/components/schemas/"
_FLATTENED = 4
"""How deep objects within a frame are told beside it; deeper ones have names of their own."""
_BOUNDS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
}


class Part(msgspec.Struct, frozen=True):
    """A piece of what is said of a type; with an `anchor` it leads to a schema."""

    text: str
    anchor: str = ""


class Text(msgspec.Struct, frozen=True):
    """A piece of a sentence, which may be a name or a value of the wire."""

    text: str
    is_code: bool


Paragraph = tuple[Text, ...]


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field of an object: its path in that, what it is, and what else there is to say."""

    path: str
    is_required: bool
    type: tuple[Part, ...]
    note: Paragraph


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message: what it tells in which fields, and an example."""

    name: str
    paragraphs: tuple[Paragraph, ...]
    fields: tuple[Field, ...]
    example: str


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """What can be subscribed: its address, and the names of its messages."""

    name: str
    address: str
    access: str
    messages: tuple[str, ...]


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """What can be asked for by name: its parameters, and the data of the answer."""

    action: str
    title: str
    access: str
    changes: bool
    parameters: tuple[Field, ...]
    answer: tuple[Field, ...]
    asked: str
    answered: str


class Group(msgspec.Struct, frozen=True):
    """Commands whose names begin alike."""

    name: str
    commands: tuple[Command, ...]


class NamedSchema(msgspec.Struct, frozen=True, kw_only=True):
    """A type that others refer to: an object by its fields, or what its values can be."""

    name: str
    paragraphs: tuple[Paragraph, ...]
    fields: tuple[Field, ...]
    type: tuple[Part, ...]


class ReferencePage(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows."""

    title: str
    paragraphs: tuple[Paragraph, ...]
    address: str
    login: Paragraph
    close_codes: tuple[Mapping[str, Any], ...]
    limits: tuple[Mapping[str, Any], ...]
    headers: tuple[Field, ...]
    query: tuple[Field, ...]
    asked: tuple[Message, ...]
    answered: tuple[Message, ...]
    parameters: Mapping[str, Paragraph]
    channels: tuple[Channel, ...]
    events: tuple[Message, ...]
    groups: tuple[Group, ...]
    schemas: tuple[NamedSchema, ...]


def reference_page(document: Mapping[str, Any]) -> ReferencePage:
    """Return what a page shows of a document."""
    return _Reading(document).page()


class _Reading:
    """A document that is read: what it refers to is found in it."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._schemas: Mapping[str, Schema] = document["components"]["schemas"]
        self._messages: Mapping[str, Schema] = document["components"]["messages"]
        self._channels: Mapping[str, Schema] = document["channels"]

    def page(self) -> ReferencePage:
        [server] = self._document["servers"].values()
        handshake = self._channels["connection"]["bindings"]["ws"]
        info = self._document["info"]
        return ReferencePage(
            title=info["title"],
            paragraphs=_paragraphs(info["description"]),
            address=f"{server['protocol']}://{server['host']}{server['pathname']}",
            login=_pieces(server["description"]),
            close_codes=tuple(server["x-close-codes"]),
            limits=tuple(server["x-limits"]),
            headers=self.fields(handshake["headers"]),
            query=self.fields(handshake["query"]),
            asked=tuple(self._of_connection("client.")),
            answered=tuple(self._of_connection("")),
            parameters=dict(self._parameters()),
            channels=tuple(self._subscribed()),
            events=tuple(self._told()),
            groups=tuple(self._commands()),
            schemas=tuple(self._named()),
        )

    def _of_connection(self, prefix: str) -> Iterator[Message]:
        for name in self._channels["connection"]["messages"]:
            kind = name.partition(".")[0] if "." in name else ""
            if (f"{kind}." if kind else "") == prefix:
                yield self._message(name)

    def _message(self, name: str) -> Message:
        message = self._messages[name]
        return Message(
            name=name,
            paragraphs=_paragraphs(message.get("description") or message["summary"]),
            fields=self.fields(message["payload"]),
            example=_written(message["examples"][0]["payload"]),
        )

    def _subscribed(self) -> Iterator[Channel]:
        for name, channel in self._channels.items():
            if "x-access" in channel:
                yield Channel(
                    name=name,
                    address=channel["address"],
                    access=channel["x-access"],
                    messages=tuple(channel["messages"]),
                )

    def _parameters(self) -> Iterator[tuple[str, Paragraph]]:
        for channel in self._channels.values():
            for name, said in channel.get("parameters", {}).items():
                values = f"; one of {', '.join(said['enum'])}" if "enum" in said else ""
                yield name, _pieces(f"{said.get('description', '')}{values}")

    def _told(self) -> Iterator[Message]:
        told = dict.fromkeys(name for channel in self._subscribed() for name in channel.messages)
        for name in told:
            yield self._message(name)

    def _commands(self) -> Iterator[Group]:
        groups: dict[str, list[Command]] = {}
        for action, operation in self._document["operations"].items():
            if "x-changes" in operation:
                groups.setdefault(action.partition(".")[0], []).append(self._command(action, operation))
        for name, commands in groups.items():
            yield Group(name, tuple(commands))

    def _command(self, action: str, operation: Schema) -> Command:
        asked, answered = self._messages[f"command.{action}"], self._messages[f"response.{action}"]
        return Command(
            action=action,
            title=operation["summary"],
            access=operation["x-access"],
            changes=operation["x-changes"],
            parameters=self.fields(asked["payload"]["properties"]["params"]),
            answer=self.fields(answered["payload"]["oneOf"][0]["properties"]["data"]),
            asked=_written(asked["examples"][0]["payload"]),
            answered=_written(answered["examples"][0]["payload"]),
        )

    def _named(self) -> Iterator[NamedSchema]:
        for name, schema in sorted(self._schemas.items()):
            fields = self.fields(schema)
            parts = () if fields else tuple(self._type(schema))
            about = _paragraphs(schema["description"]) if "description" in schema else ()
            yield NamedSchema(name=name, paragraphs=about, fields=fields, type=parts)

    def fields(self, schema: Schema) -> tuple[Field, ...]:
        """Return the fields of an object, those of objects within it by their paths; of several shapes, of all."""
        return tuple({field.path: field for field in self._fields(self._resolved(schema), "", _FLATTENED)}.values())

    def _fields(self, schema: Schema, prefix: str, depth: int) -> Iterator[Field]:
        for shape in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
            yield from self._fields(self._resolved(shape), prefix, depth)
        required = schema.get("required", ())
        for name, inner in schema.get("properties", {}).items():
            path = f"{prefix}{name}"
            type_ = tuple(self._type(inner))
            yield Field(path=path, is_required=name in required, type=type_, note=_note(inner))
            if "properties" in inner and depth:
                yield from self._fields(inner, f"{path}.", depth - 1)

    def _resolved(self, schema: Schema) -> Schema:
        reference = schema.get("$ref", "")
        return self._schemas[reference.removeprefix(_SCHEMAS)] if reference else schema

    def _type(self, schema: Schema) -> Iterator[Part]:
        if "$ref" in schema:
            name = schema["$ref"].removeprefix(_SCHEMAS)
            yield Part(name, f"schema-{name}")
        elif "const" in schema:
            yield Part(_json(schema["const"]))
        elif "enum" in schema:
            yield Part(", ".join(map(_json, schema["enum"])))
        elif options := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
            for number, option in enumerate(options):
                yield from [Part(" or ")] if number else []
                yield from self._type(option)
        else:
            yield from self._simple_type(schema)

    def _simple_type(self, schema: Schema) -> Iterator[Part]:
        kinds = schema.get("type", "anything")
        yield Part(" or ".join([kinds] if isinstance(kinds, str) else kinds))
        items = schema.get("items")
        inner = items if isinstance(items, list) else [items] if items else []
        for number, item in enumerate(inner):
            yield Part(", " if number else " of ")
            yield from self._type(item)


def _note(schema: Schema) -> Paragraph:
    said = [schema["description"]] if "description" in schema else []
    said += [words.format(schema[name]) for name, words in _BOUNDS.items() if name in schema]
    default = schema.get("default")
    said += [f"{_json(default)} unless given"] if isinstance(default, str | int | float) and default != "" else []
    return _pieces("; ".join(said))


def _paragraphs(text: str) -> tuple[Paragraph, ...]:
    return tuple(_pieces(paragraph) for paragraph in text.split("\n\n"))


def _pieces(text: str) -> Paragraph:
    """Return a sentence in pieces: what stands between backticks is code."""
    return tuple(Text(piece, bool(number % 2)) for number, piece in enumerate(text.split("`")) if piece)


def _json(value: Any) -> str:
    return _encode(value).decode()


def _written(value: Any) -> str:
    return msgspec.json.format(_encode(value), indent=2).decode()
