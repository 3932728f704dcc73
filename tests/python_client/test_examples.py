"""The client's examples run on a deployment, and are short. (That of JavaScript is run by examples.staged.js.)"""

import re

from tests.deployments import Deployment
from tests.processes import ROOT, Process

CLIENTS = ROOT / "clients"
BOTS = ("python/examples/quoting_bot.py", "javascript/examples/quoting_bot.js")
COMMENT = re.compile(r'"""(?s:.*?)"""|/\*\*(?s:.*?)\*/')
MOST_LINES = 30
PLACED = r"buy 0\.0010* at \d"
ON_THE_OTHER_SIDE = r"sell (0\.0010* at \d|was refused: .*0 BTC are free)"


def test_the_bot_quotes_on_both_sides_of_the_price(demo: Deployment) -> None:
    environment = {"PYTHONPATH": str(CLIENTS / "python"), "TIDEWIRE_TOKEN": demo.token()}
    arguments = (str(CLIENTS / BOTS[0]), demo.socket_url, "BTCUSDT", "0.001")
    with Process("-W", "error", *arguments, environment=environment) as process:
        process.wait_for(PLACED)
        process.wait_for(ON_THE_OTHER_SIDE)


def test_a_bot_that_quotes_takes_at_most_30_lines_of_code() -> None:
    """The README of each client says how little it takes."""
    for bot in BOTS:
        code = COMMENT.sub("", (CLIENTS / bot).read_text(encoding="utf-8"))
        assert sum(bool(line.strip()) for line in code.splitlines()) <= MOST_LINES, bot
