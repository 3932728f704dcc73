"""The package that docs/strategies.md teaches to write, as it stands there."""

import re

from tests.processes import ROOT

TEXT = (ROOT / "docs" / "strategies.md").read_text(encoding="utf-8")
FILES = {
    match["path"]: match["text"]
    for match in re.finditer(r"```(?:python|toml)\n# (?P<path>\S+)\n(?P<text>.*?)```", TEXT, re.DOTALL)
}
"""Each file's text, by its path in the package."""
