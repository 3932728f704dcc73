"""What changes chart layouts: one function a use case, each in one transaction, one user's one change at a time."""

import msgspec
from django.db import transaction

from accounts.chart_layouts.models import ChartLayoutRow
from accounts.chart_layouts.parameters import NamedLayout
from accounts.named_rows.services import NamedRows
from accounts.user_lock import user_lock

CHART_LAYOUTS = NamedRows(
    ChartLayoutRow,
    limit="CHART_LAYOUTS_PER_USER",
    refusal="You have {most} chart layouts already; delete one first",
)


@transaction.atomic
def chart_layout_save(*, user_id: int, given: NamedLayout) -> ChartLayoutRow:
    """Keep a layout by its name, in place of one that has it in any case.

    Raise `NamedRowConflictError` where it would be one more than CHART_LAYOUTS_PER_USER.
    """
    user_lock(user_id)
    name, layout = given.name.strip(), msgspec.to_builtins(given.layout)
    row = CHART_LAYOUTS.named(user_id, name)
    if row is None:
        CHART_LAYOUTS.check_room(user_id)
        return ChartLayoutRow.objects.create(user_id=user_id, name=name, layout=layout)
    row.name, row.layout = name, layout
    row.save()
    return row
