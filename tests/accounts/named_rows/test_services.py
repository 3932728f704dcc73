"""Names of what users keep are told apart as the database's constraint does, whatever letters they have."""

from typing import Any

import msgspec
import pytest

from accounts.chart_layouts.parameters import NamedLayout
from accounts.chart_layouts.services import CHART_LAYOUTS, chart_layout_save
from accounts.models import User
from accounts.named_rows.errors import NamedRowConflictError
from accounts.watch_lists.parameters import NewWatchList, WatchListChanges
from accounts.watch_lists.services import WATCH_LISTS, watch_list_create, watch_list_update
from tests.databases.postgres_database import PostgresDatabase

_KELVIN = "\N{KELVIN SIGN}"
"""One letter with `k` in small letters, and another than `K` in capitals."""


def _refuse_the_same_name() -> None:
    user = User.objects.create_user("Ada", "ada@example.com")
    listed = watch_list_create(user_id=user.pk, given=NewWatchList(name="1k", symbols=()))
    other = watch_list_create(user_id=user.pk, given=NewWatchList(name="2", symbols=()))
    with pytest.raises(NamedRowConflictError):
        watch_list_create(user_id=user.pk, given=NewWatchList(name=f"1{_KELVIN}", symbols=()))
    with pytest.raises(NamedRowConflictError):
        watch_list_update(user_id=user.pk, given=WatchListChanges(id=other.pk, name=f"1{_KELVIN}"))
    assert WATCH_LISTS.named(user.pk, f"1{_KELVIN}") == listed


def _replace_by_the_same_name() -> None:
    user = User.objects.create_user("Ada", "ada@example.com")
    for name in ("1k", f"1{_KELVIN}"):
        chart_layout_save(user_id=user.pk, given=_layout(name))
    assert [row.name for row in CHART_LAYOUTS.of(user.pk)] == [f"1{_KELVIN}"]


def _layout(name: str) -> NamedLayout:
    layout = {"interval": "15m", "type": "area", "indicators": []}
    return msgspec.convert({"name": name, "layout": layout}, NamedLayout)


@pytest.mark.postgres
@pytest.mark.parametrize("keep", [_refuse_the_same_name, _replace_by_the_same_name])
def test_a_name_that_is_the_same_in_small_letters_is_the_same(postgres: PostgresDatabase, keep: Any) -> None:
    postgres.run(keep)
