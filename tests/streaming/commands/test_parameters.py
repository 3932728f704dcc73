"""Parameters of a command: every wrong one is named, in a plain sentence."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import Meta

from streaming.commands.errors import WrongParametersError
from streaming.commands.outcome import CommandErrorCode
from streaming.commands.parameters import NoParameters, Parameters, reader_of
from streaming.commands.values import POSITIVE


class Mode(StrEnum):
    """How it trades."""

    PAPER = "paper"
    LIVE = "live"


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the parameters that is an object itself."""

    price: Annotated[Decimal, POSITIVE]
    label: Annotated[str, Meta(max_length=5)] = ""


class GridStart(Parameters, frozen=True):
    """Parameters of every type that there is."""

    pair: str
    upper_price: Annotated[Decimal, POSITIVE]
    lower_price: Annotated[Decimal, POSITIVE]
    grid_count: Annotated[int, Meta(ge=2, le=200)]
    spacing: Literal["arithmetic", "geometric"] = "arithmetic"
    stop_loss: Decimal | None = None
    mode: Mode = Mode.PAPER
    dry: bool = False
    levels: Annotated[tuple[Level, ...], Meta(max_length=3)] = ()
    tags: list[str] = []
    kinds: dict[str, tuple[Mode, ...]] = {}
    params: dict[str, Any] = {}
    exit: Level | None = None
    color: Annotated[str, Meta(pattern="^#[0-9a-f]{6}$", description="a color such as #00ff00")] = "#000000"

    @classmethod
    def wrong_alone(cls, read: Mapping[str, Any], wrong: Collection[str]) -> Mapping[str, str]:
        """Return that a pair has no hyphen."""
        return {} if "-" in (read.get("pair") or "-") else {"pair": "pair must have a hyphen"}

    def wrong_together(self) -> Mapping[str, str]:
        """Return that the range is empty, where it is."""
        if self.upper_price > self.lower_price:
            return {}
        return {"upper_price": "upper_price must be greater than lower_price"}


class Change(Parameters, frozen=True):
    """A change of some of the fields; what isn't given stays."""

    id: str
    cooldown: int | msgspec.UnsetType | None = msgspec.UNSET


GOOD: dict[str, Any] = {"pair": "BTC-USDC", "upper_price": 100000, "lower_price": Decimal("90000.5"), "grid_count": 10}
read = reader_of(GridStart)


def wrong(given: Mapping[str, Any]) -> Mapping[str, str]:
    """Return what is wrong with parameters."""
    with pytest.raises(WrongParametersError) as refused:
        read(given)
    assert refused.value.code is CommandErrorCode.VALIDATION_ERROR
    return refused.value.fields


def test_it_reads_what_is_given_and_fills_in_the_rest() -> None:
    parameters = read(GOOD)
    assert (parameters.upper_price, parameters.lower_price) == (Decimal(100000), Decimal("90000.5"))
    assert isinstance(parameters.upper_price, Decimal)
    assert (parameters.mode, parameters.stop_loss, parameters.levels, parameters.tags) == (Mode.PAPER, None, (), [])


def test_it_reads_text_as_rest_gives_it() -> None:
    assert read({name: str(value) for name, value in GOOD.items()}) == read(GOOD)


def test_it_reads_objects_and_lists_within() -> None:
    parameters = read(
        {
            **GOOD,
            "levels": [{"price": "1.5"}, {"price": 2, "label": "two"}],
            "kinds": {"alert": ["live"]},
            "params": {"fast": [1, None]},
            "exit": {"price": 7},
            "mode": "live",
            "tags": ["a"],
        }
    )
    assert parameters.levels == (Level(price=Decimal("1.5")), Level(price=Decimal(2), label="two"))
    assert parameters.kinds == {"alert": (Mode.LIVE,)}
    assert parameters.params == {"fast": [1, None]}
    assert parameters.exit == Level(price=Decimal(7))
    assert (parameters.mode, parameters.tags) == (Mode.LIVE, ["a"])


def test_it_names_each_that_is_missing() -> None:
    assert wrong({}) == {name: f"{name} is required" for name in GOOD}
    assert wrong({**GOOD, "pair": "", "grid_count": None}) == {
        "pair": "pair is required",
        "grid_count": "grid_count is required",
    }


def test_it_names_every_wrong_missing_and_unknown_one_at_once() -> None:
    assert wrong({"upper_price": "x", "lower_price": 1, "grid_count": True, "page": 1, "mode": "demo"}) == {
        "pair": "pair is required",
        "upper_price": "upper_price must be a number above 0",
        "grid_count": "grid_count must be a whole number from 2 to 200",
        "mode": "mode must be one of paper live",
        "page": "Unknown parameter",
    }


def test_it_tells_what_a_type_does_not_say_of_one_parameter_with_what_is_wrong_by_the_types_of_others() -> None:
    assert wrong({**GOOD, "pair": "BTCUSDC", "grid_count": "x"}) == {
        "pair": "pair must have a hyphen",
        "grid_count": "grid_count must be a whole number from 2 to 200",
    }


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("pair", 5, "pair must be a text"),
        ("spacing", "x", "spacing must be one of arithmetic geometric"),
        ("dry", 1, "dry must be true or false"),
        ("stop_loss", "x", "stop_loss must be a number"),
        ("levels", {}, "levels must be a list of at most 3 items"),
        ("levels", [{"price": 1}] * 4, "levels must be a list of at most 3 items"),
        ("kinds", [], "kinds must be an object"),
        ("params", "x", "params must be an object"),
        ("params", dict.fromkeys(map(str, range(501)), 1), "params must be an object of at most 500 members"),
        ("exit", 5, "exit must be an object"),
        ("color", "red", "color must be a color such as #00ff00"),
        ("color", 5, "color must be a color such as #00ff00"),
    ],
)
def test_it_says_what_a_parameter_must_be(name: str, value: object, sentence: str) -> None:
    assert wrong({**GOOD, name: value}) == {name: sentence}


def test_it_names_what_is_within_objects_and_lists_by_its_path() -> None:
    given = {
        **GOOD,
        "levels": [{"price": 1}, {"price": 0, "label": "too long", "x": 1}, 5],
        "kinds": {"alert": ["x"], "order": 5},
        "exit": {},
    }
    assert wrong(given) == {
        "levels.1.price": "levels.1.price must be a number above 0",
        "levels.1.label": "levels.1.label must be a text of at most 5 printable characters",
        "levels.1.x": "Unknown parameter",
        "levels.2": "levels.2 must be an object",
        "kinds.alert.0": "kinds.alert.0 must be one of paper live",
        "kinds.order": "kinds.order must be a list of at most 500 items",
        "exit.price": "exit.price is required",
    }


def test_it_checks_what_must_fit_together_also_where_an_unknown_parameter_is_given() -> None:
    sentence = "upper_price must be greater than lower_price"
    assert wrong({**GOOD, "upper_price": 1}) == {"upper_price": sentence}
    assert wrong({**GOOD, "upper_price": 1, "page": 1}) == {"upper_price": sentence, "page": "Unknown parameter"}


def test_its_refusal_does_not_grow_with_what_is_given() -> None:
    refusal = wrong({"a": 1, **{f"{'x' * 1000}{number}": 1 for number in range(1000)}, **GOOD, "upper_price": "x"})
    assert len(str(refusal)) < 5000
    assert {"a", "upper_price"} <= set(refusal)


def test_it_takes_null_for_not_given_unless_null_is_a_value() -> None:
    parameters = read({**GOOD, "mode": None, "stop_loss": None, "levels": None})
    assert (parameters.mode, parameters.stop_loss, parameters.levels) == (Mode.PAPER, None, ())
    change = reader_of(Change)
    assert change({"id": "1"}).cooldown is msgspec.UNSET
    assert change({"id": "1", "cooldown": None}).cooldown is None
    assert change({"id": "1", "cooldown": 5}).cooldown == 5


def test_it_takes_nothing_where_a_command_has_no_parameters() -> None:
    none = reader_of(NoParameters)
    assert none({}) == NoParameters()
    with pytest.raises(WrongParametersError) as refused:
        none({"page": 1})
    assert refused.value.message == "Unknown parameter: page"


def test_it_refuses_types_that_no_parameter_can_have() -> None:
    class Inexact(Parameters, frozen=True):
        price: float

    class Several(Parameters, frozen=True):
        value: int | str

    for kind in (Inexact, Several):
        with pytest.raises(TypeError, match="no parameter can be"):
            reader_of(kind)


def _json() -> st.SearchStrategy[Any]:
    scalars = st.none() | st.booleans() | st.integers() | st.decimals() | st.floats() | st.text()
    return st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=8
    )


_values = _json() | st.sampled_from(["paper", "#00ff00", [{"price": 1}], {"price": "2"}, "12"])


@example({"0" * 65: "paper", "pair": [{"price": 1}]})
@given(st.dictionaries(st.sampled_from(GridStart.__struct_fields__) | st.text(), _values, max_size=16))
def test_it_reads_or_names_what_is_wrong_and_nothing_else(given: dict[str, Any]) -> None:
    try:
        parameters = read({**GOOD, **given})
    except WrongParametersError as error:
        assert error.fields
        assert all(
            any(name == one[:64] or name.startswith(f"{one}.") for one in {*GOOD, *given}) for name in error.fields
        )
        assert {name[:64] for name in given if name not in GridStart.__struct_fields__} <= error.fields.keys()
    else:
        assert 2 <= parameters.grid_count <= 200
        assert parameters.upper_price > parameters.lower_price > 0
