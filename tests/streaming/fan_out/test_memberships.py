import asyncio

import pytest
from channels.layers import InMemoryChannelLayer

from streaming.fan_out.memberships import REJOIN_SECONDS, Memberships
from tests.market.failing_layer import FailingLayer
from tests.waiting import until

CHANNEL = "specific.a!b"


def memberships(layer: InMemoryChannelLayer) -> Memberships:
    made = Memberships(layer)
    made.channel = CHANNEL
    return made


@pytest.fixture
def rejoins_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streaming.fan_out.memberships.REJOIN_SECONDS", 0.001)


async def test_it_stays_in_a_group_until_nobody_needs_it() -> None:
    layer = InMemoryChannelLayer()
    groups = memberships(layer)
    for _ in range(2):
        groups.need("u.7")
        await groups.join("u.7")
    groups.need("u.8")
    await groups.join("u.8")
    groups.need_no_more("u.7")
    groups.need_no_more("u.8")
    await until(lambda: "u.8" not in layer.groups)
    assert list(layer.groups["u.7"]) == [CHANNEL]
    groups.need_no_more("u.7")
    await until(lambda: not layer.groups)


async def test_it_leaves_what_was_needed_and_never_joined() -> None:
    layer = GatedLayer()
    groups = memberships(layer)
    groups.need("u.7")
    groups.need_no_more("u.7")
    await until(lambda: layer.calls == ["leave"])


@pytest.mark.usefixtures("rejoins_often")
async def test_it_joins_again_and_again_though_a_layer_forgets_and_one_group_fails() -> None:
    class ForgetfulLayer(InMemoryChannelLayer):
        async def group_add(self, group: str, channel: str) -> None:
            if group == "u.1" and refuses:
                raise ConnectionError("the layer is away")
            await super().group_add(group, channel)

    layer, refuses = ForgetfulLayer(), False
    groups = memberships(layer)
    for group in ("u.1", "u.2"):
        groups.need(group)
        await groups.join(group)
    refuses = True
    joining = asyncio.create_task(groups.rejoin_forever())
    for _ in range(2):
        layer.groups.clear()
        await until(lambda: layer.groups)
        assert {group: list(channels) for group, channels in layer.groups.items()} == {"u.2": [CHANNEL]}
    joining.cancel()


@pytest.mark.usefixtures("rejoins_often")
async def test_it_does_not_join_again_what_was_left_while_others_were_joined_again() -> None:
    layer = GatedLayer()
    groups = memberships(layer)
    for group in ("u.1", "u.2"):
        groups.need(group)
        await groups.join(group)
    layer.gate.clear()
    joining = asyncio.create_task(groups.rejoin_forever())
    await until(lambda: layer.waits)
    layer.leaves_at_once = True
    groups.need_no_more("u.2")
    await until(lambda: "u.2" not in layer.groups)
    layer.gate.set()
    await until(lambda: layer.calls.count("join") > 5)
    assert set(layer.groups) == {"u.1"}
    joining.cancel()


@pytest.mark.usefixtures("rejoins_often")
async def test_it_leaves_a_group_only_after_it_has_joined_it_again() -> None:
    layer = GatedLayer()
    groups = memberships(layer)
    groups.need("u.7")
    await groups.join("u.7")
    layer.gate.clear()
    joining = asyncio.create_task(groups.rejoin_forever())
    await until(lambda: layer.waits)
    layer.leaves_at_once = True
    groups.need_no_more("u.7")
    for _ in range(10):  # more turns of the loop than a leaving takes that waits for nothing
        await asyncio.sleep(0)
    layer.gate.set()
    await until(lambda: len(layer.calls) > 2)
    assert (layer.calls, layer.groups) == (["join", "join", "leave"], {})
    joining.cancel()


def test_it_joins_again_long_before_a_membership_ends() -> None:
    assert InMemoryChannelLayer().group_expiry > 10 * REJOIN_SECONDS >= 36_000


async def test_it_is_in_a_group_that_is_needed_again_while_it_is_left() -> None:
    layer = GatedLayer()
    groups = memberships(layer)
    groups.need("u.7")
    await groups.join("u.7")
    for _ in range(3):
        layer.gate.clear()
        groups.need_no_more("u.7")
        groups.need("u.7")
        joining = asyncio.create_task(groups.join("u.7"))
        await until(lambda: layer.waits)
        layer.gate.set()
        await joining
    assert CHANNEL in layer.groups["u.7"]
    await groups.leave_all()
    assert not layer.groups


async def test_it_leaves_a_group_only_after_it_has_joined_it() -> None:
    layer = GatedLayer()
    groups = memberships(layer)
    layer.gate.clear()
    groups.need("u.7")
    joining = asyncio.create_task(groups.join("u.7"))
    await until(lambda: layer.waits)
    groups.need_no_more("u.7")
    layer.gate.set()
    await joining
    await until(lambda: not layer.groups)
    assert layer.calls == ["join", "leave"]


async def test_a_join_waits_for_the_newest_leaving_though_an_older_one_has_ended() -> None:
    layer = GatedLayer()
    groups = memberships(layer)
    groups.need("u.7")
    await groups.join("u.7")
    layer.gate.clear()
    groups.need_no_more("u.7")
    await until(lambda: layer.waits)
    groups.need("u.7")
    first = asyncio.create_task(groups.join("u.7"))
    await asyncio.sleep(0)
    groups.need_no_more("u.7")
    layer.pass_waiting()
    await until(lambda: layer.calls == ["join", "leave"] and layer.waits)
    groups.need("u.7")
    second = asyncio.create_task(groups.join("u.7"))
    layer.gate.set()
    await asyncio.gather(first, second)
    assert layer.calls == ["join", "leave", "join", "leave", "join"]
    assert CHANNEL in layer.groups["u.7"]
    assert not groups._leaving, "nothing is kept of what has been left"


async def test_it_can_join_after_a_failure() -> None:
    layer = FailingLayer()
    groups = memberships(layer)
    groups.need("u.7")
    layer.is_away = True
    with pytest.raises(ConnectionError):
        await groups.join("u.7")
    layer.is_away = False
    await groups.join("u.7")
    assert CHANNEL in layer.groups["u.7"]


async def test_it_joins_once_for_those_who_come_at_the_same_time_though_one_gives_up() -> None:
    layer = GatedLayer()
    groups = memberships(layer)
    layer.gate.clear()
    groups.need("u.7")
    joins = [asyncio.create_task(groups.join("u.7")) for _ in range(3)]
    await until(lambda: layer.waits)
    joins[0].cancel()
    layer.gate.set()
    await asyncio.gather(*joins[1:])
    assert layer.calls == ["join"]


async def test_it_leaves_everything_though_somebody_joins_for_ever() -> None:
    layer = GatedLayer()
    groups = memberships(layer)
    groups.need("s.health")
    await groups.join("s.health")
    layer.gate.clear()
    groups.need("u.7")
    joining = asyncio.create_task(groups.join("u.7"))
    await until(lambda: layer.waits)
    layer.leaves_at_once = True
    await groups.leave_all()
    assert not layer.waits
    with pytest.raises(asyncio.CancelledError):
        await joining
    assert not layer.groups
    calls = list(layer.calls)
    await groups.leave_all()
    groups.need_no_more("u.7")
    assert layer.calls == calls


async def test_it_joins_anew_what_is_needed_again_after_it_has_left_everything() -> None:
    layer = InMemoryChannelLayer()
    groups = memberships(layer)
    for _ in range(2):
        groups.need("u.7")
        await groups.join("u.7")
        assert CHANNEL in layer.groups["u.7"]
        await groups.leave_all()
        assert not layer.groups


class GatedLayer(InMemoryChannelLayer):
    """A layer that joins and leaves once its gate is open, and counts those who wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()
        self.waits = 0
        self.leaves_at_once = False
        self.calls: list[str] = []

    async def group_add(self, group: str, channel: str) -> None:
        """Join, once the gate is open."""
        await self._pass_gate()
        self.calls.append("join")
        await super().group_add(group, channel)

    async def group_discard(self, group: str, channel: str) -> None:
        """Leave, once the gate is open."""
        if not self.leaves_at_once:
            await self._pass_gate()
        self.calls.append("leave")
        await super().group_discard(group, channel)

    def pass_waiting(self) -> None:
        """Let those through who wait now, and nobody else."""
        self.gate.set()
        self.gate.clear()

    async def _pass_gate(self) -> None:
        self.waits += 1
        try:
            await self.gate.wait()
        finally:
            self.waits -= 1
