"""How the admin panel (unfold) looks and what its side bar holds."""

from typing import Any

UNFOLD_SETTINGS: dict[str, Any] = {"SITE_TITLE": "Tidewire", "SITE_HEADER": "Tidewire"}
