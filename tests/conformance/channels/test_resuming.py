"""docs/protocol/README.md, GW-45 to GW-47: numbers, and coming back without a loss, in every dialect."""

from typing import Any

from tests.conformance.asking.dialects import in_every_dialect
from tests.conformance.asking.speaker import Speaker, speak
from tests.conformance.asking.spelling import Dialect
from tests.conformance.channels.publishing import publisher
from tests.conformance.channels.samples import KILL_SWITCH, OF_USER
from tests.conformance.people import OWNER
from tests.conformance.places import Place
from tests.conformance.rows import on_each_layer, row

CHANNEL = "trades:BTCUSDT"
Frame = dict[str, Any]


async def subscribed(client: Speaker, since: object) -> Frame:
    """Subscribe, and return what the answer says of the channel's history."""
    await client.send({"type": "subscribe", "channels": [CHANNEL], "since": since})
    answer = await client.next_of("subscribed")
    said: Frame = answer["data"].get("resumed", {}).get(CHANNEL, {}) if "data" in answer else answer
    return said


async def trades(client: Speaker, count: int) -> list[Frame]:
    """Return the next frames of trades."""
    return [await client.next(_is_trade) for _ in range(count)]


def _is_trade(frame: Frame) -> bool:
    return frame.get("channel") == CHANNEL and frame["type"] != "subscribed"


def positions(frames: list[Frame]) -> list[tuple[str, int]]:
    """Return where each frame stands."""
    return [(frame["epoch"], frame["seq"]) for frame in frames]


@row("GW-45")
@on_each_layer
@in_every_dialect
async def test_it_numbers_what_counts_for_who_asks(place: Place, dialect: Dialect) -> None:
    async with speak(place, dialect) as asking, speak(place, dialect) as other:
        await other.ask(CHANNEL)
        await subscribed(asking, {})
        told = positions(await trades(asking, 5))
        plain = await trades(other, 3)
    epoch, first = told[0]
    assert told == [(epoch, first + number) for number in range(5)]
    assert not any("seq" in frame or "epoch" in frame for frame in plain)


@row("GW-46")
@on_each_layer
@in_every_dialect
async def test_a_client_that_comes_back_misses_nothing(place: Place, dialect: Dialect) -> None:
    async with speak(place, dialect) as before:
        await subscribed(before, {})
        epoch, seq = positions(await trades(before, 5))[-1]
    async with speak(place, dialect) as staying, speak(place, dialect) as after:
        await subscribed(staying, {})
        await trades(staying, 5)
        answer = await subscribed(after, {CHANNEL: {"epoch": epoch, "seq": seq}})
        assert answer["recovered"] is True
        missed = answer["seq"] - seq
        assert missed > 0
        assert positions(await trades(after, missed + 3)) == [(epoch, seq + 1 + at) for at in range(missed + 3)]


@row("GW-46")
@in_every_dialect
async def test_it_says_why_what_was_missed_cannot_be_told(place: Place, dialect: Dialect) -> None:
    async with speak(place, dialect) as client:
        await subscribed(client, {})
        epoch, seq = positions(await trades(client, 1))[-1]
    unknown = (({"epoch": "another", "seq": 1}, "other_epoch"), ({"epoch": epoch, "seq": 2**53 - 1}, "ahead"))
    for since, reason in unknown:
        async with speak(place, dialect) as client:
            answer = await subscribed(client, {CHANNEL: since})
            assert (answer["recovered"], answer["reason"], answer["epoch"]) == (False, reason, epoch)
            assert positions(await trades(client, 1)) == [(epoch, answer["seq"] + 1)]
            assert answer["seq"] >= seq


@row("GW-45", "GW-46", "GW-49")
@in_every_dialect
async def test_what_apps_tell_is_resumed_at_either_gateway_and_below_a_pattern(place: Place, dialect: Dialect) -> None:
    own, name, pattern = "notifications", KILL_SWITCH[0].channel, "system.*"
    samples = [next(one for one in OF_USER if one.channel == own), KILL_SWITCH[0]]

    def is_told(frame: Frame) -> bool:
        return frame.get("channel") in {own, name} and "seq" in frame and frame["type"] != "subscribed"

    async with publisher(place) as producer:

        async def tell(count: int) -> None:
            for _ in range(count):
                for sample in samples:
                    await producer.publish(sample, place.people.ids[OWNER])

        async def positions_of(client: Speaker, least: int) -> dict[str, list[tuple[str, int]]]:
            told: dict[str, list[Frame]] = {own: [], name: []}
            while min(map(len, told.values())) < least:
                frame = await client.next(is_told)
                told[frame["channel"]].append(frame)
            return {channel: positions(frames) for channel, frames in told.items()}

        async with speak(place, dialect, OWNER) as before:
            await before.send({"type": "subscribe", "channels": [own, pattern], "since": {}})
            await before.still_answers()
            await tell(1)
            stood = {channel: told[-1] for channel, told in (await positions_of(before, 1)).items()}
        await tell(2)
        since = {channel: {"epoch": epoch, "seq": seq} for channel, (epoch, seq) in stood.items()}
        async with speak(place, dialect, OWNER, gateway=1) as after:
            await after.send({"type": "subscribe", "channels": [own, pattern], "since": since})
            await tell(1)
            for channel, told in (await positions_of(after, 3)).items():  # the other dialects' tests tell, too
                epoch, seq = stood[channel]
                assert told == [(epoch, seq + 1 + at) for at in range(len(told))]


WRONG: list[object] = [
    None, 7, [], {CHANNEL: 1}, {CHANNEL: {}}, {CHANNEL: {"epoch": "a"}}, {CHANNEL: {"epoch": "", "seq": 1}},
    {CHANNEL: {"epoch": "a", "seq": -1}}, {CHANNEL: {"epoch": "a", "seq": 1.5}},
    {CHANNEL: {"epoch": "a", "seq": 2**53}}, {CHANNEL: {"epoch": "a" * 65, "seq": 1}},
    {"trades:ETHUSDT": {"epoch": "a", "seq": 1}},
]  # fmt: skip


@row("GW-47")
@in_every_dialect
async def test_it_refuses_a_since_that_it_cannot_take_and_does_nothing(place: Place, dialect: Dialect) -> None:
    async with speak(place, dialect) as client:
        for since in WRONG:
            await client.send({"type": "subscribe", "channels": [CHANNEL], "since": since})
            assert (await client.refusal()).message.startswith("since ")
        state = {"price:BTCUSDT": {"epoch": "a", "seq": 1}}
        await client.send({"type": "subscribe", "channels": ["price:BTCUSDT", CHANNEL], "since": state})
        assert (await client.refusal()).message == "since names price:BTCUSDT, of which only the newest value counts"
        assert (await client.command("session.subscriptions"))["data"] == {"channels": []}
