"""The form of a broadcast, judged by the reader that every interface uses."""

# unfold has no types.
# mypy: disable-error-code="import-untyped, misc"

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any
from uuid import uuid4

import msgspec
from django import forms
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from alerts.admin.refusals import add_refusal
from alerts.events import Severity
from alerts.models.choices import SEVERITIES
from alerts.notifications.broadcasting import users_by_name
from alerts.notifications.parameters import Broadcast
from streaming.commands.errors import CommandRefusedError, WrongParametersError
from streaming.commands.parameters import Parameters, reader_of

_BETWEEN_USERS = re.compile(r"[,\n]")
_OUTDATED = "The form was not sent whole: load the page again"


class Recipients(StrEnum):
    """Whom a broadcast is for."""

    EVERYBODY = "everybody"
    CHANNEL = "channel"
    USERS = "users"


class _Choice(Parameters, frozen=True, kw_only=True):
    """What this form asks beyond a broadcast's parameters, so that nobody tells everybody by leaving a field empty."""

    recipients: Recipients


_RECIPIENTS = [
    (Recipients.EVERYBODY.value, "Everybody"),
    (Recipients.CHANNEL.value, "Those who read a channel now"),
    (Recipients.USERS.value, "Users by name"),
]
_read = reader_of(Broadcast)
_read_choice = reader_of(_Choice)


class _Text(forms.CharField):
    """A text as it was sent, with `\\n` between its lines: the reader judges it, and not Django."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def to_python(self, value: Any) -> str:
        """Return it without what browsers add."""
        return str(super().to_python(value) or "").replace("\r\n", "\n")

    def run_validators(self, value: Any) -> None:
        """Leave it to the reader."""


class BroadcastForm(forms.Form):
    """What is told to whom; `given` is what the use case takes, once the form is valid.

    `names` are those of the users who are named, in order. `sending` is the id by which a form sent twice acts once.
    """

    given: Broadcast
    names: Sequence[str] = ()
    sending = forms.UUIDField(
        initial=uuid4, widget=forms.HiddenInput, error_messages={"required": _OUTDATED, "invalid": _OUTDATED}
    )
    title = _Text(widget=UnfoldAdminTextInputWidget())
    body = _Text(widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}))
    severity = _Text(
        initial=Severity.INFO.value,
        widget=UnfoldAdminSelectWidget(choices=SEVERITIES),
        help_text="What is critical breaks quiet hours, and is mailed where nothing else was chosen.",
    )
    recipients = _Text(widget=UnfoldAdminRadioSelectWidget(choices=_RECIPIENTS))
    channel = _Text(widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "ops.gateways"}))
    users = _Text(
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="User names, separated by commas or line breaks.",
    )

    def clean(self) -> dict[str, Any]:
        """Let the reader judge; what is written for others than those chosen is refused, not left out."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        wrong = dict(_wrong_choice(cleaned))
        try:
            given = _read(_given(cleaned))
            if given.users is not None:
                self.names = list(dict.fromkeys(given.users))
                given = msgspec.structs.replace(given, users=tuple(users_by_name(given.users)))
            self.given = given
        except CommandRefusedError as error:
            wrong |= error.fields
        if wrong:
            self.refuse(WrongParametersError(wrong))
        return cleaned

    def refuse(self, error: CommandRefusedError) -> None:
        """Say beside the fields what was refused, of a user by the name that was given."""
        fields = {path: self._by_name(path, sentence) for path, sentence in error.fields.items()}
        add_refusal(self, CommandRefusedError(error.code, error.message, fields))

    def renew(self) -> None:
        """Let what is sent from here on count as something else than what was sent before."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # of a request, a QueryDict
        data["sending"] = str(uuid4())
        self.data = data

    def _by_name(self, path: str, sentence: str) -> str:
        field, _, index = path.partition(".")
        if field != Recipients.USERS or not index.isdecimal():
            return sentence
        return sentence.replace(path, _users(self.cleaned_data)[int(index)], 1)


def _wrong_choice(cleaned: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Say what is wrong with who was chosen; of a channel and users together the reader says it."""
    try:
        chosen = _read_choice({"recipients": cleaned["recipients"]}).recipients
    except WrongParametersError as error:
        yield from error.fields.items()
        return
    if chosen is Recipients.EVERYBODY:
        for kind in (Recipients.CHANNEL, Recipients.USERS):
            if cleaned[kind]:
                yield kind.value, f"{kind} can't be given together with everybody"


def _given(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters: those of who was chosen, though empty, and those that are written for others."""
    said = {name: cleaned[name] for name in ("title", "body", "severity")}
    chosen = cleaned["recipients"]
    if chosen == Recipients.CHANNEL or (chosen == Recipients.USERS and cleaned["channel"]):
        said["channel"] = cleaned["channel"]
    if chosen == Recipients.USERS or (chosen == Recipients.CHANNEL and cleaned["users"]):
        said["users"] = _users(cleaned)
    return said


def _users(cleaned: Mapping[str, Any]) -> list[str]:
    names = (name.strip() for name in _BETWEEN_USERS.split(cleaned["users"]))
    return [name for name in names if name]
