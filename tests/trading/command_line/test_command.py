"""`manage.py backtest` as people run it; the run is a real process."""

import json
import xml.etree.ElementTree as ET  # noqa: S405 - of our own file
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from streaming.market.models import Candle
from tests.trading.market import HISTORY, minutes_stored, symbol_listed
from trading.management.commands.backtest import Command
from trading.models import Backtest

pytestmark = pytest.mark.django_db(transaction=True)
RANGE = ("--start", "2023-11-14T22:14", "--end", "2023-11-15T03:14")
CROSS = ("BTCUSDT", "1m", "--strategy", "ma_cross", "--set", "fast=5", "--set", "slow=15", *RANGE)


@pytest.fixture(autouse=True)
def market() -> Iterator[None]:
    """List a symbol, and store its candles."""
    symbol_listed()
    minutes_stored(-HISTORY, HISTORY + 400)
    yield
    connections.close_all()


def run(*arguments: str) -> str:
    """Run the command, and return what it prints."""
    printed = StringIO()
    call_command(Command(), *arguments, stdout=printed)
    return printed.getvalue()


def refusal(*arguments: str) -> str:
    """Return with what the command refuses."""
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    return str(refused.value)


def test_it_shows_what_came_of_it_and_writes_it_down(tmp_path: Path) -> None:
    told, trades, curve = (tmp_path / name for name in ("run.json", "run.csv", "run.svg"))
    printed = run(*CROSS, "--json", f"{told}", "--csv", f"{trades}", "--plot", f"{curve}")
    shown = ("Total return", "Sharpe ratio", "buy and hold", "300 candles", "No check failed.")
    assert [words for words in shown if words not in printed] == []
    result = json.loads(told.read_text())
    assert (result["candles"], result["is_partial"]) == (300, False)
    lines = trades.read_text().splitlines()
    assert lines[0].startswith("number,opened,closed,side,quantity,entry,exit,profit")
    assert len(lines) == 1 + result["trade_count"] >= 2
    assert result["hash"] in printed
    drawn = ET.parse(curve).getroot()  # noqa: S314 - our own file
    lengths = [len(line.attrib["points"].split()) for line in drawn if line.tag.endswith("polyline")]
    assert lengths == [len(result["equity"]["times"])] * 3
    assert not Backtest.objects.exists()


def test_it_prints_json_alone_where_that_is_asked_for() -> None:
    assert json.loads(run(*CROSS, "--json", "-"))["plan"]["strategy"] == "ma_cross"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*CROSS, "--set", "fast=20"), "fast must be smaller than slow"),
        ((*CROSS, "--set", "speed=1"), "ma_cross has no parameter speed"),
        ((*CROSS, "--set", "fast"), "--set takes name=value, not 'fast'"),
        ((*CROSS, "--strategy", "magic"), "strategy must be one of "),
        ((*CROSS, "--end", "2023-11-01"), "end must be after start"),
        ((*CROSS, "--start", "yesterday"), "start must be a time: "),
        ((*CROSS, "--fee", "2"), "fee_rate must be from 0 to below 1, with at most 6 decimals"),
        ((*CROSS, "--plot", "run.gif"), "--plot draws a file that ends in .svg"),
        (("ETHUSDT", *CROSS[1:]), "Unknown symbol: ETHUSDT"),
    ],
    ids=str,
)
def test_it_refuses_in_the_words_of_rest(arguments: tuple[str, ...], said: str) -> None:
    assert said in refusal(*arguments)


def test_it_changes_no_stored_candle() -> None:
    before = list(Candle.objects.values_list("open_time", "close"))
    run(*CROSS)
    assert list(Candle.objects.values_list("open_time", "close")) == before
