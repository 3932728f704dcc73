"""The whole document: made once for each process, since nothing in it changes while it runs."""

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.plumbing import build_root_object

from config.openapi.components import Components, Schema
from config.openapi.inspection import declared_operations
from config.openapi.operation import Operation, with_components


class DocumentGenerator(SchemaGenerator):
    """Gives everybody the same document."""

    def get_schema(self, request: Any = None, public: bool = False) -> Any:
        """Return the document."""
        return _document()


def operations() -> list[Operation]:
    """Return every operation that the document describes, by path and method."""
    return sorted(declared_operations(), key=lambda one: (one.path, one.method))


@cache
def _document() -> Any:
    found = operations()
    components = Components(kind for operation in found for kind in operation.kinds())
    paths: dict[str, Schema] = {}
    for operation in found:
        paths.setdefault(operation.path, {})[operation.method.lower()] = operation.written(components)
    root = build_root_object(paths=paths, components={}, webhooks={}, version=None)
    return with_components(root, components)
