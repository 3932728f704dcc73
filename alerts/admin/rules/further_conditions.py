"""A rule's further conditions in its form: a row for each, with the fields of the first."""

# unfold has no types; Django's form classes are of no type here.
# mypy: disable-error-code="import-untyped, misc, type-arg"

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib.admin.helpers import AdminForm
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from alerts.admin.refusals import add_refusal
from alerts.admin.rules.condition_form import CONDITION_FIELDS, ConditionForm
from alerts.admin.rules.shown_fields import shown_fields
from alerts.rules.conditions import MOST_CONDITIONS
from streaming.commands.errors import WrongParametersError

PATH = "conditions"
"""Of the further conditions, and the beginning of what their fields are called."""
_FIRST_ROW = 2
"""What people call the first of them."""
_TEMPLATE = "admin/alerts/further_conditions.html"
_LOOKS = SimpleNamespace(model_admin=SimpleNamespace(conditional_fields=shown_fields(), compressed_fields=False))
"""What the panel's parts of a form ask for."""


class _Rows(forms.BaseFormSet):
    """As many rows as a rule may have without a flat condition; one in which nothing is filled in is none."""

    def __init__(self, *args: Any, offered: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, prefix=PATH, **kwargs)
        self._offered = offered

    def add_fields(self, form: Any, index: int | None) -> None:
        """Let each row offer what its owner has; an empty one is copied for a new row, and asks again by then."""
        form.offer(**self._offered, at_once=form.is_empty)
        super().add_fields(form, index)

    @property
    def filled(self) -> list[ConditionForm]:
        """The rows that say something and stay, once all have been read."""
        return [row for row in self.forms if row.given and row not in self.deleted_forms]

    @property
    def shown(self) -> list[ConditionForm]:
        """The rows that aren't empty."""
        return [row for row in self.forms if not row.is_empty]

    @property
    def spare(self) -> ConditionForm | None:
        """The first row that is empty."""
        return next((row for row in self.forms if row.is_empty), None)


FurtherConditions: Any = forms.formset_factory(
    ConditionForm,
    formset=_Rows,
    extra=MOST_CONDITIONS,
    max_num=MOST_CONDITIONS,
    absolute_max=MOST_CONDITIONS,
    can_delete=True,
)


def refused_elsewhere(rows: Any, refused: Mapping[str, str]) -> dict[str, str]:
    """Say beside their fields what is refused of rows that are filled; return what is refused of anything else."""
    filled, elsewhere = rows.filled, dict(refused)
    for path, sentence in refused.items():
        first, _, rest = path.removeprefix(f"{PATH}.").partition(".")
        if path.startswith(f"{PATH}.") and first.isdecimal() and int(first) < len(filled):
            row, beginning = filled[int(first)], f"{PATH}.{first}."
            error = WrongParametersError({rest: sentence.removeprefix(beginning)})
            add_refusal(row, error, row.fields_by_path())
            del elsewhere[path]
    return elsewhere


class FurtherConditionsWidget(forms.Widget):
    """Draws the rows, which the form gives it as `rows`."""

    rows: Any

    class Media:
        """What adds and removes rows."""

        js = ("admin_panel/further_conditions.js",)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return all rows, and an empty one: without scripts it is shown, by them it is copied."""
        spare = self.rows.spare
        context = {
            "management_form": self.rows.management_form,
            "rows": [_drawn(row) for row in self.rows.shown],
            "spare": None if spare is None else _drawn(spare),
            "most": MOST_CONDITIONS - 1,
            "first": _FIRST_ROW,
            "adminform": _LOOKS,
            "has_conditional_display": True,
        }
        return render_to_string(_TEMPLATE, context)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> None:
        """Return nothing: each row reads its own."""

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Say that it is given, in rows."""
        return False

    def id_for_label(self, id_: str) -> str:
        """Return nothing: each row's fields have labels of their own."""
        return ""


class FurtherConditionsField(forms.Field):
    """The rows as a field of the rule's form, which stands where they do and says what is wrong with all of them."""

    widget = FurtherConditionsWidget

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether any row is another."""
        widget: Any = self.widget
        return bool(widget.rows.has_changed())


def wrong_rows(rows: Any) -> Iterator[int]:
    """Yield what people call each row that has errors."""
    yield from (number for number, row in enumerate(rows.shown, start=_FIRST_ROW) if row.errors)


def _drawn(row: Any) -> AdminForm:
    fieldsets: Any = [(None, {"fields": CONDITION_FIELDS})]
    return AdminForm(row, fieldsets, {})
