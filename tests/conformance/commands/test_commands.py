"""docs/protocol/commands.md: every action as everybody, in every dialect, and every way in which one can end."""

import asyncio
import itertools
import json
from typing import Any

from tests.conformance.asking import http
from tests.conformance.asking.dialects import in_every_dialect
from tests.conformance.asking.speaker import Speaker, speak
from tests.conformance.asking.spelling import CONTROL, DIALECTS, MARKET, TRADING, Dialect
from tests.conformance.people import CLERK, LURKER, NOBODY, OTHER, OWNER, STAFF
from tests.conformance.places import PING_SECONDS, Place
from tests.conformance.rows import on_each_layer, on_each_server, row
from tests.wire.client import Frame

PEOPLE = (NOBODY, LURKER, OWNER, STAFF)
OK, DENIED, WRONG = "success", "PERMISSION_DENIED", "VALIDATION_ERROR"
ANYONE = (OK, OK, OK, OK)
"""What nobody, a user without permissions, a trader and staff (who here is a superuser too) are answered."""
HISTORY = {"symbol": "BTCUSDT", "interval": "1h", "limit": 3}
WORKING = {
    "CM-20": ("market.symbols", {"query": "BTC", "limit": 2}, ANYONE),
    "CM-21": ("market.history", HISTORY, ANYONE),
    "CM-22": ("market.overview", {}, ANYONE),
    "CM-23": ("session.subscriptions", {}, ANYONE),
    "CM-24": ("session.quality", {}, ANYONE),
}
FINDS, MISSES = (DENIED, OK, OK, OK), (DENIED, WRONG, WRONG, WRONG)
"""Actions for whoever is logged in, asked without parameters: those that need none, and those that do."""
_OF_BACKTESTS = "get result trades check compare data cancel delete"
_OF_STRATEGIES = "stop pause resume get compare"
_OF_GRIDS = "preview stop pause resume update_params get"
WITHOUT_PARAMETERS = {
    "CM-30": ("alerts", {"list": FINDS} | dict.fromkeys(("create", "get", "update", "delete", "test"), MISSES)),
    "CM-31": ("notifications", {"list": FINDS, "mark_all_read": FINDS, "mark_read": MISSES, "ack": MISSES}),
    "CM-32": ("notifications", {"broadcast": (DENIED, DENIED, DENIED, WRONG)}),
    "CM-33": ("preferences", {"get": FINDS, "set": FINDS}),
    "CM-64": ("drawings", {"list": FINDS} | dict.fromkeys(("get", "change", "delete"), MISSES)),
    "CM-65": ("ops", {"history": (DENIED, DENIED, DENIED, OK)}),
    "CM-66": ("ops", {"connections": (DENIED, DENIED, DENIED, OK)}),
    "CM-67": ("ops", {"disconnect": (DENIED, DENIED, DENIED, WRONG)}),
    "CM-63": ("chart_layouts", {"list": FINDS, "save": MISSES, "delete": MISSES}),
    "CM-62": ("watch_lists", {"list": FINDS} | dict.fromkeys(("create", "update", "delete"), MISSES)),
    "CM-38": ("backtest", {"list": FINDS} | dict.fromkeys(_OF_BACKTESTS.split(), MISSES)),
    "CM-39": ("backtest", dict.fromkeys(("run", "sweep"), (DENIED, DENIED, WRONG, WRONG))),
    "CM-49": ("strategy", {"kinds": FINDS}),
    "CM-36": ("strategy", {"list": FINDS} | dict.fromkeys(_OF_STRATEGIES.split(), MISSES)),
    "CM-37": ("strategy", {"start": (DENIED, DENIED, WRONG, WRONG)}),
    "CM-61": ("strategy", {"backtest": (DENIED, DENIED, WRONG, WRONG)}),
    "CM-34": (
        "grid",
        {"list": FINDS} | dict.fromkeys(["preview", "stop", "pause", "resume", "update_params", "get"], MISSES),
    ),
    "CM-35": ("grid", {"start": (DENIED, DENIED, WRONG, WRONG)}),
    "CM-40": ("account", dict.fromkeys(("list", "get", "limits", "set_limits", "reset"), FINDS)),
    "CM-44": ("system", {"kill_switch": (DENIED, DENIED, DENIED, WRONG)}),
    "CM-54": ("order", {"place": (DENIED, DENIED, WRONG, WRONG)}),
    "CM-55": (
        "order",
        dict.fromkeys(("list", "cancel_all"), FINDS)
        | dict.fromkeys(("preview", "get", "cancel", "cancel_all_after"), MISSES),
    ),
    "CM-56": ("system", {"kill_switch_state": FINDS}),
    "CM-42": (
        "wallet",
        dict.fromkeys(("list", "chains"), FINDS)
        | dict.fromkeys(("add", "remove", "rename", "add_token", "remove_token", "get", "history", "blocks"), MISSES),
    ),
    "CM-43": ("tx", {"list": FINDS} | dict.fromkeys(("watch", "unwatch", "status"), MISSES)),
}
CASES = [(dialect, who) for dialect in DIALECTS for who in PEOPLE if who or not dialect.needs_login]
AT_A_TIME = 10
"""So many commands a second, and no more, has a connection."""


@row(*WORKING, *WITHOUT_PARAMETERS, "CM-01", "CM-02", "CM-03", "CM-07", "GW-18", "ZQ-16")
async def test_it_answers_every_action_to_everybody(place: Place) -> None:
    asked = list(WORKING.values())
    asked += [
        (f"{part}.{name}", {}, said) for part, names in WITHOUT_PARAMETERS.values() for name, said in names.items()
    ]

    async def check(dialect: Dialect, who: str) -> None:
        said: dict[str, str] = {}
        for first in range(0, len(asked), AT_A_TIME):
            some = asked[first : first + AT_A_TIME]
            async with speak(place, dialect, who) as client:
                for action, params, _ in some:
                    frame = await client.command(action, params, command_id=f"{action} in {dialect.name}")
                    said[action] = outcome_of(frame, dialect)
                await client.still_answers()
                assert sum(frame["type"] == "response" for frame in client.frames) == len(some)
        assert said == {action: answers[PEOPLE.index(who)] for action, _, answers in asked}, (dialect.name, who)

    await asyncio.gather(*(check(dialect, who) for dialect, who in CASES))


KILL_SWITCH = {
    "CM-41": ({"scope": "user"}, {"scope": "instance", "id": "a", "action": "deactivate"}),
    "CM-44": ({}, {"scope": "global"}, {"action": "activate"}),
    "CM-45": ({"action": "deactivate"}, {"scope": "global", "action": "deactivate"}),
}
MAY_STOP = {
    NOBODY: (DENIED, DENIED, DENIED),
    LURKER: (WRONG, DENIED, DENIED),
    OWNER: (WRONG, DENIED, DENIED),
    CLERK: (WRONG, WRONG, DENIED),
    STAFF: (WRONG, WRONG, WRONG),
}
"""Who may throw which kill switch: one's own, that of the platform, and set the platform free; no reason is given."""


@row(*KILL_SWITCH)
async def test_it_lets_staff_stop_the_platform_and_superusers_set_it_free(place: Place) -> None:
    for who, answers in MAY_STOP.items():
        async with speak(place, MARKET, who) as client:
            for params, answer in zip(KILL_SWITCH.values(), answers, strict=True):
                said = [await client.command("system.kill_switch", one) for one in params]
                assert {outcome_of(frame, MARKET) for frame in said} == {answer}, (who, params)


def outcome_of(frame: Frame, dialect: Dialect) -> str:
    dialect.assert_is_now(frame["timestamp"])
    if frame["success"] is True:
        assert set(frame) == {"type", "id", "timestamp", "success", "data"}
        return OK
    assert frame["success"] is False
    assert set(frame) == {"type", "id", "timestamp", "success", "error"}
    assert {"code", "message"} <= set(frame["error"]) <= {"code", "message", "fields"}
    code: str = frame["error"]["code"]
    return code


@row("CM-20", "CM-10")
@on_each_layer
async def test_it_lists_symbols(place: Place) -> None:
    async with speak(place, TRADING) as client:
        data = (await client.command("market.symbols", {"query": "BTC", "limit": 1, "offset": 1}))["data"]
        everything = (await client.command("market.symbols"))["data"]
    assert set(data) == {"items", "total"}
    assert (len(data["items"]), data["total"] >= 2) == (1, True)
    assert everything["total"] == len(everything["items"])
    symbols = {item["symbol"]: item for item in everything["items"]}
    promised = {"symbol", "base", "quote", "status", "tickSize", "stepSize", "minNotional"}
    assert set(symbols["BTCUSDT"]) == promised | {"minQuantity", "maxQuantity"}
    assert (symbols["BTCUSDT"]["base"], symbols["BTCUSDT"]["quote"]) == ("BTC", "USDT")
    assert http.get(f"{place.http_url}/api/v1/market/symbols/").json["total"] == everything["total"]


@row("CM-21")
async def test_it_tells_the_history_oldest_first(place: Place) -> None:
    async with speak(place, MARKET) as client:
        data = (await client.command("market.history", HISTORY))["data"]
    assert (set(data), data["symbol"], data["interval"]) == ({"symbol", "interval", "candles"}, "BTCUSDT", "1h")
    times = [candle[0] for candle in data["candles"]]
    assert [later - earlier for earlier, later in itertools.pairwise(times)] == [3_600_000] * 2
    assert all(len(candle) == 6 for candle in data["candles"])


@row("CM-22")
@on_each_layer
@in_every_dialect
async def test_it_tells_the_overview_in_the_dialects_times(place: Place, dialect: Dialect) -> None:
    async with speak(place, dialect) as client:
        data = (await client.command("market.overview"))["data"]
    assert {"symbols", "gainers", "losers", "volumes", "timestamp"} <= set(data)
    dialect.assert_is_now(data["timestamp"])


@row("CM-23")
@in_every_dialect
async def test_it_tells_what_one_has_subscribed(place: Place, dialect: Dialect) -> None:
    channels = ["kline:BTCUSDT:1m", "quotes:BTCUSDT", "grid.*", "orders:me"]
    async with speak(place, dialect, OWNER) as client:
        await client.ask(*channels, "nonsense")
        assert (await client.command("session.subscriptions"))["data"] == {"channels": channels}


@row("CM-24")
@on_each_server
async def test_it_tells_nothing_of_quality_before_it_was_measured(place: Place) -> None:
    async with speak(place, CONTROL) as client:
        data = (await client.command("session.quality"))["data"]
    names = {"latency_ms", "mean_ms", "jitter_ms", "missed", "quality"}
    assert set(data) == names
    if place.is_daphne:
        assert data == dict.fromkeys(names)


@row("CM-24")
async def test_it_measures_by_the_servers_own_pings_where_the_server_tells_them(hasty: Place) -> None:
    async def summary(client: Speaker) -> dict[str, Any]:
        data: dict[str, Any] = (await client.command("session.quality"))["data"]
        return data

    async def check(dialect: Dialect) -> None:
        async with speak(hasty, dialect, OTHER) as client:
            if hasty.is_daphne:
                await asyncio.sleep(1.5 * PING_SECONDS)  # a ping has gone by, and nothing was told of it
                assert set((await summary(client)).values()) == {None}
                return
            data = await summary(client)
            for _ in range(100):
                if data["latency_ms"] is None:
                    await asyncio.sleep(0.11)  # ten commands a second are a connection's most
                    data = await summary(client)
            assert 0 <= data["latency_ms"] < 5_000
            assert data["quality"] in {"excellent", "good", "fair", "poor"}

    await asyncio.gather(check(MARKET), check(TRADING))


@row("CM-04", "CM-05", "CM-07")
@in_every_dialect
async def test_it_checks_name_before_permission_before_parameters(place: Place, dialect: Dialect) -> None:
    who = LURKER if dialect.needs_login else NOBODY
    async with speak(place, dialect, who) as client:
        for action in ("grid.nonsense", "nonsense", "", "GRID.START", "market.symbols "):
            assert outcome_of(await client.command(action, {"nonsense": 1}), dialect) == "UNKNOWN_ACTION", action
        assert outcome_of(await client.command("grid.start", {"nonsense": 1}), dialect) == DENIED
        assert outcome_of(await client.command("market.symbols", {"nonsense": 1}), dialect) == "VALIDATION_ERROR"


BAD_PARAMETERS: list[tuple[str, dict[str, Any], set[str]]] = [
    ("market.symbols", {"nonsense": 1}, {"nonsense"}),
    ("market.symbols", {"limit": 501}, {"limit"}),
    ("market.symbols", {"limit": "many", "offset": -1}, {"limit", "offset"}),
    ("market.symbols", {"query": 5}, {"query"}),
    ("market.history", {}, {"symbol", "interval"}),
    ("market.history", {"symbol": "BTCUSDT", "interval": "2m"}, {"interval"}),
    ("market.history", {"symbol": "NOPE", "interval": "1m"}, {"symbol"}),
    ("session.quality", {"of": "me"}, {"of"}),
]


@row("CM-06", "CM-10", "CM-02")
@in_every_dialect
async def test_it_names_each_wrong_parameter(place: Place, dialect: Dialect) -> None:
    async with speak(place, dialect) as client:
        for action, params, fields in BAD_PARAMETERS:
            frame = await client.command(action, params)
            assert outcome_of(frame, dialect) == "VALIDATION_ERROR", (action, params)
            assert set(frame["error"]["fields"]) == fields, (action, params)
            assert all(isinstance(sentence, str) and sentence for sentence in frame["error"]["fields"].values())


@row("CM-08", "GW-77", "CM-03")
async def test_it_limits_the_rate_of_commands(place: Place) -> None:
    async def check(dialect: Dialect) -> None:
        async with speak(place, dialect) as client:
            for number in range(13):
                message = {"type": "command", "id": f"c{number}", "action": "session.subscriptions"}
                await client.send(json.dumps(message))
            responses = [await client.next_of("response") for _ in range(13)]
            said = {frame["id"]: outcome_of(frame, dialect) for frame in responses}
            assert [said[f"c{number}"] for number in range(13)] == [OK] * 10 + ["RATE_LIMITED"] * 3

    await asyncio.gather(*(check(dialect) for dialect in DIALECTS))


@row("CM-03")
async def test_it_answers_commands_that_are_sent_together_each_once(place: Place) -> None:
    async with speak(place, CONTROL, OTHER) as client:
        ids = [f"id {number} é" for number in range(8)]
        for command_id in ids:
            await client.send(
                {
                    "type": "command",
                    "id": command_id,
                    "timestamp": 1,
                    "action": "market.symbols",
                    "params": {"limit": 1},
                }
            )
        responses = [await client.next_of("response") for _ in ids]
        await client.still_answers()
    assert sorted(frame["id"] for frame in responses) == sorted(ids)
    assert sum(frame["type"] == "response" for frame in client.frames) == len(ids)


RULE = {
    "name": "A level",
    "symbol": "BTCUSDT",
    "source": "price",
    "operator": "above",
    "threshold": "123456789.50",
    "trigger": "once",
}


@row("CM-12", "CM-13", "CM-30")
@on_each_layer
async def test_it_acts_once_for_the_same_id_in_every_dialect_and_on_every_gateway(place: Place) -> None:
    gateways = range(len(place.deployment.gateways))
    answers: list[Frame] = []
    for gateway, dialect in itertools.product(gateways, DIALECTS):
        is_first = not answers  # the others are given that answer again, with its times
        async with speak(place, dialect, OWNER, gateway=gateway, is_described=is_first) as client:
            answers.append(await client.command("alerts.create", RULE, command_id=f"once at {place.name}"))
            assert '"threshold":123456789.50' in client.texts[-1]
            other = {**RULE, "name": "Another"}
            conflict = await client.command("alerts.create", other, command_id=f"once at {place.name}")
            assert outcome_of(conflict, dialect) == "CONFLICT"
    assert all(answer["data"] == answers[0]["data"] for answer in answers)
    async with speak(place, MARKET, OTHER) as stranger:
        own = await stranger.command("alerts.create", RULE, command_id=f"once at {place.name}")
        assert own["data"]["id"] != answers[0]["data"]["id"]


@row("CM-14", "CM-16")
async def test_it_tries_refused_commands_anew_and_answers_queries_afresh(place: Place) -> None:
    async with speak(place, MARKET, OTHER) as client:
        before = (await client.command("alerts.list", {"query": "afresh"}, command_id="list"))["data"]["total"]
        refused = [await client.command("alerts.create", {"name": 5}, command_id="refused") for _ in range(2)]
        assert [frame["error"] for frame in refused] == [refused[0]["error"]] * 2
        assert (await client.command("alerts.create", {**RULE, "name": "afresh"}, command_id="refused"))["success"]
        again = await client.command("alerts.create", {"name": 5}, command_id="refused")
        assert outcome_of(again, MARKET) == "VALIDATION_ERROR"
        after = (await client.command("alerts.list", {"query": "afresh"}, command_id="list"))["data"]["total"]
    assert after == before + 1


AVERAGE = {"source": "indicator", "indicator": "sma", "interval": "5m"}
ABOVE_AVERAGE = {**RULE, "operator": "crossing_up", "threshold": None, "level_source": AVERAGE}
WRONG_SERIES = (
    ("level_source.interval", {"source": "indicator", "indicator": "sma"}),
    ("level_source", {"source": "price"}),
    ("level_source", {**AVERAGE, "indicator": "rsi"}),
)
"""What is wrong with each beside a price: no candles are named, it is the price itself, no price ever meets it."""


@row("CM-68")
async def test_it_compares_with_another_series_in_place_of_a_threshold(place: Place) -> None:
    whole = {**AVERAGE, "field": "value", "parameters": {"period": 20}}
    async with speak(place, MARKET, OTHER) as client:
        made = (await client.command("alerts.create", ABOVE_AVERAGE, command_id="above its average"))["data"]
        assert [made[name] for name in ("level_source", "threshold", "line", "distance")] == [whole, None, None, None]
        for name, given, kept in (("threshold", 5, [5, None]), ("level_source", AVERAGE, [None, whole])):
            change = {"id": made["id"], name: given}
            changed = (await client.command("alerts.update", change, command_id=f"change of {name}"))["data"]
            assert [changed["threshold"], changed["level_source"]] == kept
        for turn, (field, wrong) in enumerate(WRONG_SERIES):
            rule = {**ABOVE_AVERAGE, "level_source": wrong}
            refused = await client.command("alerts.create", rule, command_id=f"wrong {turn}")
            assert set(refused["error"]["fields"]) == {field}
