"""The form of preferences, judged by the reader that every interface uses."""

# unfold has no types; Django's admin classes take their type argument in the stubs only.
# mypy: disable-error-code="import-untyped, misc, type-arg, untyped-decorator"

from collections.abc import Mapping
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from alerts.admin.refusals import add_refusal
from alerts.events import NotificationKind
from alerts.models import NotificationPreferences
from alerts.preferences.parameters import PreferencesGiven
from alerts.preferences.preferences import Channel
from alerts.preferences.services import SWITCHES
from streaming.commands.errors import WrongParametersError
from streaming.commands.parameters import reader_of

KIND_FIELDS = tuple(kind.value for kind in NotificationKind)
_NONE = "none"
_FIELDS = {
    **{f"kinds.{kind}": kind for kind in KIND_FIELDS},
    "quiet_hours": "quiet_start",
    "quiet_hours.start": "quiet_start",
    "quiet_hours.end": "quiet_end",
    "quiet_hours.timezone": "timezone",
}
_read = reader_of(PreferencesGiven)


def _channels_field(kinds: str, help_text: str = "") -> forms.CharField:
    label = f"{kinds}: channels, in their order"
    return forms.CharField(label=label, required=False, help_text=help_text, widget=UnfoldAdminTextInputWidget())


def _time_field(label: str) -> forms.CharField:
    widget = UnfoldAdminTextInputWidget(attrs={"placeholder": "22:30"})
    return forms.CharField(label=label, required=False, max_length=20, widget=widget)


class PreferencesForm(forms.ModelForm):
    """A user's preferences; `given` is what `preferences_set` takes, once the form is valid."""

    given: PreferencesGiven
    quiet_start = _time_field("From")
    quiet_end = _time_field("To")
    timezone = forms.CharField(
        label="Time zone", required=False, max_length=64, widget=UnfoldAdminTextInputWidget(), initial="UTC"
    )
    digest = forms.BooleanField(
        required=False, widget=UnfoldBooleanSwitchWidget(), help_text="Tell all that was held back in one message."
    )
    escalate = forms.BooleanField(
        label="One channel after another",
        required=False,
        widget=UnfoldBooleanSwitchWidget(),
        help_text="Use the next channel only where nobody acknowledges by the one before.",
    )
    sound = forms.BooleanField(
        required=False, widget=UnfoldBooleanSwitchWidget(), help_text="Open pages sound when an alert has fired."
    )
    vibration = forms.BooleanField(
        required=False, widget=UnfoldBooleanSwitchWidget(), help_text="Open pages on a phone vibrate, too."
    )
    alert = _channels_field("Alerts", f"{', '.join(Channel)}; {_NONE}: only listed; empty: the default")
    order = _channels_field("Orders")
    grid = _channels_field("Grid bots")
    strategy = _channels_field("Strategies")
    backtest = _channels_field("Backtests")
    wallet = _channels_field("Wallets")
    system = _channels_field("System")

    class Meta:
        """The fields are those above."""

        model = NotificationPreferences
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        for kind in KIND_FIELDS:
            chosen = row.kinds.get(kind)
            self.initial[kind] = "" if chosen is None else ", ".join(chosen) or _NONE
        for name in ("quiet_start", "quiet_end"):
            shown = getattr(row, name)
            self.initial[name] = "" if shown is None else f"{shown:%H:%M}"
        self.initial.update({name: getattr(row, name) for name in ("timezone", *SWITCHES)})

    def _post_clean(self) -> None:
        """Let the preferences' own reader judge, in place of the model's validation."""
        if self.errors:
            return
        try:
            self.given = _read(_given(self.cleaned_data))
        except WrongParametersError as error:
            add_refusal(self, error, _FIELDS)


def _given(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kinds": {kind: _channels(cleaned[kind]) for kind in KIND_FIELDS},
        "quiet_hours": _quiet_hours(cleaned),
        **{name: cleaned[name] for name in SWITCHES},
    }


def _channels(text: str) -> list[str] | None:
    names = [name.strip() for name in text.split(",") if name.strip()]
    return [] if names == [_NONE] else names or None


def _quiet_hours(cleaned: Mapping[str, Any]) -> dict[str, Any] | None:
    start, end = cleaned["quiet_start"], cleaned["quiet_end"]
    return {"start": start, "end": end, "timezone": cleaned["timezone"] or "UTC"} if start or end else None
