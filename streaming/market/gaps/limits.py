"""The numbers of filling gaps."""

import msgspec

from streaming.configuration.setting_fields import setting


class GapLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds and counts of filling gaps."""

    reorder: float = setting("GAP_REORDER_SECONDS")
    quiet: float = setting("GAP_QUIET_SECONDS")
    trades_hold: float = setting("GAP_TRADES_HOLD_SECONDS")
    candles_hold: float = setting("GAP_CANDLES_HOLD_SECONDS")
    held: int = setting("GAP_HELD")
    candle_late: float = setting("GAP_CANDLE_LATE_SECONDS")
    candle_settle: float = setting("GAP_CANDLE_SETTLE_SECONDS")
    pages: int = setting("GAP_PAGES")
    retry: float = setting("GAP_RETRY_SECONDS")
    retry_maximum: float = setting("GAP_RETRY_MAXIMUM_SECONDS")
    give_up: float = setting("GAP_GIVE_UP_SECONDS")
    parallel: int = setting("GAP_PARALLEL")
    checkpoint_age: float = setting("BRIDGE_POSITION_AGE_SECONDS")
    rejoin_age: float = setting("BRIDGE_REJOIN_SECONDS")
    takeover: float = setting("BRIDGE_TAKEOVER_SECONDS")
    checkpoint_wait: float = setting("BRIDGE_POSITION_WAIT_SECONDS")
    checkpoint_refresh: float = setting("BRIDGE_POSITION_REFRESH_SECONDS")
    look: float = setting("GAP_LOOK_SECONDS")
    clock_anew: float = setting("BRIDGE_CLOCK_ANEW_SECONDS")
