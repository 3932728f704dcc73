"""A strategy's parameters: what they are (`parameter_schema`), and how given values are read (`read_parameters`). Pure.

A strategy declares them as the fields of a frozen Struct, with bounds, a title and a description for people:

    period: Annotated[int, Meta(ge=2, le=200, title="Period", description="Candles that it looks back")] = 14
    share: Annotated[Decimal, number(least="0.01", most="1", title="Share", description="Of the equity")] = Decimal(1)

Types may be int, Decimal, bool and enums of text, each of them with None. Values are read as a command's are: numbers
as numbers or their text, never as binary floats, and null counts as not given.
"""

from collections.abc import Container, Iterator, Mapping
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cache
from itertools import islice
from typing import Any, TypeVar, cast

import msgspec
from msgspec import NODEFAULT, inspect

from streaming.commands.values import LEAST, MOST, Read, reader_of_type
from trading.engine.instrument import Instrument
from trading.engine.strategies.errors import StrategyParametersError, UncheckedParametersError
from trading.engine.strategies.foreign_checks import FailedCheckError, checked
from trading.engine.strategies.strategy import Strategy

AnyParameters = TypeVar("AnyParameters", bound=msgspec.Struct)

_OURS = __name__.partition(".")[0]
"""The package of the strategies that are shipped."""
_MOST_UNKNOWN = 20
_LONGEST_NAME = 64


class StrategyParameters(msgspec.Struct, frozen=True, kw_only=True):
    """What a strategy takes: a subclass names each parameter, with its type, its bounds and its default."""

    def wrong_together(self) -> Mapping[str, str]:
        """Return what is wrong though each parameter by itself is right, as sentences by name."""
        return {}

    def wrong_on(self, instrument: Instrument) -> Mapping[str, str]:
        """Return what doesn't fit an instrument, as sentences by name."""
        return {}


class ParameterType(StrEnum):
    """What kind of value a parameter takes."""

    INTEGER = "integer"
    DECIMAL = "decimal"
    CHOICE = "choice"
    BOOLEAN = "boolean"


class ParameterSchema(msgspec.Struct, frozen=True, kw_only=True):
    """One parameter, for forms and documentation; bounds are included, and None where there are none."""

    name: str
    title: str
    description: str
    type: ParameterType
    required: bool
    default: int | Decimal | str | bool | None
    minimum: int | Decimal | None
    maximum: int | Decimal | None
    choices: tuple[str, ...]


class _Field(msgspec.Struct, frozen=True):
    """One parameter, and how a value of it is read."""

    schema: ParameterSchema
    read: Read


def number(*, least: str | None = None, most: str | None = None, title: str, description: str) -> msgspec.Meta:
    """Return what `Annotated` says of a Decimal: its bounds, both included, and its words."""
    bounds = {LEAST: least, MOST: most}
    extra = {bound: Decimal(value) for bound, value in bounds.items() if value is not None}
    return msgspec.Meta(title=title, description=description, extra=extra)


def parameter_schema(strategy: type[Strategy[Any]]) -> tuple[ParameterSchema, ...]:
    """Return what a strategy takes, what others take too last; raise `TypeError` for a type that none can have."""
    fields = _fields(strategy.Parameters)
    shared = getattr(strategy.Parameters.__base__, "__struct_fields__", ())
    return tuple(fields[name].schema for name in (*(name for name in fields if name not in shared), *shared))


def read_parameters(
    strategy: type[Strategy[AnyParameters]], given: Mapping[str, object], instrument: Instrument | None = None
) -> AnyParameters:
    """Return a strategy's parameters, with the defaults of those that aren't given.

    Raise `StrategyParametersError` naming all that are wrong; with an `instrument`, also those that don't fit it.
    `UncheckedParametersError` where the strategy's own code can't check them.
    """
    fields = _fields(strategy.Parameters)
    wrong = dict(_unknown(strategy.name, given, fields))
    read = dict(_read(fields, given, wrong))
    if wrong:
        raise StrategyParametersError(wrong)
    parameters, faults = _checked(strategy, read, instrument)
    if faults:
        raise StrategyParametersError(faults)
    return parameters


def read_parameter(strategy: type[Strategy[Any]], name: str, given: object) -> object:
    """Return the value of one parameter, whatever the others are; raise `StrategyParametersError` where it is wrong."""
    fields = _fields(strategy.Parameters)
    wrong = dict(_unknown(strategy.name, {name: given}, fields))
    read = dict(_read({} if wrong else {name: fields[name]}, {name: given}, wrong))
    if wrong:
        raise StrategyParametersError(wrong)
    return read.get(name)


def _checked(
    strategy: type[Strategy[AnyParameters]], read: Mapping[str, object], instrument: Instrument | None
) -> tuple[AnyParameters, Mapping[str, str]]:
    """Return parameters, and what is wrong with them by the strategy's own rules."""

    def check() -> tuple[AnyParameters, Mapping[str, str]]:
        parameters = cast("AnyParameters", strategy.Parameters(**read))
        return parameters, _wrong(parameters, instrument)

    if strategy.__module__.partition(".")[0] == _OURS:  # it comes back, and a sweep asks for each combination
        return check()
    try:
        return checked(strategy.name, check)
    except FailedCheckError as error:
        raise UncheckedParametersError(str(error)) from error


def _wrong(parameters: object, instrument: Instrument | None) -> Mapping[str, str]:
    if not isinstance(parameters, StrategyParameters):
        return {}
    wrong = parameters.wrong_together()
    if instrument and not wrong:
        wrong = parameters.wrong_on(instrument)
    return {str(name): str(sentence) for name, sentence in wrong.items()}


def _read(
    fields: Mapping[str, _Field], given: Mapping[str, object], wrong: dict[str, str]
) -> Iterator[tuple[str, object]]:
    """Yield the parameters that are given; add to `wrong` what is wrong with each."""
    for name, field in fields.items():
        value = given.get(name)
        if value is None or value == "":
            if field.schema.required:
                wrong[name] = f"{name} is required"
            continue
        try:
            yield name, field.read(value)
        except ValueError as error:
            wrong[name] = f"{name} must be {error}"


def _unknown(strategy: str, given: Mapping[str, object], known: Container[str]) -> Iterator[tuple[str, str]]:
    """Yield what is said of unknown parameters; of the first ones, shortened: no refusal is as large as a body."""
    for name in islice((name for name in given if name not in known), _MOST_UNKNOWN):
        yield name[:_LONGEST_NAME], f"{strategy} has no parameter {name[:_LONGEST_NAME]}"


@cache
def _fields(kind: type[msgspec.Struct]) -> Mapping[str, _Field]:
    described = inspect.type_info(kind)
    if not isinstance(described, inspect.StructType):
        raise TypeError(f"not a Struct: {kind}")
    return {field.name: _field(field) for field in described.fields}


def _field(field: inspect.Field) -> _Field:
    words: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    of = _bare(field.type, words, extra)
    schema = ParameterSchema(
        name=field.name,
        title=words.get("title", field.name.replace("_", " ").capitalize()),
        description=words.get("description", ""),
        type=_type_of(of),
        required=field.required,
        default=None if field.default is NODEFAULT else _plain(field.default),
        minimum=of.ge if isinstance(of, inspect.IntType) else extra.get(LEAST),
        maximum=of.le if isinstance(of, inspect.IntType) else extra.get(MOST),
        choices=tuple(choice.value for choice in of.cls) if isinstance(of, inspect.EnumType) else (),
    )
    return _Field(schema, reader_of_type(of, extra))


def _bare(of: inspect.Type, words: dict[str, Any], extra: dict[str, Any]) -> inspect.Type:
    """Return the type itself, without None and what is said of it, which is added to `words` and `extra`."""
    if isinstance(of, inspect.Metadata):
        words.update(of.extra_json_schema or {})
        extra.update(of.extra or {})
        return _bare(of.type, words, extra)
    if isinstance(of, inspect.UnionType):
        others = [one for one in of.types if not isinstance(one, inspect.NoneType)]
        if len(others) == 1:
            return _bare(others[0], words, extra)
    return of


def _type_of(of: inspect.Type) -> ParameterType:
    match of:
        case inspect.IntType():
            return ParameterType.INTEGER
        case inspect.DecimalType():
            return ParameterType.DECIMAL
        case inspect.BoolType():
            return ParameterType.BOOLEAN
        case inspect.EnumType():
            return ParameterType.CHOICE
    raise TypeError(f"no parameter of a strategy can be of this type: {of}")


def _plain(default: Any) -> int | Decimal | str | bool | None:
    plain: int | Decimal | str | bool | None = default.value if isinstance(default, Enum) else default
    return plain
