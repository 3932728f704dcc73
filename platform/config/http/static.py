"""Static files by whitenoise, read whole: they are small, and an asynchronous server can't stream a blocking file."""

import os.path
from contextlib import suppress
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import MissingFileError, StaticFile


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # whitenoise has no types
    """Whitenoise's middleware, without its streaming response, which finds what `collectstatic` lays there later on."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return a static file, if it is one that is asked for, else what the next middleware answers."""
        address = request.path_info
        if address.startswith(self.static_prefix) and address not in self.files and not self.autorefresh:
            self._find_later_file(address)
        return super().__call__(request)  # type: ignore[no-any-return]

    def _find_later_file(self, address: str) -> None:
        """Take up a file that is in STATIC_ROOT by now.

        While a deployment is upgraded, a page of a new gateway names bundles that its browser asks of an old one.
        """
        root = f"{Path(self.static_root).absolute()}/"
        path = root + address.removeprefix(self.static_prefix)
        if not self.url_is_canonical(address) or not self.path_is_child_of(path, root):
            return
        if os.path.isfile(path):  # noqa: PTH113 - Path.is_file raises where a name is too long
            with suppress(MissingFileError):  # it was there a moment ago: `collectstatic` replaces what has changed
                self.add_file_to_dictionary(address, path)

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        """Return the file, or the answer to a conditional or range request for it."""
        answer = static_file.get_response(request.method, request.META)
        body = b""
        if answer.file is not None:
            with answer.file as file:
                body = file.read()
        response = HttpResponse(body, status=int(answer.status))
        del response["Content-Type"]
        for name, value in answer.headers:
            response[name] = value
        if body:  # the file may have changed since it was measured
            response["Content-Length"] = str(len(body))
        return response
