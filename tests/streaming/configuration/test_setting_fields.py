"""Fields that settings give."""

import msgspec
from pytest_django import Settings

from streaming.configuration.setting_fields import setting


class _Limits(msgspec.Struct, frozen=True, kw_only=True):
    linger: float = setting("BRIDGE_LINGER_SECONDS")
    liquid: tuple[str, ...] = setting("BRIDGE_LIQUID_SYMBOLS", tuple)


def test_it_is_what_the_setting_says_when_a_value_is_made(settings: Settings) -> None:
    settings.BRIDGE_LINGER_SECONDS, settings.BRIDGE_LIQUID_SYMBOLS = 2.5, ["BTCUSDT"]
    assert _Limits() == _Limits(linger=2.5, liquid=("BTCUSDT",))
    assert _Limits(linger=7.0).linger == 7.0
