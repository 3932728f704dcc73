"""Queries that are asked again and again with other values: Django makes the SQL of each once, and not at each call."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet, Value

WriteValue = Callable[[BaseDatabaseWrapper, Any], Any]
MakeQuery = Callable[[], "QuerySet[Any, Any]"]


class Given(Value):
    """A value that each call of a `CompiledQuery` gives by this name, as in `filter(chain=Given("chain"))`.

    It is a text or a whole number; `Among` takes one, too, which stands for all of its values.
    """

    def placeholder(self, write: WriteValue | None = None) -> object:
        """Return what marks its place among a statement's parameters; `write` makes of the value what is sent."""
        return _Placeholder(self.value, write)

    def as_sql(self, *_given: Any, **_context: Any) -> tuple[str, Any]:
        """Return a parameter that each call fills in."""
        return "%s", [self.placeholder()]


class _Placeholder(NamedTuple):
    name: str
    write: WriteValue | None

    def filled(self, connection: BaseDatabaseWrapper, given: Any) -> Any:
        return given if self.write is None else self.write(connection, given)


class _Statement(NamedTuple):
    sql: str
    parameters: Sequence[object]
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]


class CompiledQuery:
    """What `make` returns: a query for columns of `model`, whose SQL is made at the first call on a kind of database.

    It may depend on nothing but the values that are `Given`.
    """

    def __init__(self, model: type[Model], make: MakeQuery) -> None:
        self._model = model
        self._make = make
        self._statements: dict[tuple[str, str], _Statement] = {}

    def rows(self, **given: Any) -> Sequence[Sequence[Any]]:
        """Return the rows that are found, each with its columns in the order in which the query names them."""
        alias = router.db_for_read(self._model)
        connection = connections[alias]
        kind = (alias, connection.vendor)
        statement = self._statements.get(kind) or self._statements.setdefault(kind, self._statement(alias))
        parameters: list[Any] = [
            one.filled(connection, given[one.name]) if isinstance(one, _Placeholder) else one
            for one in statement.parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, parameters)
            found: Sequence[Sequence[Any]] = cursor.fetchall()
        return _converted(connection, statement, found) if statement.converters else found

    def _statement(self, alias: str) -> _Statement:
        compiler = self._make().using(alias).query.get_compiler(alias)
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([expression for expression, *_ in compiler.select])
        return _Statement(sql, parameters, [(place, *found) for place, found in converters.items()])


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
