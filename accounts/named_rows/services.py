"""What all rows that users keep by name share when they change: whose they are, how many there may be, symbols.

Each use case is one transaction that begins with `user_lock`: one user's rows change one at a time.
"""

from collections.abc import Iterable
from typing import Generic, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from accounts.named_rows.errors import NamedRowConflictError, NamedRowNotFoundError
from accounts.named_rows.models import NamedRow
from accounts.user_lock import user_lock
from streaming.commands.errors import CommandRefusedError, WrongParametersError
from streaming.commands.outcome import CommandErrorCode
from streaming.market.errors import MarketUnavailableError
from streaming.market.selectors import symbol_faults

Row = TypeVar("Row", bound=NamedRow)


class NamedRows(Generic[Row]):
    """The rows of one kind; `limit` names the setting of how many a user may have, `refusal` says it with `{most}`."""

    def __init__(self, model: type[Row], *, limit: str, refusal: str) -> None:
        self._model = model
        self._limit = limit
        self._refusal = refusal

    def of(self, user_id: int) -> QuerySet[Row]:
        """Return a user's rows, the oldest first."""
        return self._model._default_manager.filter(user_id=user_id).order_by("pk")  # noqa: SLF001 - Django's own name

    def called(self, user_id: int, name: str) -> QuerySet[Row]:
        """Return the user's rows of that name, of which there is one at most, in any case: as `unique_name` compares.

        Not by `iexact`, which compares capitals: `K` and the sign of kelvin are two, and one in small letters.
        """
        return self.of(user_id).filter(Exact(Lower("name"), Lower(Value(name))))

    def named(self, user_id: int, name: str) -> Row | None:
        """Return the user's row of that name, in any case; None where there is none."""
        return self.called(user_id, name).first()

    def found(self, user_id: int, row_id: int) -> Row:
        """Return a row of the user's; raise `NamedRowNotFoundError` for any other."""
        row = self.of(user_id).filter(pk=row_id).first()
        if row is None:
            raise NamedRowNotFoundError
        return row

    def check_room(self, user_id: int) -> None:
        """Raise `NamedRowConflictError` where the user has as many as may be."""
        most = getattr(settings, self._limit)
        if self.of(user_id).count() >= most:
            raise NamedRowConflictError(self._refusal.format(most=most))

    @transaction.atomic
    def delete(self, *, user_id: int, row_id: int) -> Row:
        """Delete a row, and return how it was; raise `NamedRowNotFoundError` for any other than the user's."""
        user_lock(user_id)
        row = self.found(user_id, row_id)
        self.of(user_id).filter(pk=row.pk).delete()
        return row


def check_symbols(parameter: str, symbols: Iterable[str]) -> None:
    """Raise `WrongParametersError` of that parameter for symbols that the market doesn't list.

    Raise `CommandRefusedError` (UNAVAILABLE) while no symbols are known at all.
    """
    try:
        faults = symbol_faults(symbols)
    except MarketUnavailableError as error:
        raise CommandRefusedError(CommandErrorCode.UNAVAILABLE, error.message) from error
    if faults:
        raise WrongParametersError({parameter: "; ".join(faults.values())})
