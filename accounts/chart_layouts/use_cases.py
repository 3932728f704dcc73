"""Reading and changing one's own chart layouts, for commands and REST."""

from collections.abc import Mapping

import msgspec

from accounts.chart_layouts.models import ChartLayoutRow
from accounts.chart_layouts.parameters import ChartLayout, NamedLayout
from accounts.chart_layouts.services import CHART_LAYOUTS, chart_layout_save
from accounts.named_rows.parameters import RowId
from streaming.commands.parameters import NoParameters
from streaming.commands.use_cases import Caller, UseCase
from streaming.identity.scopes import Scope
from streaming.times import WrittenTime, milliseconds

_THROTTLE = "THROTTLE_CHART_LAYOUTS"


class ChartLayoutAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A layout of the chart."""

    id: int
    name: str
    layout: ChartLayout
    updated: WrittenTime


class ChartLayoutsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """All layouts of a user, the oldest first."""

    items: tuple[ChartLayoutAnswer, ...]
    total: int


def _list(caller: Caller, _: NoParameters) -> ChartLayoutsAnswer:
    """List one's chart layouts, the oldest first."""
    items = tuple(_told(caller, row) for row in CHART_LAYOUTS.of(caller.user_id))
    return ChartLayoutsAnswer(items=items, total=len(items))


def _save(caller: Caller, given: NamedLayout) -> ChartLayoutAnswer:
    """Keep a chart layout of one's own by its name, in place of one that has it."""
    return _told(caller, chart_layout_save(user_id=caller.user_id, given=given))


def _delete(caller: Caller, given: RowId) -> ChartLayoutAnswer:
    """Delete a chart layout of one's own; return how it was."""
    return _told(caller, CHART_LAYOUTS.delete(user_id=caller.user_id, row_id=given.id))


def _told(caller: Caller, row: ChartLayoutRow) -> ChartLayoutAnswer:
    updated = caller.write_time(milliseconds(row.updated_at))
    layout = msgspec.convert(row.layout, ChartLayout)
    return ChartLayoutAnswer(id=row.pk, name=row.name, layout=layout, updated=updated)


LIST_CHART_LAYOUTS = UseCase(act=_list, answer=ChartLayoutsAnswer)
SAVE_CHART_LAYOUT = UseCase(
    parameters=NamedLayout, act=_save, answer=ChartLayoutAnswer, changes=True, scope=Scope.ALERTS, throttle=_THROTTLE
)
DELETE_CHART_LAYOUT = UseCase(
    parameters=RowId,
    act=_delete,
    answer=ChartLayoutAnswer,
    changes=True,
    scope=Scope.ALERTS,
    throttle=_THROTTLE,
    status=204,
)

COMMANDS: Mapping[str, UseCase] = {
    "chart_layouts.list": LIST_CHART_LAYOUTS,
    "chart_layouts.save": SAVE_CHART_LAYOUT,
    "chart_layouts.delete": DELETE_CHART_LAYOUT,
}
