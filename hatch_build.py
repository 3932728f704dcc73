"""What the packages of the platform hold besides its own files: the chart library, which npm has installed."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_LIBRARY = Path("node_modules", "lightweight-charts")
_FILES = ("dist/lightweight-charts.standalone.production.mjs", "LICENSE")
_IN_WHEEL = "config/vendor/lightweight-charts"
_BUNDLED = Path("templates", "bundles", "vendor", "lightweight-charts", Path(_FILES[0]).name)


class ChartLibraryHook(BuildHookInterface[Any]):
    """Adds the file that pages load, and its licence; a source archive has them where npm would put them.

    A wheel with the bundles has both there already, compressed besides.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files; one that isn't there is told, and the page does without."""
        if version == "editable" or (self.target_name == "wheel" and Path(self.root, _BUNDLED).is_file()):
            return
        for name in _FILES:
            file = _LIBRARY / name
            if not Path(self.root, file).is_file():
                self.app.display_warning(f"{file} is missing: the page will have no chart. `npm ci` installs it")
                return
            target = str(file) if self.target_name == "sdist" else f"{_IN_WHEEL}/{file.name}"
            build_data["force_include"][str(file)] = target
