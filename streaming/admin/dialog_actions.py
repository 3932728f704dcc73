"""Actions of the admin that ask in a dialog first, and lead to a page afterwards."""

# unfold has no types.
# mypy: disable-error-code="import-untyped"

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.admin.utils import quote
from django.db.models import Model
from django.http import HttpResponse
from django.urls import reverse
from django.utils.text import slugify
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm


def dialog_action(
    name: str,
    *,
    icon: str,
    permissions: Sequence[str],
    text: str,
    title: str | None = None,
    form: type[BaseDialogForm] | None = None,
    button: str | None = None,
    variant: ActionVariant = ActionVariant.DEFAULT,
) -> Callable[[Callable[..., HttpResponse]], Any]:
    """Make a method an action that asks in a dialog; the method gets the request, the form and the object's id.

    Where nothing else is given, the dialog's title is the name and a question mark, and its button is called like the
    action. The name in small letters, with hyphens, is the end of its address.
    """
    decorate: Callable[[Callable[..., HttpResponse]], Any] = action(
        description=name,
        url_path=slugify(name),
        icon=icon,
        variant=variant,
        permissions=permissions,
        dialog={
            "title": title or f"{name}?",
            "description": text,
            "form_class": form,
            "form_submit_text": button or name,
        },
    )
    return decorate


def dialog_closed(shown: Model) -> HttpResponse:
    """Close the dialog by loading the page of `shown`, as its script (htmx) is told to."""
    model = shown._meta  # noqa: SLF001 - Django's own way to tell a model's names
    page = reverse(f"admin:{model.app_label}_{model.model_name}_change", args=[quote(shown.pk)])
    return HttpResponse(headers={"HX-Redirect": page})
