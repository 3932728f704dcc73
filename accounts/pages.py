"""The page of one's account: it holds no data, which comes by REST."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe


@require_safe
@gzip_page
def account(request: HttpRequest) -> HttpResponse:
    """Render the page for anybody; whoever is signed in is shown the own account."""
    return render(request, "account/index.html", {"demo": settings.DEMO})
