"""Which operations there are: as many as the views of all addresses have use cases."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from config.openapi.operation import Operation, title_of
from streaming.commands.use_cases import Contract, UseCase

_NO_CONTENT = 204


def declared_operations() -> Iterator[Operation]:
    """Yield every operation that a view declares."""
    for path, view in _views(get_resolver()):
        for method, case in getattr(view, "use_cases", {}).items():
            yield _operation(view, case, path, method)


def _views(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every address as OpenAPI writes it, with its view: a class, or a function."""
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _views(pattern, path)
        elif isinstance(pattern, URLPattern):
            written = re.sub(r"\^|/\?\$$", "", re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path))
            yield f"/{written}", getattr(pattern.callback, "cls", pattern.callback)


def _operation(view: Any, case: Contract, path: str, method: str) -> Operation:
    changes = (404, 409) if isinstance(case, UseCase) and case.changes else (404,) if isinstance(case, UseCase) else ()
    return Operation(
        path=path,
        method=method,
        title=title_of(case.act) or _title(view, path),
        parameters=case.parameters,
        answer=None if case.status == _NO_CONTENT else case.answer,
        status=case.status,
        access=case.access,
        others=case.others,
        refusals=(*case.refusals, *changes),
    )


def _title(view: Any, path: str) -> str:
    """Return what the view's docstring says behind the address that it begins with."""
    return title_of(view).rpartition("`: ")[2] or path
