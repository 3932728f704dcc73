"""Lets grids of a deployment fail, as a fault of the platform's own would: run within `manage.py shell`."""

import time
from collections.abc import Mapping

from django.db import transaction

from streaming.clock import SystemClock
from streaming.times import moment
from trading.live.changing import sub_accounts_changed
from trading.live.rows.loading import sub_accounts_load
from trading.models import Grid
from trading.risk.gates import Gates

REASON = "a fault of the test's making"
_LOOK_SECONDS = 0.05


def fail_grids(states: Mapping[str, str]) -> None:
    """Let each grid fail as soon as it is in its state here."""
    left = dict(states)
    while left:
        left = {grid: state for grid, state in left.items() if not _failed(grid, state)}
        time.sleep(_LOOK_SECONDS)


@transaction.atomic
def _failed(grid: str, state: str) -> bool:
    """Let a grid fail where it is in a state; return whether it was."""
    now = SystemClock().now_ms()
    pk = Grid.objects.values_list("sub_account__pk", flat=True).get(pk=grid)
    [loaded] = sub_accounts_load([pk], lock=True, gate_of=Gates(moment(now)).gate_of).values()
    if loaded.grid is None or loaded.grid.state.value != state:
        return False
    loaded.grid.fail(REASON, time=now)
    sub_accounts_changed([loaded], now=moment(now))
    return True
