"""The pages of accounts, backtests, grids, strategies, signals: they hold no data, which comes by REST and socket."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from streaming.market.selectors import offered_intervals


@require_safe
@gzip_page
def accounts(request: HttpRequest, account_id: str = "") -> HttpResponse:
    """Render the page for anybody; the address of an account shows it to its owner, and to staff who may view it."""
    return render(request, "trading_accounts/index.html", {"demo": settings.DEMO})


@require_safe
@gzip_page
def backtests(request: HttpRequest, backtest_id: str = "") -> HttpResponse:
    """Render the page for anybody; the address of a backtest shows it to its owner."""
    context = {
        "chart_library": settings.HAS_CHART_LIBRARY,
        "demo": settings.DEMO,
        "intervals": offered_intervals(),
        "sweep_runs": settings.BACKTESTS_SWEEP_MAXIMUM_RUNS,
    }
    return render(request, "backtests/index.html", context)


@require_safe
@gzip_page
def grids(request: HttpRequest, grid_id: str = "") -> HttpResponse:
    """Render the page for anybody; the address of a grid shows it to its owner."""
    context = {"chart_library": settings.HAS_CHART_LIBRARY, "demo": settings.DEMO}
    return render(request, "grids/index.html", context)


@require_safe
@gzip_page
def signals(request: HttpRequest) -> HttpResponse:
    """Render the page for anybody; what is public is listed for whoever is signed in."""
    return render(request, "signals/index.html", {"demo": settings.DEMO})


@require_safe
@gzip_page
def strategies(request: HttpRequest, strategy_id: str = "") -> HttpResponse:
    """Render the page for anybody; the address of a strategy shows it to its owner."""
    context = {"chart_library": settings.HAS_CHART_LIBRARY, "demo": settings.DEMO, "intervals": offered_intervals()}
    return render(request, "strategies/index.html", context)
