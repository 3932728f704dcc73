"""What candles execute, and at which prices: every table of docs/backtests.md, as it stands there."""

from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from tests.trading.engine.backtests.scripted import plan_for, scripted, series_of
from tests.trading.engine.instruments import ExchangeRig
from tests.trading.engine.order_texts import MUCH, bar_of, request_of
from trading.engine.accounts.settlement import Fill
from trading.engine.backtests.runner import run
from trading.engine.matching.candle_path import price_path
from trading.engine.matching.candles import CandleMatcher
from trading.engine.matching.slippage import Slippage

_DOCUMENT = Path(__file__).parents[3] / "docs" / "backtests.md"
MARKET = 100


def _tables() -> dict[str, list[list[str]]]:
    """Return the rows of the tables of a document, by the heading above each and the table's first column."""
    found: dict[str, list[list[str]]] = {}
    heading, columns = "", ""
    for line, after in pairwise((*_DOCUMENT.read_text(encoding="utf-8").splitlines(), "")):
        if line.startswith("#"):
            heading = line.strip("# ")
        elif line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if after.startswith("|---"):
                columns = f"{heading}: {cells[0]}"
                found[columns] = []
            elif not line.startswith("|---"):
                found[columns].append(cells)
    return found


TABLES = _tables()


def _matched(orders: str, candle: str, *, slippage: str = "0", touching: bool = False) -> tuple[Fill, ...]:
    rig = ExchangeRig(base="1", touching=touching)
    for text in orders.split("; "):
        rig.exchange.place(request_of(text, name=text), market=MARKET, time=5)
    return CandleMatcher(rig.exchange, Slippage(Decimal(slippage))).match(bar_of(candle))


def _prices(fills: tuple[Fill, ...]) -> str:
    return ", ".join(str(fill.price) for fill in fills) or "no"


@pytest.mark.parametrize(("placed", "at", "candles", "executed"), TABLES["The next candle: placed"])
def test_an_order_is_matched_from_the_next_candle_on(placed: str, at: str, candles: str, executed: str) -> None:
    series = series_of(candles)
    outcome = run(plan_for(series), series, strategies=scripted(orders={int(at) - 1: (placed,)}))
    candles_of_fills = outcome.holdings.candles[1:]
    told = [
        f"{fill.price} in candle {candle + 1}" for fill, candle in zip(outcome.fills, candles_of_fills, strict=True)
    ]
    assert (told or ["stays open"]) == [executed]
    assert outcome.orders[0].state.is_open is not bool(told)


@pytest.mark.parametrize(("order", "candle", "executed"), TABLES["One order and one candle: order"])
def test_one_order_is_executed_by_one_candle(order: str, candle: str, executed: str) -> None:
    text, _, touch = order.partition(" by ")
    assert _prices(_matched(text, candle, touching=bool(touch))) == executed


@pytest.mark.parametrize(("candle", "path"), TABLES["The path of the price within a candle: candle"])
def test_the_price_takes_a_path_through_a_candle(candle: str, path: str) -> None:
    bar = bar_of(candle)
    assert (bar.open, *price_path(bar)) == tuple(map(int, path.split()))


@pytest.mark.parametrize(("orders", "candle", "executed", "depends"), TABLES["Several orders in one candle: orders"])
def test_several_orders_are_executed_by_one_candle(orders: str, candle: str, executed: str, depends: str) -> None:
    fills = _matched(orders, candle)
    assert (_prices(fills), any(fill.depends_on_path for fill in fills)) == (executed, depends == "yes")


@pytest.mark.parametrize(("order", "candles", "executed", "state"), TABLES["Volume: order"])
def test_no_more_is_executed_than_was_traded(order: str, candles: str, executed: str, state: str) -> None:
    rig = ExchangeRig()
    placed = rig.exchange.place(request_of(order), market=MARKET, time=5)
    matcher = CandleMatcher(rig.exchange, Slippage(Decimal(0)))
    fills = [fill for candle in candles.split(", ") for fill in matcher.match(bar_of(candle))]
    told = ", ".join(f"{fill.quantity} at {fill.price}" for fill in fills) or "nothing"
    assert (told, placed.state) == (executed, state)
    assert rig.account.locked("USDT") == placed.locked


@pytest.mark.parametrize(("orders", "candle", "finer", "executed"), TABLES["Finer candles: orders"])
def test_finer_candles_decide_within_a_candle(orders: str, candle: str, finer: str, executed: str) -> None:
    series = series_of(f"100 100 100 100, {candle}")
    within = series_of(finer, start=int(series.open_time[1]), interval="1s", volume=MUCH // 4)
    outcome = run(plan_for(series), series, finer=within, strategies=scripted(orders={0: tuple(orders.split("; "))}))
    assert _prices(outcome.fills) == executed


@pytest.mark.parametrize(("order", "slippage", "candle", "executed"), TABLES["Costs: order"])
def test_what_takes_from_the_market_slips(order: str, slippage: str, candle: str, executed: str) -> None:
    assert _prices(_matched(order, candle, slippage=slippage)) == executed


def test_it_reads_all_tables_of_the_section() -> None:
    text = _DOCUMENT.read_text(encoding="utf-8").partition("## How orders are filled")[2].partition("\n## ")[0]
    assert sum(line.startswith("|---") for line in text.splitlines()) == 7
    assert all(TABLES.values())
