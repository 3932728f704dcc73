"""The rows of leases (`streaming.workers.leases.leases`): taken, renewed and given back by conditional UPDATEs.

They hold on SQLite and PostgreSQL alike. The fencing number (the `token`) grows at each change of hands.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import Enum, auto

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from streaming.database.compiled_query import CompiledQuery, CompiledUpdate, Given, GivenTime
from streaming.events.system import WorkerLease
from streaming.models import Lease
from streaming.workers.leases.lease_terms import LeaseTerm

_RENEWED = CompiledUpdate(
    Lease,
    lambda: Lease.objects.filter(name=Given("name"), holder=Given("holder"), token=Given("token")),
    expires_at=GivenTime("expires_at"),
    seconds=Given("seconds"),
)
_ALL = CompiledQuery(
    Lease, lambda: Lease.objects.order_by("name").values_list("name", "holder", "token", "expires_at", "seconds")
)

logger = structlog.get_logger(__name__)


def lease_take(
    *,
    name: str,
    holder: str,
    now: datetime,
    seconds: float,
    unrenewed: datetime | None = None,
    numbered_with: Collection[str] = (),
) -> int | None:
    """Take the lease where it is free or expired; return its new token, or None where another holds it.

    One that still ends at `unrenewed` counts as expired, whatever the time of day. Its token is higher than any of the
    leases `numbered_with`, too, as where what their holders do may change from one of these leases to another.
    """
    _ensure_exists(name, now)
    may_be_taken = Q(expires_at__lte=now) | Q(holder="")
    if unrenewed is not None:
        may_be_taken |= Q(expires_at=unrenewed)
    with transaction.atomic():
        free = Lease.objects.filter(may_be_taken, name=name)
        if not free.exists():
            return None
        token = 1 + max(_locked_tokens({name, *numbered_with}))
        return token if free.update(holder=holder, token=token, **_term(now, seconds)) else None


def _locked_tokens(names: Collection[str]) -> list[int]:
    """Return the tokens of leases, which nobody takes or renews until the commit; all lock them in one order."""
    rows = Lease.objects.select_for_update().filter(name__in=names).order_by("name")
    return list(rows.values_list("token", flat=True))


def lease_term(*, name: str) -> LeaseTerm | None:
    """Return the term of the lease, as its holder has written it; None where there is none."""
    term = Lease.objects.filter(name=name).values_list("expires_at", "seconds").first()
    return LeaseTerm(*term) if term else None


def _term(now: datetime, seconds: float) -> dict[str, datetime | float]:
    """Return what a row says of a lease that begins, or is renewed, now."""
    return {"expires_at": now + timedelta(seconds=seconds), "seconds": seconds}


class Vacancy(Enum):
    """Whether a lease can be had: it is held; it expired while somebody held it; or nobody does, or ever did."""

    HELD = auto()
    EXPIRED = auto()
    FREE = auto()


def lease_vacancy(*, name: str, now: datetime) -> Vacancy:
    """Return whether the lease can be had; expired is also one of before the time of day went back."""
    lease = Lease.objects.filter(name=name).first()
    if lease is None or not lease.holder:
        return Vacancy.FREE
    return Vacancy.EXPIRED if _term_of(lease).is_over(now) else Vacancy.HELD


def lease_renew(*, name: str, holder: str, token: int, now: datetime, seconds: float) -> bool:
    """Prolong a lease that is still `holder`'s; return False where it has changed hands."""
    return _RENEWED.update(name=name, holder=holder, token=token, **_term(now, seconds)) == 1


def lease_release(*, name: str, holder: str, token: int, now: datetime) -> bool:
    """Give a lease back, so that another may take it at once; return False where it was no longer `holder`'s."""
    return Lease.objects.filter(name=name, holder=holder, token=token).update(holder="", expires_at=now) == 1


def leases_free(*, made_at: datetime, now: datetime) -> int:
    """Let nobody hold a lease of a backup that was made at `made_at` and is restored now; return how many there are.

    Fencing numbers go on beyond all that were given since: no lease changes hands once in a millisecond.
    """
    beyond = (now - made_at) // timedelta(milliseconds=1)
    return Lease.objects.update(holder="", expires_at=now, token=F("token") + beyond)


def lease_reports(*, now: datetime) -> tuple[WorkerLease, ...]:
    """Return what each lease says of its worker: who holds it, and whether that is in time with renewing it."""
    return tuple(
        _report(name, holder, token, LeaseTerm(ends, seconds), now)
        for name, holder, token, ends, seconds in _ALL.rows()
    )


def _report(name: str, holder: str, token: int, term: LeaseTerm, now: datetime) -> WorkerLease:
    alive = bool(holder) and not term.is_over(now)
    return WorkerLease(name=name, holder=holder, alive=alive, epoch=token, valid_ms=term.left_ms(now))


def _term_of(lease: Lease) -> LeaseTerm:
    return LeaseTerm(lease.expires_at, lease.seconds)


def _ensure_exists(name: str, now: datetime) -> None:
    if Lease.objects.filter(name=name).exists():
        return
    try:
        with transaction.atomic():
            Lease.objects.create(name=name, expires_at=now)
    except IntegrityError:
        logger.debug("another worker made the lease at the same moment", lease=name)
