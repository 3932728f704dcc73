"""What the worker finds when it begins, and that it stores nothing behind a fence that isn't its own."""

from datetime import timedelta
from decimal import Decimal

import pytest

from streaming.models import Lease
from streaming.stored_events.event_outbox import PendingEvent
from streaming.workers.fencing import Fence, LeaseLostError
from tests.trading.live.rows import NOW, account_of, grid_of, hand_of, load
from tests.trading.market import SYMBOL, symbol_listed
from trading.engine.amounts import ONE
from trading.engine.grid.state import GridState
from trading.engine.live.state import TransferredHoldings
from trading.engine.strategies.shipped.grid_parameters import GridParameters
from trading.live.ending import hands_of
from trading.live.events.outbox import OUTBOX
from trading.live.worker.worker_storing import (
    StoredPosition,
    active_sub_accounts,
    changed_sub_accounts,
    live_store,
    positions_read,
)
from trading.models import Grid, SubAccount

pytestmark = pytest.mark.django_db

_HERE = StoredPosition(SYMBOL, "binance", 7, 70)


def _deposit(row: SubAccount, fence: Fence | None) -> None:
    loaded = load(row)
    loaded.engine.transfer_in(TransferredHoldings(quote=ONE))
    live_store([loaded], figures={}, positions=[_HERE], fence=fence, now=NOW)


def test_it_stores_with_the_lease_that_is_its_own_and_nothing_without() -> None:
    hand = hand_of(account_of())
    before = hand.version
    Lease.objects.create(name="trading", holder="one", token=3, expires_at=NOW + timedelta(seconds=5))
    for fence in (Fence(name="trading", holder="one", token=2), Fence(name="trading", holder="two", token=3)):
        with pytest.raises(LeaseLostError):
            _deposit(hand, fence)
    assert positions_read("binance") == {}
    _deposit(hand, Fence(name="trading", holder="one", token=3))
    assert positions_read("binance") == {SYMBOL: _HERE}
    assert changed_sub_accounts({hand.pk: before + 1}).active == {hand.pk}


def test_it_finds_what_has_something_to_do() -> None:
    symbol_listed()
    account = account_of()
    hand = hand_of(account)
    grid = grid_of(account, GridParameters(lower_price=Decimal(980), upper_price=Decimal(1020), grid_count=4))
    assert active_sub_accounts() == {grid.pk}
    assert hands_of([grid]) == {grid.pk: hand.pk}
    hand.delete()
    assert hands_of([grid]) == {}


def test_it_tells_what_has_changed_of_grids_that_have_ended_apart() -> None:
    symbol_listed()
    account = account_of()
    hand = hand_of(account)
    ended, live = (
        grid_of(account, GridParameters(lower_price=Decimal(980), upper_price=Decimal(1020), grid_count=4))
        for _ in "ab"
    )
    Grid.objects.filter(pk=ended.grid_id).update(state=GridState.STOPPED.value, ended_at=NOW)
    changed = changed_sub_accounts({ended.pk: 0, live.pk: 0, hand.pk: load(hand).version})
    assert [set(part) for part in changed] == [{live.pk}, {ended.pk}, {account.owner_id}]


def test_what_it_stored_is_told_at_once_but_to_those_to_whom_something_is_to_be_told_before() -> None:
    hands = [hand_of(account_of(name)) for name in ("Ada", "Bob")]
    loaded = [load(hand) for hand in hands]
    for one in loaded:
        one.engine.transfer_in(TransferredHoldings(quote=ONE))
    OUTBOX.append([PendingEvent(owner_id=hands[0].account.owner_id)], now=NOW)
    stored = live_store(loaded, figures={}, positions=[], fence=None, now=NOW)
    assert {row.told.subject_id for row in stored.told} == {hands[1].pk}
    assert stored.others_wait
    OUTBOX.delete([row.id for row in OUTBOX.read(10)])
    again = [load(hand) for hand in hands]
    for one in again:
        one.engine.transfer_in(TransferredHoldings(quote=ONE))
    assert not live_store(again, figures={}, positions=[], fence=None, now=NOW).others_wait
