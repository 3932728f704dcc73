"""What changes chart layouts: one function a use case, each in one transaction, one user's one change at a time."""

import msgspec
from django.conf import settings
from django.db import transaction

from accounts.chart_layouts.errors import ChartLayoutConflictError, ChartLayoutNotFoundError
from accounts.chart_layouts.models import ChartLayoutRow
from accounts.chart_layouts.parameters import NamedLayout
from accounts.user_lock import user_lock


@transaction.atomic
def chart_layout_save(*, user_id: int, given: NamedLayout) -> ChartLayoutRow:
    """Keep a layout by its name, in place of one that has it in any case.

    Raise `ChartLayoutConflictError` where it would be one more than CHART_LAYOUTS_PER_USER.
    """
    user_lock(user_id)
    name, layout = given.name.strip(), msgspec.to_builtins(given.layout)
    own = ChartLayoutRow.objects.filter(user_id=user_id)
    row = own.filter(name__iexact=name).first()
    if row is None:
        if own.count() >= settings.CHART_LAYOUTS_PER_USER:
            raise ChartLayoutConflictError(settings.CHART_LAYOUTS_PER_USER)
        return ChartLayoutRow.objects.create(user_id=user_id, name=name, layout=layout)
    row.name, row.layout = name, layout
    row.save()
    return row


@transaction.atomic
def chart_layout_delete(*, user_id: int, layout_id: int) -> ChartLayoutRow:
    """Delete a layout, and return how it was; raise `ChartLayoutNotFoundError` for any other than the user's."""
    user_lock(user_id)
    row = ChartLayoutRow.objects.filter(user_id=user_id, pk=layout_id).first()
    if row is None:
        raise ChartLayoutNotFoundError
    ChartLayoutRow.objects.filter(pk=row.pk).delete()
    return row
