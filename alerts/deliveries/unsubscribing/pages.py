"""The page to which the link of a mail leads that ends such mails. It works without scripts and without a login.

A GET changes nothing: programs that look through mails for harm open what they find. A POST does, of a mail program in
one click (RFC 8058) as of the page's button; it needs no CSRF token, since the link itself is the permission.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from alerts.deliveries.unsubscribing.links import mails_unsubscribe, subscription_of
from alerts.events import NotificationKind

_REFERRER_POLICY = "strict-origin"  # the path is a permission, and goes to nobody


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show buttons that end the mails of a kind, or all of them; do so when one is pressed."""
    subscription = subscription_of(token)
    if subscription is None or not User.objects.filter(pk=subscription.user).exists():
        return _shown(request, {"refused": True}, status=404)
    of_all = request.POST.get("what") == "all"
    if request.method == "POST":
        kinds = list(NotificationKind) if of_all else [subscription.kind]
        mails_unsubscribe(user_id=subscription.user, kinds=kinds)
    return _shown(request, {"kind": subscription.kind, "of_all": of_all, "done": request.method == "POST"})


def _shown(request: HttpRequest, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    response = render(request, "alerts/unsubscribe.html", context, status=status)
    response.headers["Referrer-Policy"] = _REFERRER_POLICY
    return response
