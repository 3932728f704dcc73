"""The fields of a rule's form, and how those are asked for anew whose choices depend on others."""

# unfold has no types; Django's form classes are of no type here.
# mypy: disable-error-code="import-untyped, misc"

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.urls import reverse_lazy
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from alerts.admin.rules.choices import Choices


def choices_name(kind: str) -> str:
    """Return the name of the address where choices of a kind are asked for."""
    return f"alerts_alertrule_{kind}"


SYMBOLS_ADDRESS = reverse_lazy(f"admin:{choices_name('symbols')}")
_LONGEST = 1000
_ASK = "const ask = () => htmx.ajax('GET', '{address}', {{ source: $el, target: $el, values: {{ {values} }} }})"
_WATCH = "$watch('[{watched}].join()', () => {{ {emptied}ask() }})"


def text_field(
    label: str | None = None, help_text: str = "", *, required: bool = False, widget: forms.Widget | None = None
) -> forms.CharField:
    """Return a field that takes any text: what is typed is judged with the rest of the rule, as everywhere."""
    widget = widget or UnfoldAdminTextInputWidget()
    return forms.CharField(label=label, required=required, help_text=help_text, max_length=_LONGEST, widget=widget)


def choice_field(
    choices: Choices, *, label: str | None = None, initial: str = "", help_text: str = ""
) -> forms.ChoiceField:
    """Return a field that takes one of these choices alone."""
    return forms.ChoiceField(
        choices=choices,
        label=label,
        required=False,
        initial=initial,
        help_text=help_text,
        widget=UnfoldAdminSelectWidget(),
    )


class SuggestingTextWidget(UnfoldAdminTextInputWidget):
    """An input of any text, which suggests `choices` as somebody types; `list_attrs` are those of their list."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.choices: Choices = []
        self.list_attrs: dict[str, str] = {}

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the input and its list."""
        list_id = f"{(attrs or {}).get('id', name)}_list"
        field = super().render(name, value, {**(attrs or {}), "list": list_id}, renderer)
        options = format_html_join("", '<option value="{}">{}</option>', self.choices)
        listed = flatatt({"id": list_id, **self.list_attrs})
        return format_html("{}<datalist{}>{}</datalist>", field, listed, options)


def asking(kind: str, needed: Mapping[str, object], *, field: str = "", at_once: bool = False) -> str:
    """Return the page's expression by which an element's options are asked for whenever what they depend on changes.

    `needed` are the names in the query with what the page's script calls them, or in place of a name a number that
    stays. A `field` that has been chosen from the old options is emptied.
    """
    address = reverse_lazy(f"admin:{choices_name(kind)}")
    watched = ", ".join(str(value) for value in needed.values() if not isinstance(value, int))
    values = ", ".join(f"{name}: {value}" for name, value in needed.items())
    emptied = f"{field} = ''; " if field else ""
    steps = [_ASK.format(address=address, values=values)]
    steps += [_WATCH.format(watched=watched, emptied=emptied)] if watched else []
    return "; ".join([*steps, *(["ask()"] if at_once else [])])
