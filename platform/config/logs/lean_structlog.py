"""structlog without rich and twisted, which it loads wherever they are installed: a tenth of every start.

Our tracebacks are plain and our logs are the standard library's, so neither is used. It is imported before anything
else that needs structlog.
"""

import sys
from types import ModuleType
from typing import cast

_modules = cast("dict[str, ModuleType | None]", sys.modules)
_unused = [name for name in ("rich", "structlog.twisted") if name not in sys.modules]
_modules.update(dict.fromkeys(_unused))  # with None for a module, importing it fails as where it isn't installed
import structlog  # noqa: E402 - while neither can be found

for name in _unused:
    del _modules[name]

__all__ = ["structlog"]
