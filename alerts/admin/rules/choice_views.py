"""Where the page of a rule's form asks for choices that are too many to be sent with it, or depend on its fields."""

# Django's views take their type argument in the stubs only.
# mypy: disable-error-code="misc, type-arg"

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.html import format_html_join

from alerts.admin.rules.choices import Choices, line_choices, strategy_choices, token_choices, wallet_choices
from streaming.market.models import UNLISTED, Symbol

Asked = Mapping[str, str]
"""The query of a request: what other fields of the form hold."""


class SymbolChoices(AutocompleteJsonView):
    """The symbols that the exchange lists, as its table is searched, a page at a time: for who may write rules."""

    def process_request(self, request: HttpRequest) -> Any:
        """Return the text to search for, and what is searched: a rule names a symbol, and refers to none."""
        return request.GET.get("term", ""), admin.site.get_model_admin(Symbol), None, "name"

    def get_queryset(self) -> QuerySet:
        """Return the listed symbols that hold each word of the text in their name or their assets."""
        listed = self.model_admin.get_queryset(self.request).exclude(status=UNLISTED)
        found, _ = self.model_admin.get_search_results(self.request, listed, self.term)
        return found

    def has_perm(self, request: HttpRequest, obj: object = None) -> bool:
        """Ask for the right to write rules: everybody may read the exchange's list."""
        return _may_write(request)


def _options(offered: Callable[[Asked], Choices]) -> Callable[..., HttpResponse]:
    """Return the view that answers with what is offered, as options for the field of a page."""

    def view(request: HttpRequest, **_: Any) -> HttpResponse:
        if not _may_write(request):
            raise PermissionDenied
        options = offered({name: value for name, value in request.GET.items() if isinstance(value, str)})
        return HttpResponse(format_html_join("", '<option value="{}">{}</option>', options))

    return view


def _may_write(request: HttpRequest) -> bool:
    return any(request.user.has_perm(f"alerts.{right}_alertrule") for right in ("add", "change"))


def _owner(asked: Asked) -> str:
    return asked.get("owner", "")


CHOICE_VIEWS: Mapping[str, Callable[..., HttpResponseBase]] = {
    "symbols": SymbolChoices.as_view(),
    "strategies": _options(lambda asked: strategy_choices(_owner(asked))),
    "lines": _options(lambda asked: line_choices(_owner(asked), asked.get("symbol", ""))),
    "tokens": _options(lambda asked: token_choices(_owner(asked), asked.get("chain", ""))),
    "wallets": _options(lambda asked: wallet_choices(_owner(asked), asked.get("chain", ""))),
}
"""By what is chosen."""
