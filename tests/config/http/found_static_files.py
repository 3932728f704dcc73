"""Static files that WhiteNoise finds once for a process of tests, not again for each test's client.

A client loads the middleware with its first request, and WhiteNoise then looks at every static file that there is: ten
times the work of answering most requests. What it finds depends on the settings named here alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile


@contextmanager
def static_files_found_once() -> Iterator[None]:
    """Let the middlewares that are loaded meanwhile share the files that the first of them found."""
    found: dict[str, dict[str, StaticFile]] = {}
    find = WhiteNoiseMiddleware.add_files_from_finders

    def add_files_from_finders(middleware: WhiteNoiseMiddleware) -> None:
        key = repr((middleware.static_prefix, middleware.max_age, settings.STATICFILES_DIRS, settings.INSTALLED_APPS))
        if key not in found:
            find(middleware)
            found[key] = dict(middleware.files)
        middleware.files.update(found[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", add_files_from_finders)
        yield
