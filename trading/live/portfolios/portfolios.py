"""What users are told of their portfolios, with how far each is below the most that it ever was."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from streaming.times import milliseconds
from streaming.workers.fencing import Fence, lease_hold
from trading.events import Portfolio
from trading.live.portfolios.holdings import holdings_of
from trading.live.portfolios.portfolio_valuation import portfolio_event
from trading.models import EquityPeak, TradingAccount

_NONE = Decimal(0)
_Begun = tuple[int, str, int]
"""An account: its owner's id, its own, and how often it has begun anew."""


def portfolios_now(
    user_ids: Collection[int], prices: Mapping[str, Decimal], *, fence: Fence | None, now: datetime
) -> dict[int, Portfolio]:
    """Return the portfolios of users at these prices, by the user's id; what is worth more than ever is remembered.

    It isn't of whoever begins anew with an account meanwhile: that money was taken away. Raise `LeaseLostError` where
    another worker has the lease, and nothing is remembered.
    """
    begun = frozenset(_begun(TradingAccount.objects.filter(owner__in=user_ids)))
    peaks = peaks_of(user_ids)
    time = milliseconds(now)
    told = {
        user_id: portfolio_event(holdings, prices, time=time, peak=peaks.get(user_id, _NONE))
        for user_id, holdings in holdings_of(user_ids).items()
    }
    higher = {user_id: event.equity for user_id, event in told.items() if event.equity > peaks.get(user_id, _NONE)}
    if higher:
        _remember(higher, begun, fence)
    return told


def peaks_of(user_ids: Collection[int]) -> dict[int, Decimal]:
    """Return the most that users' portfolios ever were worth, of those that are known."""
    return dict(EquityPeak.objects.filter(owner__in=user_ids).values_list("owner", "equity"))


def peak_forget(*, user_id: int) -> None:
    """Measure a user's drawdown from now on; for whoever gives an account other money."""
    EquityPeak.objects.filter(owner=user_id).delete()


@transaction.atomic
def _remember(peaks: Mapping[int, Decimal], begun: Collection[_Begun], fence: Fence | None) -> None:
    """Remember peaks, but of those whose accounts aren't those that were there before the holdings were read."""
    locked = TradingAccount.objects.select_for_update(no_key=True).filter(owner__in=peaks).order_by("pk")
    changed = {owner for owner, *_ in set(_begun(locked)).symmetric_difference(begun)}
    rows = [EquityPeak(owner_id=user_id, equity=equity) for user_id, equity in peaks.items() if user_id not in changed]
    EquityPeak.objects.bulk_create(rows, update_conflicts=True, unique_fields=["owner"], update_fields=["equity"])
    lease_hold(fence)


def _begun(accounts: QuerySet[TradingAccount]) -> Iterable[_Begun]:
    return accounts.values_list("owner_id", "pk", "resets")
