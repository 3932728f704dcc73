import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.errors import RegistrationError
from streaming.installed import topic_registry
from streaming.layer.groups import everybodys
from streaming.topics import patterns
from streaming.topics.dotted_names import DottedNames, InstanceKind
from streaming.topics.topic import DOTTED, Topic
from trading.events import GridStatus

SEGMENTS = st.sampled_from(["grid", "backtest", "strategy", "system", "ops", "a", "all", "order", "health", "log", "*"])
PATTERNS = st.lists(SEGMENTS, min_size=1, max_size=4).map(".".join)
DOTTED_NAMES = topic_registry().dotted
NAMES = [shape.replace("*", instance) for shape in DOTTED_NAMES.shapes_of("*") for instance in ("a", "b1")]

SYSTEM = {"system.health", "system.exchange", "system.log", "system.kill_switch"}


@pytest.mark.parametrize(
    "pattern",
    ["grid", "grid.a", "grid.a.progress", "grid.a.order.b", "grid.", "system.*.*", "system.password", "**", "", "x.*"],
)
def test_it_knows_no_name_that_would_match(pattern: str) -> None:
    assert DOTTED_NAMES.shapes_of(pattern) == ()


@pytest.mark.parametrize(
    ("pattern", "mine", "everybodys"),
    [
        ("grid.*", ("c.grid.7",), ("c.grid.all",)),
        ("grid.abc.*", ("c.grid.7",), ("c.grid.all",)),
        ("grid.*.status", ("c.grid.7",), ("c.grid.all",)),
        ("system.health", ("s.health",), ("s.health",)),
        ("system.log", ("s.log.7",), ("s.log.all",)),
        ("ops.*", ("s.gateways",), ("s.gateways",)),
        (
            "system.*",
            ("s.health", "s.exchange", "s.log.7", "s.kill_switch"),
            ("s.health", "s.exchange", "s.log.all", "s.kill_switch"),
        ),
        ("*.*.lifecycle", ("c.grid.7", "c.strategy.7", "c.backtest.7"), None),
    ],
)
def test_it_joins_the_few_groups_that_can_hold_a_pattern(
    pattern: str, mine: tuple[str, ...], everybodys: tuple[str, ...] | None
) -> None:
    assert DOTTED_NAMES.groups_of_reader(pattern, "7") == mine
    if everybodys is not None:
        assert DOTTED_NAMES.groups_of_reader(pattern, None) == everybodys


@given(PATTERNS, st.sampled_from(NAMES), st.sampled_from(["7", "all", "é", "x-616c6c", "a" * 70]))
def test_it_brings_an_event_to_its_owner_and_to_staff_exactly_once(pattern: str, name: str, owner: str) -> None:
    matches = bool(patterns.any_of([pattern]).fullmatch(name))
    sent = DOTTED_NAMES.groups_of_event(name, owner)
    for reader in (owner, None):
        joined = set(DOTTED_NAMES.groups_of_reader(pattern, reader))
        if matches:
            assert len(joined.intersection(sent)) == 1


@given(st.sampled_from(NAMES), st.text(max_size=70), st.text(max_size=70))
def test_it_never_brings_an_instances_events_to_another_user(name: str, owner: str, other: str) -> None:
    if name.startswith(("grid.", "backtest.", "strategy.")) and owner and owner != other:
        assert not set(DOTTED_NAMES.groups_of_event(name, owner)) & set(DOTTED_NAMES.groups_of_reader(name, other))


@given(st.sampled_from(NAMES), st.text(max_size=200))
def test_it_names_groups_within_the_layers_bounds(name: str, owner: str) -> None:
    for group in DOTTED_NAMES.groups_of_event(name, owner):
        assert re.fullmatch(r"[A-Za-z0-9._-]{1,99}", group)


def test_it_sends_the_deployments_own_events_to_one_group() -> None:
    assert DOTTED_NAMES.groups_of_event("system.health", "") == ("s.health",)
    assert DOTTED_NAMES.groups_of_event("system.kill_switch", "7") == ("s.kill_switch",)
    assert DOTTED_NAMES.groups_of_event("system.log", "") == ("s.log.all",)
    assert DOTTED_NAMES.groups_of_event("grid.a.order", "") == ("c.grid.all",)


@pytest.mark.parametrize(
    ("pattern", "instance"),
    [
        ("grid.a.order", ("grid", "a")),
        ("grid.a.*", ("grid", "a")),
        ("grid.*", None),
        ("grid.*.order", None),
        ("system.health", None),
        ("*", None),
    ],
)
def test_it_knows_a_single_instance(pattern: str, instance: tuple[str, str] | None) -> None:
    assert DOTTED_NAMES.instance_of(pattern) == instance


@pytest.mark.parametrize(("pattern", "staff"), [("*", True), ("ops.*", True), ("*.*", True), ("system.*", False)])
def test_it_knows_what_holds_a_name_of_staffs(pattern: str, *, staff: bool) -> None:
    assert DOTTED_NAMES.is_for_staff(pattern) is staff


def test_it_finds_the_group_of_all_owners() -> None:
    assert [everybodys(group) for group in ("c.grid.7", "c.grid.all", "s.log.7", "s.health")] == [
        "c.grid.all",
        "c.grid.all",
        "s.log.all",
        "s.health",
    ]


def test_it_lists_the_names_without_instance() -> None:
    assert set(DOTTED_NAMES.fixed_names_of("system.*")) == SYSTEM
    assert DOTTED_NAMES.fixed_names_of("grid.*") == ()
    assert set(DOTTED_NAMES.fixed_names_of("*")) == {*SYSTEM, "ops.gateways"}


def grids(*events: str, is_planned: bool = False) -> InstanceKind:
    """Return a declaration of the names of grids."""
    return InstanceKind(category="grid", events=dict.fromkeys(events, GridStatus), is_planned=is_planned)


def test_it_knows_what_is_planned_and_lets_nobody_wait_for_it() -> None:
    names = DottedNames([grids("status", "order", is_planned=True), grids("status")])
    assert names.shapes_of("grid.*") == ("grid.*.status",)
    assert names.shapes_of("grid.a.order") == ()
    assert names.parse("grid.a.order") == Topic(DOTTED, name="grid.a.order")
    assert names.parse("grid.a.trade") is None


def test_it_refuses_a_name_that_two_apps_declare() -> None:
    with pytest.raises(RegistrationError, match=r"declared already: grid\.\*\.status"):
        DottedNames([grids("status"), grids("order", "status")])
