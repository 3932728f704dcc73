"""Each dialect's AsyncAPI document is valid, and names all that is declared and nothing else."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]  # its stubs are not installed

from config.asyncapi.channels import channels
from config.asyncapi.connection import LIMITS
from config.asyncapi.examples.events import example_address
from docs.generate_conformance import protocol_rows
from streaming.commands.outcome import CommandErrorCode
from streaming.gateway.dialects.decoder import MESSAGE_TYPES
from streaming.gateway.errors import PING_TIMEOUT, CloseCode, ErrorCode
from streaming.installed import command_registry, topic_registry
from tests.config.asyncapi.documents import DIALECTS, SPOKEN, document_of
from tests.conformance.rows import row
from tests.processes import ROOT
from tests.services import need_node_module
from tests.wire.described_frames import schemas_in

_NOT_IN_ITS_TABLE = 1007
"""Told among other codes that README.md leaves to RFC 6455."""
of_each_dialect = pytest.mark.parametrize("dialect", DIALECTS)


def resolved(document: Any, reference: str) -> Any:
    """Return what a reference within a document leads to."""
    found = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


@pytest.mark.long
@row("GW-88")
@of_each_dialect
def test_it_is_valid_by_asyncapis_own_schema(dialect: str) -> None:
    document = document_of(dialect)
    schemas = need_node_module("@asyncapi/specs") / "schemas"
    validator = Draft7Validator(json.loads((schemas / f"{document['asyncapi']}.json").read_text(encoding="utf-8")))
    written = json.loads(json.dumps(document, default=float))
    assert [error.json_path for error in validator.iter_errors(written)] == []
    assert not validator.is_valid({**written, "operations": {"one": {"action": "tell"}}})


@of_each_dialect
def test_its_schemas_say_nothing_that_draft_7_doesnt_know(dialect: str) -> None:
    document = document_of(dialect)
    for part in [*document["components"]["schemas"].values(), *document["components"]["messages"].values()]:
        for schema in schemas_in(part):
            assert "prefixItems" not in schema
            assert r"\Z" not in str(schema.get("pattern", ""))
            assert not isinstance(schema.get("$ref"), str) or len(schema) == 1
    for message in document["components"]["messages"].values():
        Draft7Validator.check_schema(json.loads(json.dumps(message["payload"], default=float)))


@of_each_dialect
def test_its_references_lead_somewhere_and_its_operations_to_messages_of_their_channels(dialect: str) -> None:
    document = document_of(dialect)
    references = [each["$ref"] for each in schemas_in(document) if isinstance(each.get("$ref"), str)]
    assert all(resolved(document, reference) for reference in references)
    for operation in document["operations"].values():
        for said in [operation, *([operation["reply"]] if "reply" in operation else [])]:
            within = f"{said['channel']['$ref']}/messages/"
            assert all(message["$ref"].startswith(within) for message in said["messages"])


@of_each_dialect
def test_every_component_and_every_message_of_a_channel_is_used(dialect: str) -> None:
    document = document_of(dialect)
    references = {each["$ref"] for each in schemas_in(document) if isinstance(each.get("$ref"), str)}
    for kind in ("messages", "schemas", "securitySchemes"):
        assert {
            name for name in document["components"][kind] if f"#/components/{kind}/{name}" not in references
        } == set()
    for name, channel in document["channels"].items():
        told = {f"#/channels/{name}/messages/{message}" for message in channel["messages"]}
        assert told <= references


@of_each_dialect
def test_it_says_what_varies_in_each_address(dialect: str) -> None:
    for channel in document_of(dialect)["channels"].values():
        described = channel.get("parameters", {})
        assert re.findall(r"\{(\w+)\}", channel["address"]) == list(described)
        assert all(said["description"] for said in described.values())


@row("GW-88")
@of_each_dialect
def test_it_lists_every_channel_that_can_be_subscribed_and_no_other(dialect: str) -> None:
    addresses = {
        channel["address"] for name, channel in document_of(dialect)["channels"].items() if name != "connection"
    }
    registry = topic_registry()
    dotted = {address.replace("{id}", "*") for address in addresses if ":" not in address and "." in address}
    assert dotted == set(registry.dotted.shapes_of("*"))
    heads = {head for kind in registry.kinds if not kind.is_planned for head in kind.heads}
    others = {address for address in addresses if address.replace("{id}", "*") not in dotted}
    assert {address.partition(":")[0] + ":" * (":" in address) for address in others} == heads


def test_its_channels_are_spelled_as_they_are_read() -> None:
    registry = topic_registry()
    for channel in channels():
        topic = registry.parse(example_address(channel))
        kind = registry.kind_of(topic)
        assert topic.is_dotted == channel.is_dotted
        assert kind is None or kind.event in {told.event for told in channel.told}


def test_the_pages_of_the_protocol_know_every_channel() -> None:
    text = " ".join(row.text for row in protocol_rows())
    for channel in channels():
        first = channel.address.partition("{")[0]
        assert f"`{first}" in text, channel.address


@row("GW-88")
@of_each_dialect
def test_it_lists_every_command_and_every_message_of_clients_and_no_other(dialect: str) -> None:
    document = document_of(dialect)
    received = {name: one for name, one in document["operations"].items() if one["action"] == "receive"}
    commands = [name for name, operation in received.items() if "x-changes" in operation]
    assert commands == [kind.action for kind in command_registry()]
    assert {name for name in received if name not in commands} | {"command"} == set(MESSAGE_TYPES)
    for kind in command_registry():
        assert received[kind.action]["x-changes"] == kind.changes
        assert ("security" in received[kind.action]) == (kind.access != "anyone")
        assert received[kind.action]["summary"]


def nullable_fields(document: Any, schema: Any, path: str = "") -> Iterator[str]:
    """Yield where in an event's data null may stand: `positions[].price`."""
    described = resolved(document, schema["$ref"]) if "$ref" in schema else schema
    if "null" in described.get("type", ()) or {"type": "null"} in described.get("anyOf", ()):
        yield path
    for other in described.get("anyOf", ()):
        yield from nullable_fields(document, other, path)
    if isinstance(described.get("items"), dict):
        yield from nullable_fields(document, described["items"], f"{path}[]")
    for name, field in described.get("properties", {}).items():
        yield from nullable_fields(document, field, f"{path}.{name}".removeprefix("."))


@row("TP-78")
def test_the_protocol_names_the_fields_of_events_that_may_be_null() -> None:
    document = document_of("market")
    told = (ROOT / "docs/protocol/topics.md").read_text(encoding="utf-8")
    table = told.partition("## Fields that may be null")[2].partition("\n## ")[0]
    rows = re.findall(r"\| `([^`]+)` \| `([^`]+)` \|$", table, re.MULTILINE)
    assert rows
    for channel, fields in rows:
        events = document["channels"][channel.rstrip(":").replace(".*", "")]["messages"]
        payloads = [resolved(document, one["$ref"])["payload"] for name, one in events.items() if name != "resync"]
        found = {one for payload in payloads for one in nullable_fields(document, payload["properties"]["data"])}
        assert fields.split(", ") == sorted(found), channel


@row("GW-88")
def test_it_lists_every_close_code_and_no_other() -> None:
    told = {dialect: document_of(dialect)["servers"][dialect]["x-close-codes"] for dialect in DIALECTS}
    assert {one["code"] for ends in told.values() for one in ends} == {*map(int, CloseCode), PING_TIMEOUT}
    for dialect, ends in told.items():
        assert int(SPOKEN[dialect].stop_code) in {
            one["code"] for one in ends if one.get("reason") == "Server shutting down"
        }


def test_it_tells_close_codes_and_reasons_as_the_protocols_pages_do() -> None:
    rows = [row for row in protocol_rows() if re.fullmatch(r"GW-6\d|GW-7[01]|AC-92", row.number)]
    found = [re.search(r"\b([14]\d{3})(?: `([^`]+)`)?", row.text) for row in rows]
    promised = {(int(match[1]), match[2]) for match in found if match}
    told = {
        (one["code"], one.get("reason"))
        for name in DIALECTS
        for one in document_of(name)["servers"][name]["x-close-codes"]
    }
    assert told - {(_NOT_IN_ITS_TABLE, None)} == promised
    assert len(promised) >= 12


@of_each_dialect
def test_it_lists_every_code_of_a_refusal(dialect: str) -> None:
    document = document_of(dialect)
    enums = [set(each["enum"]) for each in schemas_in(document["components"]["messages"]["error"]) if "enum" in each]
    assert enums == [set(ErrorCode)]
    assert set(document["components"]["schemas"]["CommandErrorCode"]["enum"]) == set(CommandErrorCode)


@of_each_dialect
def test_it_tells_the_limits_of_this_deployment_as_the_protocols_pages_do(dialect: str, settings: Any) -> None:
    told = document_of(dialect)["servers"][dialect]["x-limits"]
    assert [one["value"] for one in told] == [getattr(settings, limit.setting) for limit in LIMITS]
    promised = [row.text for row in protocol_rows() if re.fullmatch(r"GW-7[5-9]|GW-80", row.number)]
    assert len(promised) == len(told)


@of_each_dialect
def test_it_says_how_one_connects(dialect: str) -> None:
    server, spoken = document_of(dialect)["servers"][dialect], SPOKEN[dialect]
    headers = document_of(dialect)["channels"]["connection"]["bindings"]["ws"]["headers"]["properties"]
    assert headers.get("Sec-WebSocket-Protocol", {}).get("const") == spoken.subprotocol
    assert ("security" in server) == (dialect == "trading")
