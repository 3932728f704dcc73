"""Live strategies by command and by REST: started, paused, stopped, found; refused in the same words."""

from decimal import Decimal
from typing import Any

import msgspec
from asgiref.sync import sync_to_async
from pytest_django import Settings

from accounts.models import User
from streaming.events import Source
from tests.trading.asking import Desk, ticker
from tests.trading.market import symbol_listed
from tests.trading.price_models.versions import published
from trading.models import AuditEntry, Balance, ModelVersion, OutboxEvent, Strategy, SubAccount, TradingAccount

CROSS: dict[str, Any] = {
    "strategy": "ma_cross",
    "symbol": "BTC-USDT",
    "interval": "1m",
    "params": {"fast": 3, "slow": 8},
}
NAMES = "ma_cross rsi_reversion bollinger_breakout donchian_breakout dca grid learned_direction"
INTERVALS = "1s 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w 1M"
WRONG: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"strategy": None}, {"strategy": "strategy is required"}),
    ({"strategy": "none"}, {"strategy": f"strategy must be one of {NAMES}"}),
    ({"symbol": "NONE-SUCH"}, {"symbol": "Unknown symbol: NONESUCH"}),
    ({"symbol": "HALT/USDT"}, {"symbol": "HALTUSDT is not trading; its status is BREAK"}),
    ({"interval": "7m"}, {"interval": f"interval must be one of {INTERVALS}"}),
    ({"params": {"fast": 8, "slow": 8}}, {"params.fast": "fast must be smaller than slow"}),
    ({"params": {"fast": 1}}, {"params.fast": "fast must be a whole number from 2 to 200"}),
    ({"params": {"speed": 1}}, {"params.speed": "ma_cross has no parameter speed"}),
    ({"investment": 0}, {"investment": "investment must be a number above 0 and of at most 1000000000"}),
    ({"mode": "live"}, {"mode": "mode must be one of paper"}),
]
"""What is changed of a good strategy, and what is said of it."""


def changed(changes: dict[str, Any]) -> dict[str, Any]:
    """Return a good strategy with changes; one to None leaves a parameter out."""
    return {name: value for name, value in {**CROSS, **changes}.items() if value is not None}


@sync_to_async
def free_by_hand(user: User) -> Decimal:
    """Return how much USDT the user's hand has free."""
    found = Balance.objects.get(sub_account__account__owner=user, sub_account__strategy=None, asset="USDT")
    return found.free


async def test_it_names_each_wrong_parameter_in_the_same_words_by_command_and_by_rest(desk: Desk) -> None:
    trader = await desk.user("trader")
    for changes, said in WRONG:
        by_command = await desk.give(trader, "strategy.start", changed(changes))
        by_rest = await desk.ask(trader, "POST", "live-strategies/", changed(changes))
        assert by_command.refusal is not None, changes
        assert (by_command.code, by_command.refusal[2]) == ("VALIDATION_ERROR", said)
        assert by_rest == by_command
    assert not await Strategy.objects.aexists()
    assert not await TradingAccount.objects.aexists()


async def test_it_starts_with_money_of_the_account_and_says_what_it_is(desk: Desk) -> None:
    trader = await desk.user("trader")
    started = await desk.give(trader, "strategy.start", changed({"investment": 20000}))
    assert started.refusal is None
    strategy_id = started.data["strategy_id"]
    assert started.data == {"strategy_id": strategy_id, "status": "warming_up"}
    assert await free_by_hand(trader) == Decimal(80000)
    found = (await desk.ask(trader, "GET", f"live-strategies/{strategy_id}/")).data
    told = {
        name: found[name]
        for name in ("strategy", "title", "symbol", "interval", "state", "invested", "equity", "signals", "traceback")
    }
    assert told == {
        "strategy": "ma_cross",
        "title": "Moving-average cross",
        "symbol": "BTCUSDT",
        "interval": "1m",
        "state": "warming_up",
        "invested": 20000,
        "equity": 20000,
        "signals": [],
        "traceback": None,
    }
    assert (found["parameters"]["fast"], found["parameters"]["slow"]) == (3, 8)
    listed = (await desk.give(trader, "strategy.list", {"live": True})).data
    assert (listed["total"], [item["id"] for item in listed["items"]]) == (1, [strategy_id])
    account = (await desk.give(trader, "account.get")).data
    assert {"asset": "USDT", "free": 80000, "locked": 20000} in account["balances"]
    own = await SubAccount.objects.aget(strategy_id=strategy_id)
    assert await OutboxEvent.objects.filter(sub_account_id=own.pk).aexists(), "the worker is told of it"


async def test_on_an_exchange_with_other_names_and_intervals_it_takes_those_names_and_no_other_intervals(
    desk: Desk, settings: Settings
) -> None:
    settings.EXCHANGE_SOURCE = "kraken"
    await sync_to_async(symbol_listed)("BTC/USDT")
    await desk.hub.publish(msgspec.structs.replace(ticker(source=Source.KRAKEN), symbol="BTC/USDT"))
    trader = await desk.user("trader")
    refused = await desk.give(trader, "strategy.start", changed({"symbol": "BTC/USDT", "interval": "3m"}))
    assert refused.refusal is not None
    assert (refused.code, refused.refusal[2]) == (
        "VALIDATION_ERROR",
        {"interval": "the exchange has no candles of 3m"},
    )
    assert not await TradingAccount.objects.aexists()
    for symbol, interval in {"BTC/USDT": "1m", "BTC-USDT": "5m"}.items():
        started = await desk.give(trader, "strategy.start", changed({"symbol": symbol, "interval": interval}))
        assert started.refusal is None
        assert (await Strategy.objects.aget(pk=started.data["strategy_id"])).symbol == "BTC/USDT"
    listed = await desk.give(trader, "strategy.list", {"symbol": "BTC/USDT"})
    assert listed.data["total"] == 2
    await Strategy.objects.aupdate(interval="3m")  # as if they had been started on another exchange
    resumed = await desk.give(trader, "strategy.resume", {"id": started.data["strategy_id"]})
    assert resumed.refusal == refused.refusal


async def test_what_is_not_possible_now_is_a_conflict(desk: Desk, settings: Settings) -> None:
    trader = await desk.user("trader")
    dear = await desk.give(trader, "strategy.start", changed({"investment": 100001}))
    assert dear.refusal is not None
    said = "The strategy needs 100001 USDT, and 100000 USDT are free (INSUFFICIENT_BALANCE)"
    assert dear.refusal[:2] == ("CONFLICT", said)
    first = await desk.give(trader, "strategy.start", CROSS)
    again = await desk.give(trader, "strategy.start", CROSS)
    assert again.refusal is not None
    said = f"The account has this strategy already; it is {first.data['strategy_id']}, and warming_up"
    assert again.refusal[:2] == ("CONFLICT", said)
    settings.STRATEGIES_PER_USER = 1
    more = await desk.give(trader, "strategy.start", changed({"params": {"fast": 4, "slow": 8}}))
    assert more.refusal is not None
    assert more.refusal[:2] == ("CONFLICT", "There may be at most 1 strategies at a time; stop one first")
    early = await desk.give(trader, "strategy.pause", {"id": first.data["strategy_id"]})
    assert early.refusal is not None
    assert early.refusal[:2] == ("CONFLICT", "The strategy is warming_up; it can't pause now")


async def test_it_stops_once_and_all_is_audited(desk: Desk) -> None:
    trader = await desk.user("trader")
    strategy_id = (await desk.give(trader, "strategy.start", CROSS)).data["strategy_id"]
    stopped = await desk.ask(trader, "POST", f"live-strategies/{strategy_id}/stop/", {})
    assert stopped.data == {"strategy_id": strategy_id, "status": "stopping", "orders_cancelled": 0}
    again = await desk.give(trader, "strategy.stop", {"id": strategy_id})
    assert again.refusal is not None
    assert again.refusal[:2] == ("CONFLICT", "The strategy is stopping; it can't stop now")
    audited = AuditEntry.objects.filter(target=strategy_id).order_by("number").values_list("action", flat=True)
    assert [action async for action in audited] == ["strategy.start", "strategy.stop"]


async def test_a_paused_one_goes_on_by_command_and_by_rest(desk: Desk) -> None:
    trader = await desk.user("trader")
    strategy_id = (await desk.give(trader, "strategy.start", CROSS)).data["strategy_id"]
    await Strategy.objects.filter(pk=strategy_id).aupdate(state="running")  # as the worker has it once it is warm
    given, address = {"id": strategy_id}, f"live-strategies/{strategy_id}"
    answers = [
        await desk.give(trader, "strategy.pause", given),
        await desk.give(trader, "strategy.resume", given),
        await desk.ask(trader, "POST", f"{address}/pause/", {}),
        await desk.ask(trader, "POST", f"{address}/resume/", {}),
    ]
    states = ["paused", "running", "paused", "running"]
    assert [answer.data for answer in answers] == [{"strategy_id": strategy_id, "status": state} for state in states]
    assert (await Strategy.objects.aget(pk=strategy_id)).state == "running"
    again = await desk.give(trader, "strategy.resume", given)
    assert again.refusal is not None
    assert again.refusal[:2] == ("CONFLICT", "The strategy is running; it can't resume now")
    audited = AuditEntry.objects.filter(target=strategy_id).order_by("number").values_list("action", flat=True)
    changes = ["strategy.pause", "strategy.resume"] * 2
    assert [action async for action in audited] == ["strategy.start", *changes]


async def test_one_whose_model_was_trained_on_other_features_is_refused_by_the_parameter_that_names_it(
    desk: Desk,
) -> None:
    trader = await desk.user("trader")
    await sync_to_async(published)()
    await ModelVersion.objects.aupdate(features_hash="0" * 64)
    asking = changed({"strategy": "learned_direction", "params": {"algorithm": "boosting"}})
    by_command = await desk.give(trader, "strategy.start", asking)
    by_rest = await desk.ask(trader, "POST", "live-strategies/", asking)
    assert by_command.refusal is not None
    code, _, fields = by_command.refusal
    assert (code, list(fields)) == ("VALIDATION_ERROR", ["params.algorithm"])
    assert fields["params.algorithm"].startswith("the model was trained on features 000000000000, and these are ")
    assert fields["params.algorithm"].endswith(": train it anew")
    assert by_rest == by_command
    assert not await Strategy.objects.aexists()


async def test_the_kill_switch_stops_strategies_and_lets_none_begin(desk: Desk) -> None:
    trader = await desk.user("trader")
    strategy_id = (await desk.give(trader, "strategy.start", CROSS)).data["strategy_id"]
    one = {"action": "activate", "reason": "enough", "scope": "instance", "id": strategy_id}
    thrown = await desk.give(trader, "system.kill_switch", one)
    assert thrown.data["affected"] == {"grids_stopped": 0, "strategies_stopped": 1, "orders_cancelled": 0}
    strategy = await Strategy.objects.aget(pk=strategy_id)
    assert (strategy.state, strategy.reason) == ("stopped", "kill_switch")
    assert await free_by_hand(trader) == Decimal(100000), "what it had is back at once"
    told = [row.event async for row in OutboxEvent.objects.filter(event__contains=f"strategy.{strategy_id}.risk")]
    assert [('"kill_switch"' in event, '"enough"' in event) for event in told] == [(True, True)]
    all_of_mine = {"action": "activate", "reason": "enough", "scope": "user"}
    await desk.give(trader, "system.kill_switch", all_of_mine)
    refused = await desk.give(trader, "strategy.start", CROSS)
    assert refused.refusal is not None
    assert refused.refusal[:2] == ("KILL_SWITCH_ACTIVE", "Trading is halted: enough")


async def test_only_staff_read_the_traceback_of_one_that_failed(desk: Desk) -> None:
    trader = await desk.user("trader")
    strategy_id = (await desk.give(trader, "strategy.start", CROSS)).data["strategy_id"]
    await Strategy.objects.filter(pk=strategy_id).aupdate(state="error", reason="it failed", traceback="Traceback …")
    root = await desk.user("root", is_staff=True, is_superuser=True)
    own = (await desk.give(trader, "strategy.get", {"id": strategy_id})).data
    assert (own["reason"], own["traceback"]) == ("it failed", None)
    assert (await desk.give(root, "strategy.get", {"id": strategy_id})).data["traceback"] == "Traceback …"
