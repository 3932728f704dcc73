"""Which operations there are: as many as the views of all addresses have use cases."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.api_keys.scopes import WithinScopes
from config.openapi.operation import Operation, title_of
from streaming.commands.contract import Contract
from streaming.commands.use_cases import UseCase

_NO_CONTENT = 204


def declared_operations() -> Iterator[Operation]:
    """Yield every operation that a view declares."""
    for path, view in _views(get_resolver()):
        for method, case in getattr(view, "use_cases", {}).items():
            yield _operation(case, path, method, for_any_key=_is_for_any_key(view))


def _views(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every address as OpenAPI writes it, with its view: a class, or a function."""
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _views(pattern, path)
        elif isinstance(pattern, URLPattern):
            written = re.sub(r"\^|/\?\$$", "", re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path))
            yield f"/{written}", getattr(pattern.callback, "cls", pattern.callback)


def _is_for_any_key(view: Any) -> bool:
    return WithinScopes not in getattr(view, "permission_classes", (WithinScopes,))


def _operation(case: Contract, path: str, method: str, *, for_any_key: bool) -> Operation:
    changes = (404, 409) if isinstance(case, UseCase) and case.changes else (404,) if isinstance(case, UseCase) else ()
    return Operation(
        path=path,
        method=method,
        title=title_of(case.act),
        parameters=case.parameters,
        answers=_answers(case),
        status=case.status,
        access=case.access,
        others=case.others,
        for_any_key=for_any_key,
        refusals=(*case.refusals, *changes),
    )


def _answers(case: Contract) -> tuple[type[msgspec.Struct], ...]:
    if case.status == _NO_CONTENT:
        return ()
    return tuple(answer for answer in (case.answer, case.other_answer) if answer is not None)
