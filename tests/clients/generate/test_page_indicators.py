"""The module of indicators that pages import says of each what the server's catalogue says."""

import json
import subprocess
from pathlib import Path

from clients.generate.page_indicators import indicators_file
from streaming.indicators.catalogue import CATALOGUE
from tests.services import need_node

_PRINTED = "import(process.argv[1]).then(({ DECLARED }) => console.log(JSON.stringify(DECLARED)));"
_SECONDS = 30


def test_it_says_what_the_catalogue_does(tmp_path: Path) -> None:
    module = tmp_path / "declared.mjs"
    module.write_text(indicators_file(CATALOGUE.values()), encoding="utf-8")
    command = [need_node(), "--eval", _PRINTED, str(module)]
    output = subprocess.run(command, capture_output=True, check=True, timeout=_SECONDS, text=True).stdout
    assert json.loads(output) == {
        name: {
            "key": name,
            "title": indicator.title,
            "parameters": [
                {
                    "name": each.name,
                    "initial": float(each.default),
                    "least": float(each.minimum),
                    "most": float(each.maximum),
                    "isWhole": each.is_whole,
                }
                for each in indicator.parameters
            ],
            "outputs": list(indicator.outputs),
            **({"bounds": [float(each) for each in indicator.bounds]} if indicator.bounds else {}),
            "warmUp": indicator.warm_up,
        }
        for name, indicator in CATALOGUE.items()
    }
