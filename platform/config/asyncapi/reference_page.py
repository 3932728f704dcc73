"""A document as a page shows it to people: the same facts in its order, every schema as a list of fields. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from config.openapi.components import Schema
from config.openapi.schema_fields import Field, NamedSchema, Paragraph, SchemaFields, paragraphs_of, pieces_of, written


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
        self._fields = SchemaFields(document["components"]["schemas"])
        self._messages: Mapping[str, Schema] = document["components"]["messages"]
        self._channels: Mapping[str, Schema] = document["channels"]

    def page(self) -> ReferencePage:
        [server] = self._document["servers"].values()
        handshake = self._channels["connection"]["bindings"]["ws"]
        info = self._document["info"]
        return ReferencePage(
            title=info["title"],
            paragraphs=paragraphs_of(info["description"]),
            address=f"{server['protocol']}://{server['host']}{server['pathname']}",
            login=pieces_of(server["description"]),
            close_codes=tuple(server["x-close-codes"]),
            limits=tuple(server["x-limits"]),
            headers=self._fields.of(handshake["headers"]),
            query=self._fields.of(handshake["query"]),
            asked=tuple(self._of_connection("client.")),
            answered=tuple(self._of_connection("")),
            parameters=dict(self._parameters()),
            channels=tuple(self._subscribed()),
            events=tuple(self._told()),
            groups=tuple(self._commands()),
            schemas=tuple(self._fields.named()),
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
            paragraphs=paragraphs_of(message.get("description") or message["summary"]),
            fields=self._fields.of(message["payload"]),
            example=written(message["examples"][0]["payload"]),
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
                yield name, pieces_of(f"{said.get('description', '')}{values}")

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
            parameters=self._fields.of(asked["payload"]["properties"]["params"]),
            answer=self._fields.of(answered["payload"]["oneOf"][0]["properties"]["data"]),
            asked=written(asked["examples"][0]["payload"]),
            answered=written(answered["examples"][0]["payload"]),
        )
