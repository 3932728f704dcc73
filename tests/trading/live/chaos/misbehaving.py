"""Strategies of another user that do what they mustn't: each is stopped for its own reason, and nothing else is."""

from functools import partial

from tests.trading.engine.live.strategies.strategies_of_faults import Fault, Faulty
from tests.trading.live.chaos.deployed import SYMBOL, WAIT_SECONDS, Deployed
from tests.waiting import until_now

_REASONS = {
    Fault.RAISES: "its code failed by RuntimeError: no idea",
    Fault.LOOPS: "it didn't come back from a call within 2 seconds",
    Fault.SLEEPS: "it didn't come back from a call within 2 seconds",
    Fault.ALLOCATES: "it took more than 256 MiB of memory in one call",
    Fault.ALLOCATES_AT_ONCE: "it took more than 256 MiB of memory in one call",
    Fault.PILES_UP: "it has piled up more than 64 MiB of memory",
    Fault.ORDERS: "it ordered more than 1000 times within a minute",
}
_TRACED = {Fault.RAISES, Fault.ALLOCATES, Fault.ALLOCATES_AT_ONCE}
_FAILED = """
    SELECT parameters->>'fault', state, reason, traceback <> '' FROM trading_strategy WHERE strategy = 'faulty'
"""
_OPEN = """
    SELECT o.id FROM trading_order o JOIN trading_subaccount s ON s.id = o.sub_account_id
    JOIN trading_strategy t ON t.id = s.strategy_id WHERE t.strategy = 'faulty' AND o.ended_at IS NULL
"""


def start_misbehaving(deployed: Deployed) -> None:
    """Start one of each, all of them another user's than those that trade already."""
    for fault in _REASONS:
        given = {"strategy": Faulty.name, "symbol": SYMBOL, "interval": "1s", "params": {"fault": fault}}
        path = "/api/v1/trading/live-strategies/"
        started = partial(deployed.is_done, path, given, token=deployed.other_token)
        until_now(started, seconds=WAIT_SECONDS, explain=deployed.said)


def check_misbehaving(deployed: Deployed) -> None:
    """Wait until each was stopped; look why, and that none has an order any more."""
    until_now(lambda: _all_failed(deployed), seconds=WAIT_SECONDS, explain=lambda: str(deployed.query(_FAILED)))
    stopped = {fault: (reason, is_traced) for fault, _, reason, is_traced in deployed.query(_FAILED)}
    assert stopped == {fault.value: (reason, fault in _TRACED) for fault, reason in _REASONS.items()}, stopped
    assert deployed.query(_OPEN) == []


def _all_failed(deployed: Deployed) -> bool:
    return {state for _, state, _, _ in deployed.query(_FAILED)} == {"error"}
