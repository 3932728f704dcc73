"""Reading a command's parameters into a frozen Struct, with every wrong one named in a plain sentence. Pure.

What is given came as JSON or, from a query of REST, as text; both are read alike. Numbers are exact: `int`, `Decimal`
or text, never a binary float. A parameter that is null counts as not given, unless null is one of its values.
Parameters of parameters are named by their path: `conditions.0.threshold`.
"""

from collections.abc import Callable, Collection, Container, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from streaming.commands import values
from streaming.commands.errors import WrongParametersError
from streaming.commands.validation import UNKNOWN_PARAMETER

_MOST_ITEMS = 500
_MOST_UNKNOWN = 20
_LONGEST_NAME = 64

Given = Mapping[str, Any]
Read = Callable[[str, object], Any]
"""From the path of a parameter and its value to what it says; raises `_WrongError`."""


class Parameters(msgspec.Struct, frozen=True, kw_only=True):
    """What a command takes: a subclass names each parameter, with its type and its default."""

    @classmethod
    def wrong_alone(cls, read: Mapping[str, Any], wrong: Collection[str]) -> Mapping[str, str]:
        """Return what a type can't say to be wrong with parameters, though others are missing or wrong by their types.

        `read` has those that could be read, `wrong` names those that could not; whoever is refused is told of both.
        """
        return {}

    def wrong_together(self) -> Mapping[str, str]:
        """Return what is wrong though each parameter by itself is right, as sentences by name."""
        return {}


class NoParameters(Parameters, frozen=True):
    """A command that takes none."""


AnyParameters = TypeVar("AnyParameters", bound=Parameters)
AnyStruct = TypeVar("AnyStruct", bound=msgspec.Struct)


def reader_of(kind: type[AnyParameters]) -> Callable[[Given], AnyParameters]:
    """Return the function that reads parameters of `kind`, or raises `WrongParametersError` naming all that are wrong.

    Types may be str, int, bool, Decimal, enums, literals, lists, tuples, dictionaries and Structs, with the bounds of
    `msgspec.Meta` (those of a Decimal: `values.POSITIVE` and the like). Raise `TypeError` for any other at once.
    """
    _fields_of(kind)

    def read(given: Given) -> AnyParameters:
        try:
            return _read_struct(kind, "", given)
        except _WrongError as error:
            raise WrongParametersError(error.fields) from None

    return read


class _WrongError(Exception):
    """What is wrong, by path."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(fields)
        self.fields = fields


class _Collected:
    """What was wrong so far, of several values that belong together."""

    def __init__(self) -> None:
        self.wrong: dict[str, str] = {}

    def read(self, read: Read, path: str, value: object) -> Any:
        """Return what a value says; None where it is wrong, which is noted."""
        try:
            return read(path, value)
        except _WrongError as error:
            self.wrong.update(error.fields)
            return None

    def finish(self) -> None:
        """Raise where anything is wrong."""
        if self.wrong:
            raise _WrongError(self.wrong)


class _Field(msgspec.Struct, frozen=True):
    """One parameter: the Struct's name for it, the client's, and how it is read."""

    attribute: str
    name: str
    required: bool
    takes_null: bool
    """Null is read as a value, if only to be refused."""
    read: Read


@cache
def _fields_of(kind: type[msgspec.Struct]) -> tuple[_Field, ...]:
    described = inspect.type_info(kind)
    if not isinstance(described, inspect.StructType):
        raise TypeError(f"not a Struct: {kind}")
    return tuple(_field(field) for field in described.fields)


def _field(field: inspect.Field) -> _Field:
    return _Field(field.name, field.encode_name, field.required, _takes_null(field.type), _reader(field.type))


def _read_struct(kind: type[AnyStruct], path: str, given: Mapping[str, Any]) -> AnyStruct:
    fields, collected = _fields_of(kind), _Collected()
    read = dict(_read_fields(fields, path, given, collected))
    unknown = _unknown(path, given, {field.name for field in fields})
    if collected.wrong:
        wrong = [name.removeprefix(f"{path}.") for name in collected.wrong]
        alone = kind.wrong_alone(read, wrong) if issubclass(kind, Parameters) else {}
        raise _WrongError({**_at(path, alone), **collected.wrong, **unknown})
    parameters = kind(**read)
    together = parameters.wrong_together() if isinstance(parameters, Parameters) else {}
    if unknown or together:
        raise _WrongError({**_at(path, together), **unknown})
    return parameters


def _at(path: str, sentences: Mapping[str, str]) -> dict[str, str]:
    return {_join(path, name): sentence for name, sentence in sentences.items()}


def _unknown(path: str, given: Mapping[str, Any], known: Container[str]) -> dict[str, str]:
    """Return the sentence of each unknown parameter; of the first ones, shortened: no refusal is as large as a body."""
    names = islice((name for name in given if name not in known), _MOST_UNKNOWN)
    return {_join(path, name[:_LONGEST_NAME]): UNKNOWN_PARAMETER for name in names}


def _read_fields(
    fields: tuple[_Field, ...], path: str, given: Mapping[str, Any], collected: _Collected
) -> Iterator[tuple[str, Any]]:
    for field in fields:
        name, value = _join(path, field.name), given.get(field.name)
        is_null = value is None and not (field.takes_null and field.name in given)
        if field.required and (is_null or value == ""):
            collected.wrong[name] = f"{name} is required"
        elif not is_null:
            told = collected.read(field.read, name, value)
            if field.required and told == "":  # but for white space that doesn't count
                collected.wrong[name] = f"{name} is required"
            yield field.attribute, told


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _reader(of: inspect.Type, description: str = "", extra: Mapping[str, Any] | None = None) -> Read:
    """Return what reads a value of the type; a `description` says what it must be instead of our own words."""
    match of:
        case inspect.Metadata(type=inner, extra_json_schema=schema, extra=bounds):
            return _reader(inner, (schema or {}).get("description", description), {**(extra or {}), **(bounds or {})})
        case inspect.UnionType(types=types):
            return _reader_or_null(types, description, extra)
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
            return _list_reader(of, _reader(item))
        case inspect.DictType(value_type=item):
            return _object_reader(_reader(item))
        case inspect.StructType(cls=kind):
            return _struct_reader(kind)
        case _:
            return _single(values.reader_of_type(of, extra or {}), description)


def _single(read: values.Read, description: str) -> Read:
    def read_single(path: str, value: object) -> Any:
        try:
            return read(value)
        except ValueError as error:
            raise _WrongError({path: f"{path} must be {description or error}"}) from None

    return read_single


def _takes_null(of: inspect.Type) -> bool:
    if isinstance(of, inspect.Metadata):
        return "not_null" in (of.extra or {}) or _takes_null(of.type)
    return isinstance(of, inspect.UnionType) and of.includes_none


def _reader_or_null(types: tuple[inspect.Type, ...], description: str, extra: Mapping[str, Any] | None) -> Read:
    others = [one for one in types if not isinstance(one, inspect.NoneType)]
    if len(others) != 1:
        raise TypeError(f"no parameter can be one of several types: {others}")
    read = _reader(others[0], description, extra)
    return lambda path, value: None if value is None else read(path, value)


def _list_reader(of: inspect.ListType | inspect.VarTupleType, read: Read) -> Read:
    most = _MOST_ITEMS if of.max_length is None else of.max_length
    least = of.min_length or 0
    size = f"at most {most}" if least == 0 else f"{least} to {most}"
    container = list if isinstance(of, inspect.ListType) else tuple

    def read_list(path: str, value: object) -> Any:
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise _WrongError({path: f"{path} must be a list of {size} items"})
        collected = _Collected()
        items = [collected.read(read, _join(path, str(index)), item) for index, item in enumerate(value)]
        collected.finish()
        return container(items)

    return read_list


def _object_reader(read: Read) -> Read:
    def read_object(path: str, value: object) -> Any:
        members = _members(path, value)
        collected = _Collected()
        read_members = {name: collected.read(read, _join(path, name), member) for name, member in members.items()}
        collected.finish()
        return read_members

    return read_object


def _struct_reader(kind: type[Any]) -> Read:
    return lambda path, value: _read_struct(kind, path, _members(path, value))


def _members(path: str, value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _WrongError({path: f"{path} must be an object"})
    if len(value) > _MOST_ITEMS:
        raise _WrongError({path: f"{path} must be an object of at most {_MOST_ITEMS} members"})
    return value
