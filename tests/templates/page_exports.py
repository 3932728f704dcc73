"""What modules of the page export, for tests that hold it to the server."""

import json
import subprocess
from typing import Any

from tests.processes import ROOT
from tests.services import need_node

_STATIC = ROOT / "templates" / "static"
_SECONDS = 30
_SCRIPT = """
Promise.all(process.argv.slice(1).map((path) => import(path))).then((modules) => console.log(JSON.stringify(modules)));
"""


def page_exports(*modules: str) -> list[dict[str, Any]]:
    """Return what each module, by its path below templates/static, exports that JSON can say; skip without Node."""
    command = [need_node(), "--eval", _SCRIPT, *(str(_STATIC / module) for module in modules)]
    output = subprocess.run(command, capture_output=True, check=True, timeout=_SECONDS, text=True).stdout
    return list(json.loads(output))
