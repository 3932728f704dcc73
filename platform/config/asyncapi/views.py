"""`/api/asyncapi/<dialect>/`: a dialect's document as JSON. `/api/docs/websocket/<dialect>/`: the same for people."""

from functools import cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from config.asyncapi.document import dialect_names, document, document_json
from config.asyncapi.reference_page import reference_page

_FIRST = dialect_names()[0]


@require_safe
@gzip_page  # it holds nothing secret, so how small it gets tells nothing
def asyncapi(request: HttpRequest, dialect: str) -> HttpResponse:
    """Answer with the document of a dialect; 404 for none of the name."""
    _check(dialect)
    return HttpResponse(document_json(dialect), content_type="application/json")


@require_safe
def first_reference(request: HttpRequest) -> HttpResponse:
    """Lead to the page of the first dialect."""
    return redirect("websocket-docs", dialect=_FIRST)


@require_safe
@gzip_page
def reference(request: HttpRequest, dialect: str) -> HttpResponse:
    """Show the document of a dialect as a page; 404 for none of the name."""
    _check(dialect)
    return HttpResponse(_page(dialect))


@cache
def _page(dialect: str) -> str:
    """Return the page, made once for each process: it is the same for everybody."""
    context = {"page": reference_page(document(dialect)), "dialect": dialect, "dialects": dialect_names()}
    return render_to_string("api_docs/websocket.html", context)


def _check(dialect: str) -> None:
    if dialect not in dialect_names():
        raise Http404("There is no such dialect")
