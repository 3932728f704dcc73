"""What a page that runs as an app keeps in the browser: its shell, and no more (`shared/shell/shell_worker.js`).

The worker's text begins with what it keeps, named after the hash of it: a deployment with other bundles has another
worker. Without bundles there is nothing whose name changes with what is in it, and only the page for being offline is
kept.
"""

import hashlib
from functools import cache
from pathlib import Path

import msgspec
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from config.http.bundles import bundled_files

_PROGRAM = "shared/shell/shell_worker.js"
_OF_OFFLINE_PAGE = ("shared/theme/theme_switch_at_load.js", "shared/message_page.css", "shared/logo.svg")


class Shell(msgspec.Struct, frozen=True):
    """What the worker keeps: addresses, of which `offline` is the page's, and a name for all of it together."""

    version: str
    files: tuple[str, ...]
    offline: str


@require_safe
def shell_worker(request: HttpRequest) -> HttpResponse:
    """Answer with the worker's program; browsers ask for it anew at each load."""
    text = f"self.SHELL = {msgspec.json.encode(shell()).decode()};\n{_program()}"
    return HttpResponse(text, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Render what is shown without a network."""
    return render(request, "offline.html")


@cache
def shell() -> Shell:
    """Return what is kept, as this process serves it."""
    bundles = bundled_files(settings.BUNDLES_DIR) if settings.PAGE_BUNDLES else {}
    files = sorted({static(name) for name in (*bundles, *_OF_OFFLINE_PAGE)})
    told = [*files, render_to_string("offline.html"), _program(), *(_text(name) for name in _OF_OFFLINE_PAGE)]
    version = hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]
    return Shell(version=version, files=tuple(files), offline=reverse("offline"))


def _program() -> str:
    return _text(_PROGRAM)


def _text(name: str) -> str:
    found = finders.find(name)
    return "" if found is None else Path(str(found)).read_text(encoding="utf-8")
