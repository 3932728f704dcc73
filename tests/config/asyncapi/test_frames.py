"""Real frames, of every event and every answer, are what the documents say of them to the last field."""

import copy
import types
import typing
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from config.asyncapi.channels import Channel, Told, channels
from config.asyncapi.examples.events import example_address, example_event, example_frame
from streaming.commands.outcome import CommandErrorCode, Failure
from streaming.event_history.history import Place
from streaming.events import Event, Resync, Source
from streaming.gateway import errors
from tests.config.asyncapi.documents import DIALECTS, SPOKEN, described_by, document_of
from tests.conformance.rows import row
from tests.gateway.dialects.samples import NOW, NamedSample, Sample
from tests.gateway.dialects.samples.engine import ENGINE_SAMPLES
from tests.gateway.dialects.samples.market import MARKET_SAMPLES, RESYNC
from tests.gateway.dialects.samples.refusals import REFUSALS, UNREADABLE
from tests.gateway.dialects.samples.system import SYSTEM_SAMPLES
from tests.gateway.dialects.samples.user import USER_SAMPLES
from tests.streaming.commands.people import USER
from tests.wire.described_frames import read

SAMPLES: list[Sample | NamedSample] = [*MARKET_SAMPLES, RESYNC, *USER_SAMPLES, *ENGINE_SAMPLES, *SYSTEM_SAMPLES]
TOLD = [(channel, told) for channel in channels() for told in channel.told]
STANDING = {"recovered": False, "reason": "too_old", "epoch": "k3J9x2ab", "seq": 7}
of_each_dialect = pytest.mark.parametrize("dialect", DIALECTS)


@row("GW-88")
@of_each_dialect
def test_every_sample_of_an_event_is_described(dialect: str) -> None:
    described, seen = described_by(dialect), set()
    for sample in SAMPLES:
        for frame in SPOKEN[dialect].encode(sample.event, sample.channel):
            seen.add(described.check(read(frame.payload)))
    assert seen >= {"price", "candle", "trades", "depth", "order", "alert", "grid_order", "system_health", "resync"}


def sparse(event: Event) -> Event:
    """Return an event that leaves out whatever it may, with every mark that it can have."""
    changes: dict[str, Any] = {}
    for field in msgspec.structs.fields(event):
        is_union = typing.get_origin(field.type) in {typing.Union, types.UnionType}
        members = typing.get_args(field.type) if is_union else (field.type,)
        if msgspec.UnsetType in members or type(None) in members:
            changes[field.name] = msgspec.UNSET if msgspec.UnsetType in members else None
        elif field.type is bool:
            changes[field.name] = True
        elif field.type is Source:
            changes[field.name] = Source.SIMULATOR
    return msgspec.structs.replace(event, **changes)


@of_each_dialect
@pytest.mark.parametrize(("channel", "told"), TOLD, ids=lambda one: one.id if isinstance(one, Channel) else one.name)
def test_every_event_is_described_with_all_its_fields_with_few_and_with_numbers(
    dialect: str, channel: Channel, told: Told
) -> None:
    described, spoken = described_by(dialect), SPOKEN[dialect]
    whole = example_event(told.event, channel)
    for event in (whole, sparse(whole)):
        for frame in spoken.encode(event, example_address(channel)):
            assert described.faults(told.name, read(frame.payload)) == []
    numbered = spoken.encode_numbered(whole, example_address(channel), Place("k3J9x2ab", 7, whole.frame_count))
    faults = [described.faults(told.name, read(frame.payload)) for frame in numbered]
    assert (faults == [[]]) == told.is_numbered


@of_each_dialect
@pytest.mark.parametrize(("channel", "told"), TOLD, ids=lambda one: one.id if isinstance(one, Channel) else one.name)
def test_no_event_is_described_so_loosely_that_numbers_may_be_text_or_fields_missing(
    dialect: str, channel: Channel, told: Told
) -> None:
    described = described_by(dialect)
    frame = example_frame(SPOKEN[dialect], sparse(example_event(told.event, channel)), channel, numbered=False)
    assert described.faults(told.name, frame) == []
    for spoiled in spoiled_copies(frame):
        assert described.faults(told.name, spoiled), spoiled


def spoiled_copies(frame: Any) -> Iterator[Any]:
    """Yield a frame with each of its decimal numbers as text, without each of its outer fields, and with one more."""
    for path in list(paths_of_numbers(frame, ())):
        spoiled = copy.deepcopy(frame)
        holder = spoiled
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = str(holder[path[-1]])
        yield spoiled
    for name in frame:
        yield {key: value for key, value in frame.items() if key != name}
    yield {**frame, "surprise": 1}


def paths_of_numbers(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield where decimal numbers stand."""
    if isinstance(value, Decimal):
        yield path
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths_of_numbers(inner, (*path, key))


@of_each_dialect
def test_what_the_gateway_says_itself_is_described(dialect: str) -> None:
    spoken, described = SPOKEN[dialect], described_by(dialect)
    client_id = spoken.client_id(NOW)
    resync = spoken.encode(Resync(time=NOW, start=NOW, end=NOW, complete=False), "grid.*")
    frames = [
        *spoken.welcome(client_id, authenticated=False, now_ms=NOW),
        spoken.subscribed(("alerts",), active=1, now_ms=NOW),
        spoken.subscribed(("alerts",), active=1, now_ms=NOW, resumed={"alerts": STANDING, "grid.a.order": STANDING}),
        spoken.unsubscribed(("alerts",), active=0, now_ms=NOW),
        spoken.pong(NOW),
        spoken.logged_in(USER, NOW),
        spoken.login_refused(errors.authentication_failed(), NOW),
        spoken.response("cmd_001", Failure(CommandErrorCode.UNKNOWN_ACTION, "Unknown action: nonsense"), NOW),
        *(spoken.error(refusal.error, refusal.channel, NOW) for refusal in [UNREADABLE, *REFUSALS]),
        *resync,
        spoken.batch(resync, NOW),
        *([spoken.ping(NOW)] if spoken.has_heartbeat else []),
    ]
    named = {described.check(read(frame.payload)) for frame in frames}
    told = {name for name in document_of(dialect)["channels"]["connection"]["messages"] if "." not in name}
    assert named == told | {"resync"}


@of_each_dialect
def test_a_refused_command_is_described(dialect: str) -> None:
    failures = [
        *(Failure(code, "It can't be done") for code in CommandErrorCode),
        Failure(CommandErrorCode.VALIDATION_ERROR, "id is required", {"id": "id is required"}),
    ]
    for failure in failures:
        frame = read(SPOKEN[dialect].response("cmd_001", failure, NOW).payload)
        assert described_by(dialect).check(frame, "alerts.get") == "response.alerts.get"
    assert described_by(dialect).faults("response.alerts.get", {**frame, "success": True})
