"""The whole document of a dialect, which is always the same while a process runs."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec

from config.asyncapi import client_messages, connection
from config.asyncapi.channels import PARAMETERS, READERS, Channel, Told, channels
from config.asyncapi.commands import CommandFailure, Described, described_commands
from config.asyncapi.event_schemas import EventSchemas
from config.asyncapi.examples.commands import PARAMETERS as ASKED
from config.asyncapi.examples.data import example_of
from config.asyncapi.examples.events import FixedClock, example_event, example_frame
from config.asyncapi.framing import FRAMINGS
from config.asyncapi.json_schema import StructSchemas
from config.openapi.components import Schema
from streaming.events import NamedEvent, Resync
from streaming.gateway.dialects.base import Dialect
from streaming.gateway.dialects.decoder import MESSAGE_TYPES
from streaming.gateway.dialects.registry import dialects
from streaming.topics.topic import Access

ASYNCAPI_VERSION = "3.0.0"
CONNECTION = "connection"
_ABOUT = (
    "Channel `connection` is the socket itself: all frames pass over it. The other channels are what can be subscribed "
    "by their addresses, and what is then told. Numbers are exact; whoever must not lose any digit reads them as "
    "decimals. Fields and messages may be added at any time: leave unread what you don't know."
)
_encode = msgspec.json.Encoder(decimal_format="number").encode


def dialect_names() -> tuple[str, ...]:
    """Return the names of the dialects, each of which has a document."""
    return tuple(FRAMINGS)


def document(name: str) -> dict[str, Any]:
    """Return the document of the dialect of that name; raise `KeyError` for none."""
    return _Document(_dialect(name)).written()


@cache
def document_json(name: str) -> bytes:
    """Return the same as JSON, made once for each process."""
    return _encode(document(name))


def _dialect(name: str) -> Dialect:
    known = dialects(FixedClock())
    return {one.name: one for one in (known.market, known.trading, known.control)}[name]


class _Document:
    """One document on its way: messages are put among the components as the channels are described."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._framing = FRAMINGS[dialect.name](dialect)
        self._commands = described_commands()
        self._structs = StructSchemas([CommandFailure, *_kinds_of(self._commands)], self._framing.time)
        self._events = EventSchemas(dialect.data.fields_of, self._framing.time, self._structs.schemas)
        self._messages: dict[str, Schema] = {}
        self._operations: dict[str, Schema] = {}
        self._channels: dict[str, Schema] = {}

    def written(self) -> dict[str, Any]:
        self._add_connection()
        for channel in channels():
            self._add_channel(channel)
        for command in self._commands:
            self._add_command(command)
        return {
            "asyncapi": ASYNCAPI_VERSION,
            "info": self._info(),
            "defaultContentType": "application/json",
            "servers": {self._dialect.name: connection.server(self._dialect)},
            "channels": self._channels,
            "operations": self._operations,
            "components": {
                "messages": self._messages,
                "schemas": {**self._structs.schemas, **self._events.nested},
                "securitySchemes": connection.SECURITY,
            },
        }

    def _info(self) -> Schema:
        return {
            "title": f"Tidewire over WebSockets: {self._dialect.name}",
            "version": "1",
            "description": f"{connection.ABOUT[self._dialect.name]}\n\n{_ABOUT}",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        }

    def _add_connection(self) -> None:
        self._channels[CONNECTION] = {
            "address": connection.PATHS[self._dialect.name],
            "title": "The socket itself",
            "servers": [{"$ref": f"#/servers/{self._dialect.name}"}],
            "messages": {},
            "bindings": connection.bindings(self._dialect),
        }
        self._add_answers()
        for type_ in MESSAGE_TYPES:
            if type_ in client_messages.ABOUT:
                self._add_client_message(type_)

    def _add_answers(self) -> None:
        framing = self._framing
        answers = {
            "connected": (framing.connected(), "The first frame."),
            "subscribed": (framing.subscribed(), "The acknowledgement of a subscription."),
            "unsubscribed": (framing.unsubscribed(), "The acknowledgement that nothing more comes."),
            "auth_result": (framing.auth_result(), "The answer to `auth`."),
            "pong": (framing.frame("pong", {}), "The answer to a ping."),
            "error": (framing.error(), "A refusal, which leaves the connection open."),
            "batch": (framing.batch(), "Several frames in one, where `batch` was asked for."),
            "response": (
                framing.unknown_action(self._structs.reference(CommandFailure)),
                "The answer to a command that doesn't exist; each that does has its own.",
            ),
        }
        for name, (schema, about) in answers.items():
            if schema is not None:
                self._add_message(CONNECTION, name, schema, about)
        if self._dialect.has_heartbeat:
            self._add_message(CONNECTION, "server_ping", framing.frame("ping", {}), "The server asks for a `pong`.")
        told = [name for name in ("connected", "error", "batch", "response", "server_ping") if name in self._messages]
        for name in told:
            self._send(CONNECTION, f"tell.{name}", [name], self._messages[name]["summary"])

    def _add_client_message(self, type_: str) -> None:
        schema, about = client_messages.client_message(type_), client_messages.ABOUT[type_]
        self._add_message(CONNECTION, f"client.{type_}", schema, about)
        self._messages[f"client.{type_}"]["examples"] = [{"payload": client_messages.EXAMPLES[type_]}]
        answers = {
            "subscribe": ["subscribed", "error"],
            "unsubscribe": ["unsubscribed"],
            "ping": ["pong"],
            "auth": ["auth_result"],
        }
        self._receive(type_, f"client.{type_}", about, answers.get(type_, []))

    def _add_channel(self, channel: Channel) -> None:
        self._channels[channel.id] = {
            "address": channel.address,
            "title": channel.address,
            "description": f"Read by {READERS[channel.access]}.",
            "servers": [{"$ref": f"#/servers/{self._dialect.name}"}],
            "messages": {},
            **(
                {"parameters": {name: PARAMETERS.get(name, {}) for name in channel.parameters}}
                if channel.parameters
                else {}
            ),
            "tags": [{"name": channel.id.partition(".")[0]}],
            "x-access": READERS[channel.access],
        }
        for told in channel.told:
            self._add_event(channel, told)
        self._add_resync(channel)
        about = f"What is told on {channel.address}."
        names = list(self._channels[channel.id]["messages"])
        self._send(channel.id, f"tell.{channel.id}", names, about, is_public=channel.access is Access.ANYONE)

    def _add_event(self, channel: Channel, told: Told) -> None:
        if told.name in self._messages:
            self._refer(channel.id, told.name)
            return
        data, event = self._events.data(told.event), example_event(told.event, channel)
        framing = self._framing
        schema = (
            framing.named_event(self._happened(told), data, numbered=told.is_numbered)
            if issubclass(told.event, NamedEvent)
            else framing.event(told.event, data, numbered=told.is_numbered)
        )
        counts = "State: only the newest counts." if told.is_state else "Sequence: every one counts."
        description = "\n\n".join([self._events.description(told.event), counts])
        self._add_message(channel.id, told.name, schema, description.partition("\n")[0], description=description)
        frame = example_frame(self._dialect, event, channel, numbered=False)
        self._messages[told.name]["examples"] = [{"payload": frame}]

    def _add_resync(self, channel: Channel) -> None:
        if "resync" in self._messages:
            self._refer(channel.id, "resync")
            return
        schema = self._framing.event(Resync, self._events.data(Resync), numbered=False)
        description = self._events.description(Resync)
        self._add_message(channel.id, "resync", schema, description.partition("\n")[0], description=description)
        event = example_event(Resync, channel)
        self._messages["resync"]["examples"] = [
            {"payload": example_frame(self._dialect, event, channel, numbered=False)}
        ]

    def _happened(self, told: Told) -> Schema:
        [field] = [field for field in msgspec.structs.fields(told.event) if field.name == "event"]
        return {"type": "string", "enum": [member.value for member in field.type]}

    def _add_command(self, command: Described) -> None:
        asked, answered = f"command.{command.action}", f"response.{command.action}"
        parameters = self._structs.reference(command.contract.parameters)
        message = client_messages.command_message(command.action, parameters, takes_any=command.needs_parameters)
        self._add_message(CONNECTION, asked, message, command.title)
        example = self._messages[asked]["examples"][0]["payload"]
        example |= {"id": "cmd_001", "params": ASKED.get(command.action, example.get("params", {}))}
        shapes = [self._structs.reference(answer) for answer in command.answers]
        data = {"type": "object"} if not shapes else shapes[0] if len(shapes) == 1 else {"anyOf": shapes}
        response = self._framing.response(data, self._structs.reference(CommandFailure))
        self._add_message(CONNECTION, answered, response, f"The answer to `{command.action}`.")
        self._receive(command.action, asked, command.title, [answered], command=command)

    def _add_message(self, channel: str, name: str, payload: Schema, about: str, *, description: str = "") -> None:
        self._messages[name] = {
            "name": name,
            "summary": about,
            **({"description": description} if description else {}),
            "payload": payload,
        }
        schemas = self._structs.schemas
        if channel == CONNECTION:
            example = example_of(payload, schemas, only_required=not name.startswith("response."))
            self._messages[name]["examples"] = [{"payload": example}]
        self._refer(channel, name)

    def _refer(self, channel: str, name: str) -> None:
        self._channels[channel]["messages"][name] = {"$ref": f"#/components/messages/{name}"}

    def _send(self, channel: str, name: str, messages: list[str], about: str, *, is_public: bool = True) -> None:
        self._operations[name] = {
            "action": "send",
            "channel": {"$ref": f"#/channels/{channel}"},
            "summary": about,
            **({} if is_public else {"security": connection.security()}),
            "messages": _messages_of(channel, messages),
        }

    def _receive(
        self, name: str, message: str, about: str, answers: list[str], *, command: Described | None = None
    ) -> None:
        channel = {"$ref": f"#/channels/{CONNECTION}"}
        access = {} if command is None else {"x-access": command.access, "x-changes": command.kind.changes}
        needs_login = command is not None and command.access != "anyone"
        self._operations[name] = {
            "action": "receive",
            "channel": channel,
            "summary": about,
            **({"security": connection.security()} if needs_login else {}),
            **({} if command is None else {"tags": [{"name": command.action.partition(".")[0]}]}),
            "messages": _messages_of(CONNECTION, [message]),
            **({"reply": {"channel": channel, "messages": _messages_of(CONNECTION, answers)}} if answers else {}),
            **access,
        }


def _messages_of(channel: str, names: Iterable[str]) -> list[Schema]:
    return [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in names]


def _kinds_of(commands: Iterable[Described]) -> Iterable[type[msgspec.Struct]]:
    for command in commands:
        yield command.contract.parameters
        yield from command.answers
