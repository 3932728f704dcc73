"""A file as the body of an answer, sent in portions by either kind of server: none of them holds all of it."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import IO

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

_PORTION_BYTES = 64 * 1024


def file_response(
    request: HttpRequest, opened: AbstractContextManager[IO[bytes]], *, content_type: str
) -> StreamingHttpResponse:
    """Return an answer whose body is a file, which is opened now, and closed with the answer.

    Django's own `FileResponse` reads all of a file before an ASGI server sends any.
    """
    with ExitStack() as stack:
        file = stack.enter_context(opened)
        portions = _portions_for_a_loop(file) if isinstance(request, ASGIRequest) else _portions(file)
        length = os.fstat(file.fileno()).st_size
        headers = {"Content-Length": str(length), "Cache-Control": "no-store"}
        response = StreamingHttpResponse(portions, content_type=content_type, headers=headers)
        response._resource_closers.append(stack.pop_all().close)  # type: ignore[attr-defined] # noqa: SLF001 - as Django does
        return response


def _portions(file: IO[bytes]) -> Iterator[bytes]:
    while portion := file.read(_PORTION_BYTES):
        yield portion


async def _portions_for_a_loop(file: IO[bytes]) -> AsyncIterator[bytes]:
    while portion := await asyncio.to_thread(file.read, _PORTION_BYTES):
        yield portion
