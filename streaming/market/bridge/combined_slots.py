"""What is to be said of a market whose symbols several slots share: one status, made of theirs. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from streaming.market.bridge.status import BridgeState, BridgeStatus

_WORST_FIRST = (
    BridgeState.RECONNECTING,
    BridgeState.STALE,
    BridgeState.CONNECTING,
    BridgeState.FALLBACK,
    BridgeState.LIVE,
)


def worst_state(states: Iterable[BridgeState]) -> BridgeState:
    """Return what is to be said of the whole: it is no better than its worst part."""
    return min(states, key=_WORST_FIRST.index)


def combined_status(statuses: Sequence[BridgeStatus | None]) -> BridgeStatus | None:
    """Return one status of all slots, in their order; None for one of which no bridge is heard, and where none is.

    It is as the first slot's that is heard, but: the state is the worst, with its time, and `connecting` at best while
    a slot isn't served; the data counts as simulated where any slot's is; lags are the longest, and counts sums.
    """
    heard = [status for status in statuses if status is not None]
    if len(statuses) == 1 or not heard:
        return heard[0] if heard else None
    worst = min(heard, key=lambda status: _WORST_FIRST.index(status.state))
    missing = [BridgeState.CONNECTING] if len(heard) < len(statuses) else []
    simulated = next((status for status in heard if status.simulated), heard[0])
    return msgspec.structs.replace(
        heard[0],
        state=worst_state([worst.state, *missing]),
        since=worst.since,
        source=simulated.source,
        stands_in_for=simulated.stands_in_for,
        active_streams=tuple(sorted({stream for status in heard for stream in status.active_streams})),
        symbols_known=any(status.symbols_known for status in heard),
        lag_ms=_longest(status.lag_ms for status in heard),
        lag_p50_ms=_longest(status.lag_p50_ms for status in heard),
        lag_p99_ms=_longest(status.lag_p99_ms for status in heard),
        frames_per_second=round(sum(status.frames_per_second for status in heard), 1),
        reconnects=dict(sum((Counter(status.reconnects) for status in heard), Counter())),
        used_weight=max(status.used_weight for status in heard),
        tasks=sum({status.holder: status.tasks for status in heard}.values()),
        **{name: sum(getattr(status, name) for status in heard) for name in _SUMMED},
    )


_SUMMED = (
    "events",
    "ack_errors",
    "dropped",
    "doubles",
    "gaps_filled",
    "gaps_unfilled",
    "gaps_waiting",
    "candles_stored",
)


def _longest(lags: Iterable[int | None]) -> int | None:
    return max((lag for lag in lags if lag is not None), default=None)
