import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming import dotted_names, patterns

SEGMENTS = st.sampled_from(["grid", "backtest", "strategy", "system", "ops", "a", "all", "order", "health", "log", "*"])
PATTERNS = st.lists(SEGMENTS, min_size=1, max_size=4).map(".".join)
NAMES = [
    *(
        f"{category}.{instance}.{event}"
        for category, events in dotted_names.INSTANCE_EVENTS.items()
        for event in events
        for instance in ("a", "b1")
    ),
    *dotted_names.SYSTEM_NAMES,
    *dotted_names.STAFF_NAMES,
]


@pytest.mark.parametrize(
    "pattern",
    ["grid", "grid.a", "grid.a.progress", "grid.a.order.b", "grid.", "system.*.*", "system.password", "**", "", "x.*"],
)
def test_it_knows_no_name_that_would_match(pattern: str) -> None:
    assert dotted_names.shapes_of(pattern) == ()


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
        ("*.*.lifecycle", ("c.grid.7", "c.backtest.7", "c.strategy.7"), None),
    ],
)
def test_it_joins_the_few_groups_that_can_hold_a_pattern(
    pattern: str, mine: tuple[str, ...], everybodys: tuple[str, ...] | None
) -> None:
    assert dotted_names.groups_of_reader(pattern, "7") == mine
    if everybodys is not None:
        assert dotted_names.groups_of_reader(pattern, None) == everybodys


@given(PATTERNS, st.sampled_from(NAMES), st.sampled_from(["7", "all", "é", "x-616c6c", "a" * 70]))
def test_it_brings_an_event_to_its_owner_and_to_staff_exactly_once(pattern: str, name: str, owner: str) -> None:
    matches = bool(patterns.any_of([pattern]).fullmatch(name))
    sent = dotted_names.groups_of_event(name, owner)
    for reader in (owner, None):
        joined = set(dotted_names.groups_of_reader(pattern, reader))
        if matches:
            assert len(joined.intersection(sent)) == 1


@given(st.sampled_from(NAMES), st.text(max_size=70), st.text(max_size=70))
def test_it_never_brings_an_instances_events_to_another_user(name: str, owner: str, other: str) -> None:
    if name.startswith(("grid.", "backtest.", "strategy.")) and owner and owner != other:
        assert not set(dotted_names.groups_of_event(name, owner)) & set(dotted_names.groups_of_reader(name, other))


@given(st.sampled_from(NAMES), st.text(max_size=200))
def test_it_names_groups_within_the_layers_bounds(name: str, owner: str) -> None:
    for group in dotted_names.groups_of_event(name, owner):
        assert re.fullmatch(r"[A-Za-z0-9._-]{1,99}", group)


def test_it_sends_the_deployments_own_events_to_one_group() -> None:
    assert dotted_names.groups_of_event("system.health", "") == ("s.health",)
    assert dotted_names.groups_of_event("system.kill_switch", "7") == ("s.kill_switch",)
    assert dotted_names.groups_of_event("system.log", "") == ("s.log.all",)
    assert dotted_names.groups_of_event("grid.a.order", "") == ("c.grid.all",)


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
    assert dotted_names.instance_of(pattern) == instance


@pytest.mark.parametrize(("pattern", "staff"), [("*", True), ("ops.*", True), ("*.*", True), ("system.*", False)])
def test_it_knows_what_holds_a_name_of_staffs(pattern: str, *, staff: bool) -> None:
    assert dotted_names.is_for_staff(pattern) is staff


def test_it_finds_the_group_of_all_owners() -> None:
    assert [dotted_names.everybodys(group) for group in ("c.grid.7", "c.grid.all", "s.log.7", "s.health")] == [
        "c.grid.all",
        "c.grid.all",
        "s.log.all",
        "s.health",
    ]


def test_it_lists_the_names_without_instance() -> None:
    assert dotted_names.fixed_names_of("system.*") == dotted_names.SYSTEM_NAMES
    assert dotted_names.fixed_names_of("grid.*") == ()
    assert dotted_names.fixed_names_of("*") == (*dotted_names.SYSTEM_NAMES, "ops.gateways")
