"""The pages of the dashboard and of the operators."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe
from django.views.defaults import page_not_found

from accounts.errors import ErrorCode


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for an address where nothing is: programs get the one shape of REST errors, people a page."""
    if request.path.startswith("/api/"):
        error = {"code": ErrorCode.NOT_FOUND.value, "message": f"There is nothing at {request.path}"}
        return JsonResponse({"error": error}, status=404)
    return page_not_found(request, exception)


@require_safe
@gzip_page  # it holds nothing secret, so how small it gets tells nothing
def dashboard(request: HttpRequest) -> HttpResponse:
    """Render the dashboard; it says so where the chart library was not installed."""
    context = {"chart_library": settings.HAS_CHART_LIBRARY, "demo": settings.DEMO}
    return render(request, "dashboard/index.html", context)


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """Render the page on which one browses and tries the REST interface; what it shows is `/api/schema/`."""
    return render(request, "api_docs/index.html")


@require_safe
@gzip_page
def operations(request: HttpRequest) -> HttpResponse:
    """Render the operators' page for anybody: it holds no data, which the gateway gives to staff alone."""
    return render(request, "operations/index.html", {"demo": settings.DEMO})
