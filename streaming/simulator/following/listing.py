"""What trades on an exchange that follows: what is followed, and against USD what is against USDT there. Pure.

Where one stablecoin trades against the other there, both trade against USD here.
"""

from collections.abc import Iterable, Iterator, Mapping

from streaming.simulator.following.pairs import Pair
from streaming.simulator.following.settings import FollowingSettings
from streaming.simulator.market.instruments import STABLECOIN, Instrument

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
        for base, quote, premium in _listed(instrument, settings):
            pairs[f"{base}{separator}{quote}"] = Pair(
                base=base,
                quote=quote,
                source=instrument,
                tick=tick,
                premium=premium,
                spread=settings.spread,
            )
    return pairs


def _listed(instrument: Instrument, settings: FollowingSettings) -> Iterator[tuple[str, str, int]]:
    """Yield base and quote of the pairs that follow an instrument, with their premiums."""
    in_dollars = settings.premium + settings.dollar_premium
    if instrument.quote == _FOLLOWED_QUOTE:
        yield instrument.base, _DOLLAR, in_dollars
    yield instrument.base, instrument.quote, settings.premium
    if instrument.symbol == STABLECOIN.symbol:
        yield _FOLLOWED_QUOTE, _DOLLAR, in_dollars
