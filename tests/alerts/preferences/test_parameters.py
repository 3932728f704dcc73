"""What may be given as preferences, and what is said of the rest."""

from datetime import time
from typing import Any

import pytest
from msgspec import UNSET

from alerts.events import NotificationKind
from alerts.preferences.parameters import PreferencesGiven
from alerts.preferences.preferences import Channel, QuietHours
from streaming.commands.errors import WrongParametersError
from streaming.commands.parameters import reader_of

read = reader_of(PreferencesGiven)
CHANNELS = "websocket email web_push webhook ntfy slack discord telegram"
NIGHT = {"start": "22:30", "end": "07:00", "timezone": "Europe/Berlin"}


def test_it_reads_all_of_them() -> None:
    given = read(
        {"kinds": {"alert": ["email"]}, "quiet_hours": NIGHT, "digest": False, "escalate": True, "sound": True}
    )
    assert given.kinds.by_kind() == {NotificationKind.ALERT: (Channel.EMAIL,)}
    assert given.quiet_hours
    assert given.quiet_hours.quiet_hours() == QuietHours(start=time(22, 30), end=time(7), timezone="Europe/Berlin")
    assert (given.digest, given.escalate, given.sound, given.vibration) == (False, True, True, UNSET)


def test_it_tells_a_kind_that_is_null_from_one_that_is_not_named() -> None:
    assert read({"kinds": {"alert": None, "order": []}}).kinds.by_kind() == {
        NotificationKind.ALERT: None,
        NotificationKind.ORDER: (),
    }


@pytest.mark.parametrize("kind", NotificationKind)
def test_it_takes_every_kind(kind: NotificationKind) -> None:
    assert read({"kinds": {kind.value: ["websocket"]}}).kinds.by_kind() == {kind: (Channel.WEBSOCKET,)}


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"kinds": []}, {"kinds": "kinds must be an object"}),
        ({"kinds": {"weather": ["email"]}}, {"kinds.weather": "Unknown parameter"}),
        ({"kinds": {"alert": "email"}}, {"kinds.alert": "kinds.alert must be a list of at most 500 items"}),
        ({"kinds": {"alert": ["fax"]}}, {"kinds.alert.0": f"kinds.alert.0 must be one of {CHANNELS}"}),
        ({"quiet_hours": True}, {"quiet_hours": "quiet_hours must be an object"}),
        (
            {"quiet_hours": {**NIGHT, "end": "22:30"}},
            {"quiet_hours.end": "quiet_hours.end must differ from quiet_hours.start"},
        ),
        (
            {"quiet_hours": {**NIGHT, "timezone": "Mars/Olympus"}},
            {"quiet_hours.timezone": "quiet_hours.timezone must be an IANA time zone, such as Europe/Berlin"},
        ),
        (
            {"quiet_hours": {"end": "24:00", "timezone": "UTC"}},
            {
                "quiet_hours.start": "quiet_hours.start is required",
                "quiet_hours.end": 'quiet_hours.end must be a time of day, as "22:30"',
            },
        ),
        ({"digest": "often"}, {"digest": "digest must be true or false"}),
        ({"switched_off": []}, {"switched_off": "Unknown parameter"}),
    ],
)
def test_it_says_of_each_parameter_what_is_wrong(given: dict[str, Any], fields: dict[str, str]) -> None:
    with pytest.raises(WrongParametersError) as refusal:
        read(given)
    assert refusal.value.fields == fields


@pytest.mark.parametrize(
    "shown", ["7:00", "07:00 ", "07:00\n", "07:00:00", "0700", "0\u0667:00", "25:00", "07:60", "", None, 700]
)
def test_it_takes_times_of_day_in_one_spelling(shown: object) -> None:
    with pytest.raises(WrongParametersError):
        read({"quiet_hours": {**NIGHT, "end": shown}})
