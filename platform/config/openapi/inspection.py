"""Which operations the views of alerts have: as many as they have use cases."""

from typing import Any

from drf_spectacular.openapi import AutoSchema

from config.openapi.operation import Operation, title_of
from streaming.rest.views import StructView

_BAD_REQUEST, _NOT_FOUND, _CONFLICT, _TOO_MANY = 400, 404, 409, 429
_NO_CONTENT = 204


class StructSchema(AutoSchema):
    """Describes a `StructView`; other views are in the table of `other_addresses`."""

    def get_operation(self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any) -> Any:
        """Return the `Operation`, which `generator.complete` writes; None for other views."""
        return operation_of(self.view, path, method) if isinstance(self.view, StructView) else None


def operation_of(view: StructView, path: str, method: str) -> Operation:
    """Return what is known of a method."""
    case = view.use_cases[method]
    changes = (_CONFLICT,) if case.changes else ()
    return Operation(
        path=path,
        method=method,
        title=title_of(case.act) or _title(view, path),
        parameters=case.parameters,
        answer=None if case.status == _NO_CONTENT else case.answer,
        status=case.status,
        access=case.access,
        others=case.others,
        refusals=(_BAD_REQUEST, _NOT_FOUND, _TOO_MANY, *changes),
    )


def _title(view: StructView, path: str) -> str:
    """Return what the view's docstring says behind the address that it begins with."""
    title = title_of(type(view))
    return title.rpartition("`: ")[2] or path
