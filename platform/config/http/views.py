"""The pages of the dashboard and of the operators."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from streaming.market.selectors import has_overview, offered_intervals


@require_safe
@gzip_page  # it holds nothing secret, so how small it gets tells nothing
def dashboard(request: HttpRequest) -> HttpResponse:
    """Render the dashboard; it says so where the chart library was not installed."""
    exchange = {"intervals": offered_intervals(), "has_overview": has_overview()}
    context = {"chart_library": settings.HAS_CHART_LIBRARY, "demo": settings.DEMO, **exchange}
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
