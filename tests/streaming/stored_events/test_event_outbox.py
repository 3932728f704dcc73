"""What is to be told is read as it was stored, in its order, until it is forgotten."""

from decimal import Decimal

import pytest

from streaming.events import BaseEvent, Side
from streaming.events.system import LogLevel, log_line
from streaming.stored_events.event_outbox import OutboxRow, PendingEvent
from streaming.workers.fencing import Fence, LeaseLostError
from tests.trading.live.rows import NOW
from trading.engine.orders.types import OrderType
from trading.engine.risk.levels import TradingLevel
from trading.events import Account, AccountMode, Balance, Order, OrderStatus
from trading.live.events.outbox import OUTBOX

_ORDER = Order(
    time=1,
    id="ord_a",
    client_order_id="c\U0001f30a",
    account="acc_a",
    symbol="BTCUSDT",
    side=Side.BUY,
    type=OrderType.LIMIT,
    price=Decimal("94000.10"),
    quantity=Decimal("0.123456789012345678901234"),
    filled=Decimal(0),
    status=OrderStatus.NEW,
)
_ACCOUNT = Account(
    time=2,
    account="acc_a",
    mode=AccountMode.PAPER,
    demo=True,
    balances=(Balance(asset="USDT", free=Decimal("1.10"), locked=Decimal(0)),),
    trading=TradingLevel.REDUCE_ONLY,
)
_LINE = log_line(LogLevel.INFO, source="grid.grid_a", message="[FILL] BUY @ 94000.00", time=3, owner="7")


@pytest.mark.django_db
@pytest.mark.parametrize("event", [_ORDER, _ACCOUNT, _LINE, None])
def test_an_event_comes_out_as_it_went_in(event: BaseEvent | None) -> None:
    told = PendingEvent(event=event, owner_id=7, subject_id=2**40)
    OUTBOX.append([told], now=NOW)
    assert [row.told for row in OUTBOX.read(10)] == [told]


@pytest.mark.django_db
def test_events_are_read_in_their_order_until_they_are_forgotten() -> None:
    told = [PendingEvent(event=_ORDER, owner_id=number) for number in range(5)]
    OUTBOX.append(told[:3], now=NOW)
    OUTBOX.append(told[3:], now=NOW)
    first = OUTBOX.read(2)
    assert [row.told for row in first] == told[:2]
    OUTBOX.delete([row.id for row in first])
    assert [row.told for row in OUTBOX.read(10)] == told[2:]
    OUTBOX.append([], now=NOW)
    assert len(OUTBOX.read(10)) == 3


@pytest.mark.django_db
def test_where_more_waits_than_is_read_each_owners_oldest_come_in_turn() -> None:
    for owners in ((8, 8, 8, 8, 8), (7, None), (7, 8)):
        OUTBOX.append([PendingEvent(event=_ORDER, owner_id=owner) for owner in owners], now=NOW)
    first = OUTBOX.read(5)
    assert [row.told.owner_id for row in first] == [8, 7, None, 8, 7]
    OUTBOX.delete([row.id for row in first])
    assert [row.told.owner_id for row in OUTBOX.read(5)] == [8, 8, 8, 8]


@pytest.mark.django_db
def test_each_owners_events_keep_their_order_in_turn() -> None:
    rows = [
        row
        for turn in range(3)
        for owner in (1, 2, 3)
        for row in OUTBOX.append([PendingEvent(owner_id=owner, subject_id=turn)] * 2, now=NOW)
    ]
    read: list[OutboxRow] = []
    while some := OUTBOX.read(4):
        read += some
        OUTBOX.delete([row.id for row in some])
    assert sorted(read, key=_owner) == sorted(rows, key=_owner)  # sorting leaves each owner's in their order


def _owner(row: OutboxRow) -> int:
    return row.told.owner_id or 0


@pytest.mark.django_db
def test_only_the_owners_wait_to_whom_something_is_to_be_told_before() -> None:
    refused, *_ = OUTBOX.append([PendingEvent(owner_id=owner) for owner in (5, 7, 7, None)], now=NOW)
    OUTBOX.refuse({refused.id: "why not"}, fence=None, now=NOW)
    new = OUTBOX.append([PendingEvent(owner_id=owner) for owner in (5, 6, 7, None)], now=NOW)
    assert OUTBOX.owners_waiting(new) == {7, None}
    assert OUTBOX.owners_waiting(new[:2]) == frozenset()
    assert OUTBOX.owners_waiting([]) == frozenset()


@pytest.mark.django_db
def test_what_the_worker_tells_stands_behind_its_fence() -> None:
    [row] = OUTBOX.append([PendingEvent(event=_ORDER, owner_id=1)], now=NOW)
    former = Fence(name="trading", holder="former", token=1)
    with pytest.raises(LeaseLostError):
        OUTBOX.append_fenced([PendingEvent(event=_ORDER, owner_id=2)], fence=former, now=NOW)
    with pytest.raises(LeaseLostError):
        OUTBOX.refuse({row.id: "why not"}, fence=former, now=NOW)
    assert OUTBOX.read(10) == (row,)
