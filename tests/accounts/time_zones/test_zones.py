"""How a time is written for a user: on their clocks, with the zone's name, and UTC beside it."""

from datetime import datetime

import pytest

from accounts.time_zones.zones import time_text, zone_of


def _ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


@pytest.mark.parametrize(
    ("utc", "zone", "told"),
    [
        ("2026-10-25T00:59:59Z", "Europe/Berlin", "2026-10-25 02:59:59 Europe/Berlin, UTC+2 (2026-10-25 00:59:59 UTC)"),
        ("2026-10-25T01:00:00Z", "Europe/Berlin", "2026-10-25 02:00:00 Europe/Berlin, UTC+1 (2026-10-25 01:00:00 UTC)"),
        ("2026-03-29T00:59:59Z", "Europe/Berlin", "2026-03-29 01:59:59 Europe/Berlin, UTC+1 (2026-03-29 00:59:59 UTC)"),
        ("2026-03-29T01:00:00Z", "Europe/Berlin", "2026-03-29 03:00:00 Europe/Berlin, UTC+2 (2026-03-29 01:00:00 UTC)"),
        (
            "2026-07-01T00:15:00Z",
            "America/St_Johns",
            "2026-06-30 21:45:00 America/St_Johns, UTC-2:30 (2026-07-01 00:15:00 UTC)",
        ),
        ("2026-07-01T00:15:00Z", "UTC", "2026-07-01 00:15:00 UTC"),
        ("2026-07-01T00:15:00Z", "Mars/Olympus", "2026-07-01 00:15:00 UTC"),
    ],
)
def test_it_says_which_of_two_hours_it_is_and_what_utc_shows(utc: str, zone: str, told: str) -> None:
    assert time_text(_ms(utc), zone) == told


@pytest.mark.parametrize(
    ("chosen", "device", "zone"),
    [
        ("Asia/Tokyo", "Europe/Berlin", "Asia/Tokyo"),
        ("", "Europe/Berlin", "Europe/Berlin"),
        ("Mars/Olympus", "Europe/Berlin", "Europe/Berlin"),
        ("", "", "UTC"),
    ],
)
def test_the_chosen_zone_counts_then_the_devices(chosen: str, device: str, zone: str) -> None:
    assert zone_of(chosen, device) == zone
