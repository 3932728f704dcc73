"""The page of wallets: it holds no data, which comes by REST and socket."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe


@require_safe
@gzip_page
def wallets(request: HttpRequest, wallet_id: str = "") -> HttpResponse:
    """Render the page for anybody; the address of a wallet shows it to its owner."""
    return render(request, "wallets/index.html", {"demo": settings.DEMO})
