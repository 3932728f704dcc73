"""Backtests over REST: what is made, found, refused and left behind."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import User
from streaming.events import Interval, Source
from streaming.market.candles.storage import candles_store
from streaming.market.models import UNLISTED
from tests.accounts.rest import bearer
from tests.conformance.rows import row
from tests.trading.backtests.conftest import RUN, trader_named
from tests.trading.market import HISTORY, MINUTE, START, gap_known, symbol_listed, wave_row
from trading.models import Backtest, BacktestTrials

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
BACKTESTS = "trading/backtests/"


def send(method: str, path: str, user: User | None, body: Any = None) -> Any:
    """Send a request with JSON."""
    data = b"" if body is None else json.dumps(body).encode()
    return Client().generic(method, f"/api/v1/{path}", data, "application/json", headers=bearer(user))


def run(user: User, **changes: Any) -> Any:
    """Ask for a backtest; a change to None leaves a parameter out."""
    given = {name: value for name, value in {**RUN, **changes}.items() if value is not None}
    return send("POST", BACKTESTS, user, given)


def faults(answer: Any) -> dict[str, str]:
    """Return the wrong parameters of a refusal."""
    assert answer.status_code == 400, answer.content
    said: dict[str, str] = json.loads(answer.content)["error"]["fields"]
    return said


def test_it_queues_a_backtest_and_tells_all_of_it(trader: User) -> None:
    answer = run(trader)
    made = json.loads(answer.content)
    assert (answer.status_code, made["status"]) == (201, "created")
    found = json.loads(send("GET", f"{BACKTESTS}{made['backtest_id']}/", trader).content)
    told = {name: found[name] for name in ("state", "strategy", "title", "symbol", "interval", "progress", "metrics")}
    assert told == {
        "state": "created",
        "strategy": "ma_cross",
        "title": "Moving-average cross",
        "symbol": "BTCUSDT",
        "interval": "1m",
        "progress": None,
        "metrics": None,
    }
    assert found["start"] == "2023-11-14T22:14:00.000Z"
    assert (found["params"]["fast"], found["params"]["kind"]) == (5, "sma")
    assert (found["initial_capital"], found["fee_rate"], found["slippage"]) == (1000, 0.001, 0.0005)
    assert json.loads(send("GET", BACKTESTS, trader).content) == {"items": [found], "total": 1}


def test_it_takes_a_pair_in_each_spelling_and_times_in_words(trader: User) -> None:
    answer = run(trader, symbol="BTC-USDT", start="2023-11-14T22:14:00Z", end="2023-11-15T00:00:00+01:00")
    assert answer.status_code == 201, answer.content
    made = Backtest.objects.get()
    assert (made.symbol, made.start, made.end) == ("BTCUSDT", START, 1_700_002_800_000)


@row("CM-51")
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"params": {"fast": 30, "slow": 10}}, {"params.fast": "fast must be smaller than slow"}),
        ({"params": {"fast": 1}}, {"params.fast": "fast must be a whole number from 2 to 200"}),
        ({"params": {"speed": 1}}, {"params.speed": "ma_cross has no parameter speed"}),
        ({"strategy": None}, {"strategy": "either strategy or grid is required"}),
        (
            {"grid": {}},
            {"strategy": "either strategy or grid is required", "params": "params can't be given for a grid"},
        ),
        ({"symbol": "NONESUCH"}, {"symbol": "Unknown symbol: NONESUCH"}),
        ({"symbol": "OLDUSDT"}, {"symbol": "No longer listed: OLDUSDT"}),
        ({"symbol": "HALTUSDT"}, {"symbol": "HALTUSDT is not trading; its status is BREAK"}),
        ({"end": START - 1}, {"end": "end must be after start"}),
        ({"end": START + MINUTE}, {"end": "start to end must hold at least 2 candles of 1m"}),
        ({"start": "2100-01-01T00:00Z", "end": "2100-01-02T00:00Z"}, {"start": "start must be in the past"}),
        ({"fee_rate": 1}, {"fee_rate": "fee_rate must be from 0 to below 1, with at most 6 decimals"}),
        ({"slippage": "0.0000001"}, {"slippage": "slippage must be from 0 to below 1, with at most 6 decimals"}),
        (
            {"initial_capital": 0},
            {"initial_capital": "initial_capital must be a number above 0 and of at most 1000000000000"},
        ),
        ({"fills": "never"}, {"fills": "fills must be one of through touch"}),
        ({"nonsense": 1}, {"nonsense": "Unknown parameter"}),
    ],
    ids=str,
)
def test_it_names_each_wrong_parameter_and_leaves_nothing_behind(
    changes: dict[str, Any], said: dict[str, str], trader: User
) -> None:
    symbol_listed("OLDUSDT", status=UNLISTED)
    symbol_listed("HALTUSDT", status="BREAK")
    assert faults(run(trader, **changes)) == said
    assert not Backtest.objects.exists()
    assert not BacktestTrials.objects.exists()


@row("CM-51")
def test_it_names_which_strategies_there_are(trader: User) -> None:
    said = faults(run(trader, strategy="magic"))["strategy"]
    assert said.startswith("strategy must be one of ")
    assert {"ma_cross", "grid", "dca"} <= set(said.removeprefix("strategy must be one of ").split())


@row("CM-51")
def test_it_refuses_a_range_of_too_many_candles(trader: User, settings: Settings) -> None:
    settings.BACKTESTS_MAXIMUM_CANDLES = 299
    said = "start to end are 300 candles of 1m, and at most 299 are allowed"
    assert faults(run(trader)) == {"end": said}
    settings.BACKTESTS_MAXIMUM_CANDLES = 300
    assert run(trader).status_code == 201


@row("CM-51")
def test_it_refuses_a_range_that_is_known_to_hold_no_candle(trader: User) -> None:
    gap_known(0, 9 * MINUTE)
    said = "There are no candles of BTCUSDT 1m from 1970-01-01 00:00 to 1970-01-01 00:10"
    assert faults(run(trader, start=0, end=10 * MINUTE)) == {"start": said}


@row("CM-51")
def test_it_refuses_an_interval_that_the_exchange_has_no_candles_of_unless_all_are_stored(
    trader: User, settings: Settings
) -> None:
    settings.EXCHANGE_SOURCE = "kraken"
    assert faults(run(trader, interval="3m")) == {"interval": "the exchange has no candles of 3m"}
    rows = [wave_row(index, interval=Interval.MINUTE_3) for index in range(-2, 303, 3)]
    candles_store(source=Source.KRAKEN, symbol="BTCUSDT", interval=Interval.MINUTE_3, rows=rows)
    assert run(trader, interval="3m").status_code == 201


def test_it_looks_for_holes_only_where_nothing_is_stored(trader: User) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert run(trader).status_code == 201
    assert not [query for query in queries if "LAG(" in query["sql"]]  # which reads each of a million candles


@row("CM-52")
def test_it_refuses_one_over_the_quotas_until_there_is_room(trader: User, settings: Settings) -> None:
    settings.BACKTESTS_QUEUED_PER_USER = 1
    first = json.loads(run(trader).content)["backtest_id"]
    refused = run(trader)
    assert refused.status_code == 409
    assert json.loads(refused.content)["error"]["message"] == (
        "There may be at most 1 backtests at a time; wait until one has ended"
    )
    assert run(trader_named("another")).status_code == 201
    assert send("POST", f"{BACKTESTS}{first}/cancel/", trader).status_code == 200
    settings.BACKTESTS_STORED_PER_USER = 1
    assert json.loads(run(trader).content)["error"]["message"] == "There may be at most 1 backtests; delete one first"
    assert send("DELETE", f"{BACKTESTS}{first}/", trader).status_code == 204
    assert run(trader).status_code == 201


def test_it_is_for_traders_and_each_ones_own(trader: User, django_user_model: type[User]) -> None:
    stranger = trader_named("stranger")
    lurker = django_user_model.objects.create_user("lurker", "lurker@example.com")
    clerk = django_user_model.objects.create_user("clerk", "clerk@example.com", is_staff=True)
    assert run(lurker).status_code == 403
    assert send("POST", BACKTESTS, None, RUN).status_code == 401
    made = json.loads(run(trader).content)["backtest_id"]
    for path, method in (
        ("", "GET"),
        ("result/", "GET"),
        ("trades/", "GET"),
        ("cancel/", "POST"),
        ("check/", "POST"),
        ("", "DELETE"),
    ):
        for other in (stranger, lurker, clerk):
            assert send(method, f"{BACKTESTS}{made}/{path}", other).status_code == 404, (method, path, other)
    assert json.loads(send("GET", BACKTESTS, stranger).content)["total"] == 0
    clerk.user_permissions.set(Permission.objects.filter(content_type__app_label="trading", codename="view_backtest"))
    assert send("GET", f"{BACKTESTS}{made}/", clerk).status_code == 200
    assert send("DELETE", f"{BACKTESTS}{made}/", clerk).status_code == 404


def test_it_has_no_result_before_it_has_run(trader: User) -> None:
    made = json.loads(run(trader).content)["backtest_id"]
    answer = send("GET", f"{BACKTESTS}{made}/result/", trader)
    assert answer.status_code == 409
    assert json.loads(answer.content)["error"]["message"] == "The backtest has no result; it is created"


def test_it_ends_only_what_has_not_ended(trader: User) -> None:
    made = json.loads(run(trader).content)["backtest_id"]
    cancelled = send("POST", f"{BACKTESTS}{made}/cancel/", trader)
    assert json.loads(cancelled.content) == {"backtest_id": made, "status": "cancelled"}
    again = send("POST", f"{BACKTESTS}{made}/cancel/", trader)
    assert json.loads(again.content)["error"]["message"] == "The backtest has ended; it is cancelled"


def test_it_counts_every_run_of_a_user_on_a_symbol_deleted_ones_too(trader: User) -> None:
    for _ in range(2):
        made = json.loads(run(trader).content)["backtest_id"]
        send("DELETE", f"{BACKTESTS}{made}/", trader)
    assert BacktestTrials.objects.get(owner=trader, symbol="BTCUSDT").count == 2


def test_it_tells_which_candles_are_stored(trader: User) -> None:
    told = json.loads(send("GET", f"{BACKTESTS}data/?symbol=BTC/USDT&interval=1m", trader).content)
    assert (told["candles"], told["gaps"], told["listed"]) == (HISTORY + 400, [], True)
    nothing = json.loads(send("GET", f"{BACKTESTS}data/?symbol=BTCUSDT&interval=1h", trader).content)
    assert (nothing["candles"], nothing["start"]) == (0, None)


def test_it_lists_the_strategies_with_what_a_form_needs(trader: User) -> None:
    items = json.loads(send("GET", "trading/strategies/", trader).content)["items"]
    cross = next(item for item in items if item["name"] == "ma_cross")
    fast = next(parameter for parameter in cross["parameters"] if parameter["name"] == "fast")
    assert (fast["type"], fast["default"], fast["minimum"], fast["maximum"]) == ("integer", 10, 2, 200)


FASTER = "fast must be smaller than slow"
SWEEP = {**RUN, "params": {}, "parameters": {"fast": [3, 5], "slow": [4, 10]}}


def test_it_queues_a_sweep_without_the_combinations_that_break_rules(trader: User) -> None:
    answer = send("POST", f"{BACKTESTS}sweeps/", trader, {**SWEEP, "rank_by": "total_return"})
    made = json.loads(answer.content)
    assert (answer.status_code, made["runs"]) == (201, 3)
    found = json.loads(send("GET", f"{BACKTESTS}{made['backtest_id']}/", trader).content)
    assert found["kind"] == "sweep"
    assert found["sweep"] == {"parameters": SWEEP["parameters"], "walk_forward": None, "rank_by": "total_return"}
    assert BacktestTrials.objects.get(owner=trader).count == 3


@row("CM-51")
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"parameters": {"fast": [3, 0]}}, {"parameters.fast": "fast must be a whole number from 2 to 200"}),
        ({"parameters": {}}, {"parameters": "parameters must name at least one parameter with its values"}),
        ({"params": {"speed": 1}}, {"params.speed": "ma_cross has no parameter speed"}),
        (
            {"walk_forward": {"train": 30, "test": 10}},
            {"walk_forward": "train and test must be at most the 0 days of the range together"},
        ),
        (
            {"parameters": {"fast": [9], "slow": [3]}},
            {"parameters": f"parameters must give at least one combination that can be run: {FASTER}"},
        ),
    ],
    ids=str,
)
def test_it_names_what_is_wrong_with_a_sweep(changes: dict[str, Any], said: dict[str, str], trader: User) -> None:
    assert faults(send("POST", f"{BACKTESTS}sweeps/", trader, {**SWEEP, **changes})) == said
    assert not Backtest.objects.exists()
