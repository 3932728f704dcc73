"""Reading and changing one's own watch lists, for commands and REST."""

from collections.abc import Mapping

import msgspec

from accounts.named_rows.parameters import RowId
from accounts.watch_lists.models import WatchList
from accounts.watch_lists.parameters import NewWatchList, WatchListChanges
from accounts.watch_lists.services import WATCH_LISTS, watch_list_create, watch_list_update
from streaming.commands.parameters import NoParameters
from streaming.commands.use_cases import Caller, UseCase
from streaming.identity.scopes import Scope
from streaming.times import WrittenTime, milliseconds

_THROTTLE = "THROTTLE_WATCH_LISTS"


class WatchListAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A list, with its symbols in their order."""

    id: int
    name: str
    symbols: tuple[str, ...]
    updated: WrittenTime


class WatchListsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """All lists of a user, the oldest first."""

    items: tuple[WatchListAnswer, ...]
    total: int


def _list(caller: Caller, _: NoParameters) -> WatchListsAnswer:
    """List one's watch lists, the oldest first."""
    items = tuple(_told(caller, row) for row in WATCH_LISTS.of(caller.user_id))
    return WatchListsAnswer(items=items, total=len(items))


def _create(caller: Caller, given: NewWatchList) -> WatchListAnswer:
    """Make a watch list of one's own."""
    return _told(caller, watch_list_create(user_id=caller.user_id, given=given))


def _update(caller: Caller, given: WatchListChanges) -> WatchListAnswer:
    """Change a watch list of one's own; what isn't given stays."""
    return _told(caller, watch_list_update(user_id=caller.user_id, given=given))


def _delete(caller: Caller, given: RowId) -> WatchListAnswer:
    """Delete a watch list of one's own; return how it was."""
    return _told(caller, WATCH_LISTS.delete(user_id=caller.user_id, row_id=given.id))


def _told(caller: Caller, row: WatchList) -> WatchListAnswer:
    updated = caller.write_time(milliseconds(row.updated_at))
    return WatchListAnswer(id=row.pk, name=row.name, symbols=tuple(row.symbols), updated=updated)


LIST_WATCH_LISTS = UseCase(act=_list, answer=WatchListsAnswer)
CREATE_WATCH_LIST = UseCase(
    parameters=NewWatchList,
    act=_create,
    answer=WatchListAnswer,
    changes=True,
    scope=Scope.ALERTS,
    throttle=_THROTTLE,
    status=201,
)
UPDATE_WATCH_LIST = UseCase(
    parameters=WatchListChanges,
    act=_update,
    answer=WatchListAnswer,
    changes=True,
    scope=Scope.ALERTS,
    throttle=_THROTTLE,
)
DELETE_WATCH_LIST = UseCase(
    parameters=RowId,
    act=_delete,
    answer=WatchListAnswer,
    changes=True,
    scope=Scope.ALERTS,
    throttle=_THROTTLE,
    status=204,
)

COMMANDS: Mapping[str, UseCase] = {
    "watch_lists.list": LIST_WATCH_LISTS,
    "watch_lists.create": CREATE_WATCH_LIST,
    "watch_lists.update": UPDATE_WATCH_LIST,
    "watch_lists.delete": DELETE_WATCH_LIST,
}
