"""The whole document: made once for each process, since nothing in it changes while it runs."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

from config.openapi.components import Components, Schema
from config.openapi.operation import Operation, with_components
from config.openapi.other_addresses import OTHER_OPERATIONS


class DocumentGenerator(SchemaGenerator):
    """Gives everybody the same document."""

    def get_schema(self, request: Any = None, public: bool = False) -> Any:
        """Return the document."""
        return _document()


def operations() -> list[Operation]:
    """Return every operation that the document describes, by path and method."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # drf-spectacular's own are not typed
    return _all_operations(generator.parse(None, True))  # type: ignore[no-untyped-call]  # as above


@cache
def _document() -> Any:
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # drf-spectacular's own are not typed
    return generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # as above


def complete(result: Schema, **_: object) -> Schema:
    """Write the operations that were found and those of other addresses, with the schemas that they refer to."""
    found = _all_operations(result["paths"])
    components = Components(kind for operation in found for kind in operation.kinds())
    paths: dict[str, Schema] = {}
    for operation in found:
        paths.setdefault(operation.path, {})[operation.method.lower()] = operation.written(components)
    return with_components({**result, "paths": paths}, components)


def _all_operations(paths: Mapping[str, Mapping[str, Operation]]) -> list[Operation]:
    """Return the operations of addresses that were found, with those of the others, by path and method."""
    found = [operation for methods in paths.values() for operation in methods.values()]
    return sorted([*found, *OTHER_OPERATIONS], key=lambda one: (one.path, one.method))
