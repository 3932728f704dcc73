"""What is refused of accounts, of all orders at once, of the kill switch, and of a grid that is stopping: in the same
words by command and by REST, and nothing is changed.

Of an order and of a grid: orders/test_orders.py, grids/test_grids.py.
"""

from typing import Any

from tests.conformance.rows import row
from tests.trading.asking import Desk, desk
from trading.models import AuditEntry

__all__ = ("desk",)

AMOUNT = "must be a number above 0 and of at most 1000000000000"
WRONG: tuple[tuple[str, dict[str, Any], str, str, dict[str, str]], ...] = (
    ("order.cancel_all_after", {}, "POST", "orders/cancel-all-after/", {"seconds": "seconds is required"}),
    (
        "order.cancel_all_after", {"seconds": 86401}, "POST", "orders/cancel-all-after/",
        {"seconds": "seconds must be a whole number from 0 to 86400"},
    ),
    ("order.cancel_all", {"market": "BTCUSDT"}, "POST", "orders/cancel-all/", {"market": "Unknown parameter"}),
    ("account.set_limits", {"order_size": 0}, "PUT", "account/limits/", {"order_size": f"order_size {AMOUNT}"}),
    (
        "account.set_limits", {"open_orders": 0, "daily_loss": "much"}, "PUT", "account/limits/",
        {
            "open_orders": "open_orders must be a whole number from 1 to 100000",
            "daily_loss": f"daily_loss {AMOUNT}",
        },
    ),
    (
        "system.kill_switch", {"action": "activate", "scope": "user"}, "POST", "kill-switch/",
        {"reason": "reason is required"},
    ),
)  # fmt: skip
"""What is given, its address over REST, and what is said of each parameter."""
STOPPING: tuple[tuple[str, dict[str, Any], str, str, str], ...] = (
    ("grid.pause", {}, "POST", "pause/", "pause"),
    ("grid.resume", {}, "POST", "resume/", "resume"),
    ("grid.update_params", {"params": {"upper_price": 101000}}, "PATCH", "", "be changed"),
    ("grid.stop", {}, "POST", "stop/", "stop"),
)
"""What may be asked of a grid, and what one that is stopping can't do then."""
GRID = {"pair": "BTC-USDT", "upper_price": 100000, "lower_price": 90000, "grid_count": 4, "trigger_price": 93000}


@row("CM-57")
async def test_it_names_each_wrong_parameter_in_the_same_words_by_command_and_by_rest(desk: Desk) -> None:
    trader = await desk.user("trader")
    for action, given, method, path, said in WRONG:
        by_command = await desk.give(trader, action, given)
        assert by_command.refusal is not None, action
        assert (by_command.code, by_command.refusal[2]) == ("VALIDATION_ERROR", said)
        assert await desk.ask(trader, method, path, given) == by_command
    assert not await AuditEntry.objects.aexists()


@row("CM-58")
async def test_a_grid_that_is_stopping_takes_nothing_more_in_the_same_words(desk: Desk) -> None:
    trader = await desk.user("trader")
    made = (await desk.give(trader, "grid.start", GRID)).data["grid_id"]
    await desk.give(trader, "grid.stop", {"id": made})
    before = (await desk.give(trader, "grid.get", {"id": made})).data
    for action, given, method, path, cannot in STOPPING:
        by_command = await desk.give(trader, action, {"id": made, **given})
        assert by_command.refusal == ("CONFLICT", f"The grid is stopping; it can't {cannot} now", {})
        assert await desk.ask(trader, method, f"grids/{made}/{path}", given) == by_command
    assert (await desk.give(trader, "grid.get", {"id": made})).data == before
