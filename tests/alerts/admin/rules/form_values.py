"""What is sent from the form of a rule, and to where."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

LIST = "/admin/alerts/alertrule/"
ADD = f"{LIST}add/"
GOOD = {
    "name": "High",
    "symbol": "BTCUSDT",
    "source": "price",
    "operator": "above",
    "threshold": "50000.100",
    "trigger": "once",
    "combine": "all",
    "severity": "info",
    "enabled": "on",
    "conditions-TOTAL_FORMS": "10",
    "conditions-INITIAL_FORMS": "0",
}
"""A rule without its owner, and without further conditions."""


def row_of(number: int, **fields: str) -> dict[str, str]:
    """Return a further condition as its row sends it."""
    return {f"conditions-{number}-{name}": value for name, value in fields.items()}


def sent_of(page: Any) -> dict[str, Any]:
    """Return what the page's form would send, unchanged."""
    form = page.context["adminform"].form
    sent: dict[str, Any] = {"alertevent_set-TOTAL_FORMS": "0", "events-TOTAL_FORMS": "0", "events-INITIAL_FORMS": "0"}
    for each in (form.rows.management_form, *form.rows, form):
        sent |= dict(_sent_fields(each))
    return {name: value for name, value in sent.items() if value is not False and value not in (None, "", [])}


def _sent_fields(form: Any) -> Iterator[tuple[str, Any]]:
    for bound in form:
        value = bound.value()
        if bound.name == "expires":
            moment = value and timezone.localtime(value)
            yield from zip(
                ("expires_0", "expires_1"),
                (f"{moment:%Y-%m-%d}", f"{moment:%H:%M:%S}") if moment else (None, None),
                strict=True,
            )
        else:
            yield bound.html_name, value
