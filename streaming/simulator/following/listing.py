"""What trades on an exchange that follows: what is followed, and against USD what is against USDT there. Pure."""

from collections.abc import Iterable, Mapping

from streaming.simulator.following.pairs import Pair
from streaming.simulator.following.settings import FollowingSettings
from streaming.simulator.market.instruments import Instrument

_DOLLAR, _FOLLOWED_QUOTE = "USD", "USDT"


def pairs_of(
    instruments: Iterable[Instrument],
    settings: FollowingSettings,
    *,
    separator: str,
    least_ticks: Mapping[str, int] | None = None,
) -> dict[str, Pair]:
    """Return pairs by names made with `separator`; some base assets have coarser ticks than those followed."""
    pairs: dict[str, Pair] = {}
    for instrument in instruments:
        tick = max(instrument.tick, (least_ticks or {}).get(instrument.base, 0))
        premiums = {instrument.quote: settings.premium}
        if instrument.quote == _FOLLOWED_QUOTE:
            premiums = {_DOLLAR: settings.premium + settings.dollar_premium, **premiums}
        for quote, premium in premiums.items():
            pairs[f"{instrument.base}{separator}{quote}"] = Pair(
                base=instrument.base,
                quote=quote,
                source=instrument,
                tick=tick,
                premium=premium,
                spread=settings.spread,
            )
    return pairs
