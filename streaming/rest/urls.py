"""What an app declares its addresses with."""

import msgspec


class UrlPrefix(msgspec.Struct, frozen=True):
    """The addresses of the URLconf `module` (a dotted path) begin with `prefix`: `api/v1/`, or nothing for pages."""

    prefix: str
    module: str
