"""How a request's body is read: JSON in UTF-8, bounded, with every digit of its numbers."""

from collections.abc import Mapping
from typing import IO, Any

import msgspec
from django.conf import settings
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

from streaming.numbers import exact_decimal

_decoder = msgspec.json.Decoder(float_hook=exact_decimal)


class BodyTooLargeError(APIException):
    """The body is larger than the setting DATA_UPLOAD_MAX_MEMORY_SIZE."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body is too large"


class ExactJSONParser(BaseParser):
    """JSON as RFC 8259 has it: UTF-8 whatever the header says, no NaN; a number with a fraction becomes a `Decimal`.

    Such a number has as many digits and as large an exponent as one that the gateway reads: see `exact_decimal`.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return what the body says; raise `ParseError` or `BodyTooLargeError`."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise BodyTooLargeError
        try:
            return _decoder.decode(body)
        except msgspec.ValidationError as refusal:
            raise ParseError("The body has a number of too many digits or too large an exponent") from refusal
        # Text that isn't UTF-8 raises Python's own error; nesting too deep exhausts the stack.
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as refusal:
            raise ParseError("The body is not valid JSON") from refusal
