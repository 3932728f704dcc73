"""The page of backtests. It holds no data: what is shown comes by REST and the socket, to whoever it belongs to."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def backtests(request: HttpRequest, backtest_id: str = "") -> HttpResponse:
    """Render the page for anybody; the address of a backtest shows it to its owner."""
    context = {"chart_library": settings.HAS_CHART_LIBRARY, "demo": settings.DEMO}
    return render(request, "backtests/index.html", context)
