"""Queries and updates that are made again and again with other values: Django writes the SQL of each once.

Else it does so at each call, which takes it longer than the database takes for the answer.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateTimeField, Model, QuerySet, Value
from django.db.models.sql import UpdateQuery

WriteValue = Callable[[BaseDatabaseWrapper, Any], Any]
MakeQuery = Callable[[], "QuerySet[Any, Any]"]


class Given(Value):
    """A value that each call of what is compiled gives by this name, as in `filter(chain=Given("chain"))`.

    It is a text or a number, a time as a `GivenTime`; `Among` takes one, too, which stands for all of its values.
    """

    def placeholder(self, write: WriteValue | None = None) -> object:
        """Return what marks its place among a statement's parameters; `write` makes of the value what is sent."""
        return _Placeholder(self.value, write)

    def as_sql(self, *_given: Any, **_context: Any) -> tuple[str, Any]:
        """Return a parameter that each call fills in."""
        return "%s", [self.placeholder()]


class GivenTime(Given):
    """An aware time that each call gives."""

    def as_sql(self, *_given: Any, **_context: Any) -> tuple[str, Any]:
        """Return a parameter that each call fills in, as the database takes times."""
        return "%s", [self.placeholder(_written_time)]


class _Placeholder(NamedTuple):
    name: str
    write: WriteValue | None

    def filled(self, connection: BaseDatabaseWrapper, given: Any) -> Any:
        return given if self.write is None else self.write(connection, given)


class _Statement(NamedTuple):
    """`names` are those of the values that each call gives."""

    sql: str
    parameters: Sequence[object]
    names: frozenset[str]
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]


class _Compiled(ABC):
    def __init__(self, model: type[Model], make: MakeQuery) -> None:
        self._model = model
        self._make = make
        self._statements: dict[tuple[str, str], _Statement] = {}

    @contextmanager
    def _executed(self, alias: str, given: dict[str, Any]) -> Iterator[tuple[_Statement, Any]]:
        """Execute the statement with the given values; yield it with its cursor.

        Raise `TypeError` where a value is missing, or one is given that the statement doesn't have.
        """
        connection = connections[alias]
        kind = (alias, connection.vendor)
        statement = self._statements.get(kind) or self._statements.setdefault(kind, self._statement(alias))
        if statement.names != given.keys():
            raise TypeError(f"values that are missing, or not asked for: {sorted(statement.names ^ given.keys())}")
        parameters: list[Any] = [
            one.filled(connection, given[one.name]) if isinstance(one, _Placeholder) else one
            for one in statement.parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, parameters)
            yield statement, cursor

    def _statement(self, alias: str) -> _Statement:
        compiler = self._compiler(alias)
        sql, parameters = compiler.as_sql()
        names = frozenset(one.name for one in parameters if isinstance(one, _Placeholder))
        converters = compiler.get_converters([expression for expression, *_ in compiler.select or ()])
        return _Statement(sql, parameters, names, [(place, *found) for place, found in converters.items()])

    @abstractmethod
    def _compiler(self, alias: str) -> Any:
        """Return what makes the SQL for a database."""


class CompiledQuery(_Compiled):
    """What `make` returns: a query for columns of `model`, whose SQL is made at the first call on a kind of database.

    It may depend on nothing but the values that are `Given`.
    """

    def rows(self, **given: Any) -> Sequence[Sequence[Any]]:
        """Return the rows that are found, each with its columns in the order in which the query names them."""
        alias = router.db_for_read(self._model)
        with self._executed(alias, given) as (statement, cursor):
            found: Sequence[Sequence[Any]] = cursor.fetchall()
        return _converted(connections[alias], statement, found) if statement.converters else found

    def _compiler(self, alias: str) -> Any:
        return self._make().using(alias).query.get_compiler(alias)


class CompiledUpdate(_Compiled):
    """What `update(**values)` does to the rows of `model` that `make` returns; its SQL is made at the first call.

    Both may depend on nothing but the values that are `Given`.
    """

    def __init__(self, model: type[Model], make: MakeQuery, **values: Given) -> None:
        super().__init__(model, make)
        self._values = values

    def update(self, **given: Any) -> int:
        """Write the values; return to how many rows."""
        alias = router.db_for_write(self._model)
        with transaction.mark_for_rollback_on_error(using=alias), self._executed(alias, given) as (_, cursor):
            changed: int = cursor.rowcount
        return changed

    def _compiler(self, alias: str) -> Any:
        query: Any = self._make().using(alias).order_by().query.chain(UpdateQuery)
        query.add_update_values(self._values)
        return query.get_compiler(alias)


def _written_time(connection: BaseDatabaseWrapper, time: Any) -> Any:
    return DateTimeField().get_db_prep_value(time, connection)


def _converted(
    connection: BaseDatabaseWrapper, statement: _Statement, found: Sequence[Sequence[Any]]
) -> Sequence[Sequence[Any]]:
    """Return rows as the columns' fields read them."""
    rows = [list(row) for row in found]
    for place, converters, expression in statement.converters:
        for row in rows:
            for convert in converters:
                row[place] = convert(row[place], expression, connection)
    return rows
