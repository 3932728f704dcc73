"""Quiet hours, over midnight and over both changes of the clock, against a clock that is read minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.time_zones.zones import known_timezones
from alerts.preferences.preferences import QuietHours
from alerts.preferences.quiet_hours import quiet_until
from tests.alerts.preferences.quietness import is_quiet

MINUTE = timedelta(minutes=1)
ZONES = (
    "UTC",
    "Europe/Berlin",  # at 2 and 3 o'clock, UTC+1
    "America/New_York",
    "America/Havana",  # at midnight
    "America/Sao_Paulo",  # at midnight until 2019: the day began at 1 o'clock
    "Australia/Lord_Howe",  # by half an hour
    "Asia/Kathmandu",  # UTC+5:45, never
    "Africa/Casablanca",  # out of daylight saving for Ramadan
    "Antarctica/Troll",  # by two hours
    "Pacific/Apia",  # left out 30 December 2011
)
BERLIN = ZoneInfo("Europe/Berlin")


def nights(start: str = "22:00", end: str = "07:00", timezone: str = "Europe/Berlin") -> QuietHours:
    """Return quiet hours."""
    return QuietHours(start=time.fromisoformat(start), end=time.fromisoformat(end), timezone=timezone)


def berlin(text: str, *, fold: int = 0) -> datetime:
    """Return the moment at which Berlin's clock shows `text`, the first or the second time."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


def shows_quiet(quiet: QuietHours, moment: datetime) -> bool:
    """Return whether the clock, as it is read now, is between start and end."""
    shown = moment.astimezone(ZoneInfo(quiet.timezone)).time()
    if quiet.start < quiet.end:
        return quiet.start <= shown < quiet.end
    return shown >= quiet.start or shown < quiet.end


_times = st.times(timezones=st.none()).map(lambda given: given.replace(second=0, microsecond=0))
_quiet = st.builds(QuietHours, start=_times, end=_times, timezone=st.sampled_from(ZONES)).filter(
    lambda quiet: quiet.start != quiet.end
)
_moments = st.integers(0, 27 * 366 * 24 * 60).map(lambda minutes: datetime(2010, 1, 1, tzinfo=UTC) + MINUTE * minutes)


@st.composite
def _around_changes(draw: st.DrawFn) -> tuple[QuietHours, datetime]:
    """Draw quiet hours, and a moment within a day and a half of a change of their clock, where there is one."""
    quiet, moment = draw(_quiet), draw(_moments)
    zone = ZoneInfo(quiet.timezone)
    hours = (moment + timedelta(hours=hour) for hour in range(0, 366 * 24, 12))
    change = next(
        (hour for hour in hours if hour.astimezone(zone).utcoffset() != moment.astimezone(zone).utcoffset()), moment
    )
    return quiet, change + MINUTE * draw(st.integers(-36 * 60, 36 * 60))


_cases = st.tuples(_quiet, _moments) | _around_changes()


@given(_cases)
def test_it_is_quiet_whenever_the_clock_shows_it(case: tuple[QuietHours, datetime]) -> None:
    quiet, moment = case
    if shows_quiet(quiet, moment):
        assert is_quiet(quiet, moment)


@given(_cases)
def test_it_differs_from_the_clock_only_where_an_hour_comes_twice(case: tuple[QuietHours, datetime]) -> None:
    quiet, moment = case
    if is_quiet(quiet, moment) and not shows_quiet(quiet, moment):
        zone = ZoneInfo(quiet.timezone)
        earlier = (moment - timedelta(hours=3)).astimezone(zone).utcoffset()
        later = (moment + timedelta(hours=3)).astimezone(zone).utcoffset()
        assert earlier is not None
        assert later is not None
        assert later < earlier


@given(_cases)
def test_it_ends_at_the_first_moment_that_is_not_quiet(case: tuple[QuietHours, datetime]) -> None:
    quiet, moment = case
    end = quiet_until(quiet, moment)
    assert not is_quiet(quiet, end)
    assert (end == moment) == (not is_quiet(quiet, moment))
    minutes = int((end - moment) / MINUTE)
    assert all(is_quiet(quiet, moment + MINUTE * minute) for minute in range(minutes))


@given(_cases)
def test_it_lasts_no_longer_than_the_clocks_own_change_allows(case: tuple[QuietHours, datetime]) -> None:
    quiet, moment = case
    nominal = datetime.combine(date.min, quiet.end) - datetime.combine(date.min, quiet.start)
    nominal += timedelta(days=1) if nominal < timedelta(0) else timedelta(0)
    if nominal < timedelta(hours=18):  # a longer one meets the next day's where the clock changes
        assert quiet_until(quiet, moment) - moment <= nominal + timedelta(hours=2)


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [("21:59", False), ("22:00", True), ("23:59", True), ("00:00", True), ("06:59", True), ("07:00", False)],
)
def test_it_goes_over_midnight(moment: str, *, quiet: bool) -> None:
    assert is_quiet(nights(), berlin(f"2026-11-20T{moment}")) is quiet


@pytest.mark.parametrize(("moment", "quiet"), [("08:59", False), ("09:00", True), ("16:59", True), ("17:00", False)])
def test_it_may_lie_within_a_day(moment: str, *, quiet: bool) -> None:
    assert is_quiet(nights("09:00", "17:00"), berlin(f"2026-11-20T{moment}")) is quiet


def test_it_is_an_hour_shorter_in_the_night_in_which_the_clock_is_put_forward() -> None:
    evening = berlin("2026-03-28T22:00")
    assert quiet_until(nights(), evening) == berlin("2026-03-29T07:00") == evening + timedelta(hours=8)


def test_it_is_an_hour_longer_in_the_night_in_which_the_clock_is_put_back() -> None:
    evening = berlin("2026-10-24T22:00")
    assert quiet_until(nights(), evening) == berlin("2026-10-25T07:00") == evening + timedelta(hours=10)


def test_it_ends_with_the_change_where_the_clock_skips_its_end() -> None:
    assert quiet_until(nights(end="02:30"), berlin("2026-03-29T01:00")) == berlin("2026-03-29T03:00")


def test_it_begins_with_the_change_where_the_clock_skips_its_start() -> None:
    quiet, change = nights("02:30", "05:00"), berlin("2026-03-29T03:00")
    assert not is_quiet(quiet, change - timedelta(seconds=1))
    assert quiet_until(quiet, change) == berlin("2026-03-29T05:00")


def test_it_wakes_nobody_between_an_end_that_comes_twice() -> None:
    quiet = nights(end="02:30")
    first, second = berlin("2026-10-25T02:30"), berlin("2026-10-25T02:30", fold=1)
    assert second - first == timedelta(hours=1)
    assert is_quiet(quiet, first)
    assert quiet_until(quiet, berlin("2026-10-24T23:00")) == second


def test_it_begins_the_first_time_that_a_start_comes_twice() -> None:
    quiet = nights("02:30", "05:00")
    assert is_quiet(quiet, berlin("2026-10-25T02:30"))
    assert is_quiet(quiet, berlin("2026-10-25T02:15", fold=1))
    assert not is_quiet(quiet, berlin("2026-10-25T02:15"))


def test_it_goes_on_over_a_day_that_a_country_left_out() -> None:
    quiet = nights(timezone="Pacific/Apia")
    evening = datetime(2011, 12, 29, 23, 0, tzinfo=ZoneInfo("Pacific/Apia"))
    morning = datetime(2011, 12, 31, 7, 0, tzinfo=ZoneInfo("Pacific/Apia"))
    assert quiet_until(quiet, evening.astimezone(UTC)) == morning.astimezone(UTC)
    assert morning.astimezone(UTC) - evening.astimezone(UTC) == timedelta(hours=8)


def test_it_knows_time_zones_by_their_names() -> None:
    assert set(ZONES) <= known_timezones()
    assert not {"localtime", "Factory", "Mars/Olympus"} & known_timezones()
