"""The numbers of filling gaps."""

import msgspec


class GapLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds and counts of filling gaps.

    `reorder`: how long a missing trade may still come by itself. `quiet`: after how long without a trade REST is asked
    whether there was one. `trades_hold`, `candles_hold`: how long newer ones wait for older ones; `held`: how many of
    a topic do. `candle_late`: after how long a closed candle that did not come is fetched; `candle_settle`: how long
    its end must lie behind then. `pages`: most requests of 1000 candles for one gap. `retry`: the wait after a request
    that failed, which doubles up to `retry_maximum`; `give_up`: how long a gap is worked on; `parallel`: requests under
    way at once. `checkpoint_age`: how old a predecessor's checkpoint may be; `rejoin_age`: that of a topic whose
    readers could not be heard in between; `takeover`: how long after its start a bridge still takes over;
    `checkpoint_wait`: how long the cache may take to say where; `checkpoint_refresh`: how often checkpoints
    are written that haven't changed. `look`: how often it is looked for what is due.
    `clock_anew`: a clock that goes back by more has begun anew.
    """

    reorder: float = 0.5
    quiet: float = 2.0
    trades_hold: float = 4.0
    candles_hold: float = 10.0
    held: int = 1000
    candle_late: float = 5.0
    candle_settle: float = 1.0
    pages: int = 5
    retry: float = 2.0
    retry_maximum: float = 30.0
    give_up: float = 180.0
    parallel: int = 4
    checkpoint_age: float = 600.0
    rejoin_age: float = 30.0
    takeover: float = 20.0
    checkpoint_wait: float = 1.0
    checkpoint_refresh: float = 60.0
    look: float = 0.25
    clock_anew: float = 60.0
