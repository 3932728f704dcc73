"""What the form of a rule offers to choose from, and where its page asks for what is too much to be sent with it."""

# Django's views take their type argument in the stubs only.
# mypy: disable-error-code="misc, type-arg"

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.html import format_html_join

from alerts.rules.series_choice import FIELDS
from streaming.indicators.catalogue import CATALOGUE
from streaming.installed import signal_source, wallet_source
from streaming.market.models import UNLISTED, Symbol

NOTHING = [("", "-")]
"""What is offered beside the choices of a field that may stay empty."""
SYMBOLS_NAME, STRATEGIES_NAME = "alerts_alertrule_symbols", "alerts_alertrule_strategies"
SYMBOLS_ADDRESS, STRATEGIES_ADDRESS = reverse_lazy(f"admin:{SYMBOLS_NAME}"), reverse_lazy(f"admin:{STRATEGIES_NAME}")
_LONGEST_ID = 18


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


def strategies_view(request: HttpRequest, **_: Any) -> HttpResponse:
    """Answer with the strategies of the user in the query, as choices for the field of a page."""
    if not _may_write(request):
        raise PermissionDenied
    offered = NOTHING + strategy_choices(request.GET.get("owner", ""))
    return HttpResponse(format_html_join("", '<option value="{}">{}</option>', offered))


def _may_write(request: HttpRequest) -> bool:
    return any(request.user.has_perm(f"alerts.{right}_alertrule") for right in ("add", "change"))


def strategy_choices(owner: object, kept: str = "") -> list[tuple[str, str]]:
    """Return the live strategies of a user, and the one that a rule has, though it may have ended.

    `owner` is an id as a form has it, which may be none.
    """
    source, written = signal_source(), str(owner)
    is_id = written.isdecimal() and len(written) <= _LONGEST_ID
    choices = dict(source.live_of(int(written))) if source is not None and is_id else {}
    if kept:
        choices.setdefault(kept, kept)
    return list(choices.items())


def field_choices() -> list[tuple[str, str]]:
    """Return all fields that any source has, each with the sources that have it."""
    named: dict[str, list[str]] = {}
    for source, fields in FIELDS.items():
        for field in fields if len(fields) > 1 else ():
            named.setdefault(field, []).append(source.value)
    for indicator in CATALOGUE.values():
        for output in indicator.outputs:
            named.setdefault(output, []).append(indicator.name)
    return [(field, f"{field} ({', '.join(owners)})") for field, owners in named.items()]


def indicator_choices() -> list[tuple[str, str]]:
    """Return the indicators that there are, with their parameters as they are where none are given."""
    return [
        (
            indicator.name,
            f"{indicator.title} ({', '.join(f'{one.name}={one.default:f}' for one in indicator.parameters)})",
        )
        for indicator in CATALOGUE.values()
    ]


def chain_choices(kept: str) -> list[tuple[str, str]]:
    """Return the chains that are followed, and the one that a rule has, though it may be followed no longer."""
    source = wallet_source()
    followed = source.chains() if source is not None else ()
    return [(name, name) for name in sorted({*followed, kept} - {""})]
