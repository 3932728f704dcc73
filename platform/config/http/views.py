"""The pages of the dashboard and of the operators, and where the admin's log-in leads."""

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
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


@never_cache
def admin_login(request: HttpRequest) -> HttpResponse:
    """Log in to the admin; lead whoever is logged in there already to what was asked for, where Django forgets that."""
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    if request.method == "GET" and is_ours and admin.site.has_permission(request):
        return redirect(wanted)
    return admin.site.login(request)
