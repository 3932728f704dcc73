"""What an order would be refused for is told before it is sent: in the words of the refusal, and nothing is placed."""

from typing import Any

import pytest
from pytest_django import Settings

from streaming.events import Source
from streaming.market.models import Symbol
from tests.trading.asking import Desk
from trading.models import Order

BUY: dict[str, Any] = {"symbol": "BTCUSDT", "side": "buy", "type": "limit", "quantity": "0.010", "price": "94000"}
HALT = {"action": "activate", "scope": "user", "reason": "enough"}
_FILTERS = {"bid_multiplier_down": "0.5", "bid_multiplier_up": "1.5", "maximum_orders": 1}


@pytest.mark.parametrize(
    ("before", "given"),
    [
        ({"account.set_limits": {"order_size": 900}}, {}),
        ({"account.set_limits": {"position_size": 900}}, {}),
        ({"order.place": BUY, "account.set_limits": {"open_orders": 1}}, {}),
        ({"account.set_limits": {"price_collar": "0.01"}}, {}),
        ({"order.place": BUY}, {}),
        ({}, {"price": "40000"}),
        ({}, {"price": "94000.001"}),
        ({}, {"quantity": "0.00001"}),
        ({}, {"quantity": "10"}),
        ({}, {"type": "limit_maker", "price": "96000"}),
        ({"system.kill_switch": HALT}, {}),
    ],
)
async def test_it_tells_first_what_placing_it_would_say(
    desk: Desk, before: dict[str, Any], given: dict[str, Any]
) -> None:
    trader = await desk.user("trader")
    await Symbol.objects.filter(name="BTCUSDT").aupdate(**_FILTERS)
    for action, params in before.items():
        assert (await desk.give(trader, action, params)).refusal is None
    told = (await desk.give(trader, "order.preview", BUY | given)).data["refusals"][0]
    assert (await desk.ask(trader, "POST", "orders/preview/", BUY | given)).data["refusals"][0] == told
    refused = await desk.give(trader, "order.place", BUY | given)
    assert refused.refusal == (told["code"], told["message"], told["fields"])


async def test_it_tells_all_that_is_wrong_and_places_nothing(desk: Desk) -> None:
    trader = await desk.user("trader")
    assert (await desk.give(trader, "order.preview", BUY)).data == {"refusals": []}
    await desk.give(trader, "account.set_limits", {"order_size": 900})
    await Symbol.objects.filter(name="BTCUSDT").aupdate(**_FILTERS)
    refusals = (await desk.give(trader, "order.preview", BUY | {"price": 40000, "quantity": 10})).data["refusals"]
    assert [each["message"].rpartition("(")[2] for each in refusals[:2]] == ["ORDER_SIZE)", "INSUFFICIENT_BALANCE)"]
    assert [list(each["fields"]) for each in refusals[2:]] == [["price"]]
    assert not await Order.objects.aexists()


async def test_it_tells_who_may_not_order_and_which_data_drives_no_account(desk: Desk, settings: Settings) -> None:
    settings.PAPER_ACCOUNTS_DEMO = False
    lurker = await desk.user("lurker")
    await lurker.groups.aclear()
    await desk.price(source=Source.SIMULATOR)
    refusals = (await desk.give(lurker, "order.preview", BUY)).data["refusals"]
    assert [(each["code"], each["message"]) for each in refusals] == [
        ("PERMISSION_DENIED", "Permission denied"),
        ("CONFLICT", "The market's data is simulated; only demo accounts trade on it"),
    ]
