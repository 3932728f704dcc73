"""The web dashboard's page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Render the dashboard; it says so where the chart library was not installed."""
    context = {"chart_library": settings.CHART_LIBRARY_DIR.is_dir(), "demo": settings.DEMO}
    return render(request, "dashboard/index.html", context)
