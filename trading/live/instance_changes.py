"""How users change grids and live strategies alike: locked, held by the gates of their orders, stored and audited."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, TypeVar

from trading.audit.services import Actor, audit_append
from trading.engine.live.grids.driver import GridDriver
from trading.engine.live.strategies.driver import StrategyDriver
from trading.live.changing import sub_accounts_changed
from trading.live.rows.loaded import LoadedSubAccount
from trading.live.rows.loading import sub_accounts_load
from trading.risk.gates import Gates

Result = TypeVar("Result")


def sub_accounts_locked(ids: Collection[int], now: datetime) -> list[LoadedSubAccount]:
    """Return those of the sub-accounts that exist, in the order of their ids, locked until the transaction ends.

    Their orders pass the gates as these are now; a strategy among them can't be warmed up.
    """
    gates = Gates(now)
    loaded = list(sub_accounts_load(ids, lock=True, gate_of=gates.gate_of, with_deliveries=False).values())
    gates.read(loaded)
    return loaded


def instance_changed(
    loaded: LoadedSubAccount,
    driver: GridDriver | StrategyDriver,
    change: Callable[[], Result],
    *,
    actor: Actor,
    action: str,
    now: datetime,
    said: Mapping[str, Any] | None = None,
) -> Result:
    """Do something to a locked grid or strategy by its `driver`, store it, and audit it; return what `change` gave.

    The audit has its state before and after, with what was `said` as it was asked for.
    """
    before = driver.state
    result = change()
    sub_accounts_changed([loaded], now=now)
    audit_append(
        actor=actor,
        action=action,
        account=loaded.account,
        target=loaded.row.instance_id or "",
        before={"state": before.value},
        after={"state": driver.state.value, **(said or {})},
        now=now,
    )
    return result
