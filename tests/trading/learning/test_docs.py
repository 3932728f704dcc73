"""docs/learning.md: its example runs, and its table has the features that there are."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.trading.learning.markets import moments, random_walk, training_data
from trading.learning.definitions import BOOK_FEATURES
from trading.learning.live_model import ModelPrediction

_PAGE = (Path(__file__).resolve().parents[3] / "docs" / "learning.md").read_text(encoding="utf-8")


@pytest.mark.long
def test_its_example_runs() -> None:
    candles = random_walk(1, 3000)
    columns = ("open_time", "open", "high", "low", "close", "volume")
    time, price, features = list(moments(training_data(candles)))[-1]
    names: dict[str, Any] = {name: getattr(candles, name) for name in columns}
    names |= {"now_ms": time, "close_time": time, "price": price, "features": features}
    (example,) = re.findall(r"```python\n(.*?)```", _PAGE, re.DOTALL)
    exec(example, names)  # noqa: S102 - it is the page's own
    assert isinstance(names["said"], ModelPrediction)


def test_its_table_has_the_features_in_their_order() -> None:
    table = _PAGE.partition("| feature | formula |")[2].partition("\n\n")[0]
    first_cells = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    assert re.findall(r"`(\w+)`", " ".join(first_cells)) == list(BOOK_FEATURES.names)
