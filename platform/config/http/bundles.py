"""Bundles of the pages' programs and style sheets, made by `templates/bundle.js`, where no source has changed since.

A template names a source, as without bundles: the storage gives the address of the bundle in its stead.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec
import structlog
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage

logger = structlog.get_logger(__name__)


class Manifest(msgspec.Struct, frozen=True):
    """Which file stands for which, and the SHA-256 of each source, both by their names below `/static/`."""

    files: Mapping[str, str]
    sources: Mapping[str, str]


class BundledStaticFilesStorage(StaticFilesStorage):
    """Static files, of which those that are bundled have the address of their bundle."""

    def url(self, name: str | None) -> str:
        """Return the address of a file, or of the bundle that stands for it."""
        bundles: Mapping[str, str] = bundled_files(settings.BUNDLES_DIR) if settings.PAGE_BUNDLES else {}
        return super().url(bundles.get(name or "", name))


@cache
def bundled_files(folder: Path) -> Mapping[str, str]:
    """Return a folder's bundles by what they stand for; none where there are none, or a source has changed since."""
    try:
        manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Manifest)
    except FileNotFoundError:
        return {}
    changed = next((name for name, digest in manifest.sources.items() if _digest(name) != digest), None)
    if changed is None:
        return manifest.files
    logger.warning("pages load their sources, as their bundles are older: make bundles", changed=changed)
    return {}


def _digest(name: str) -> str:
    found = finders.find(name)
    return "" if found is None else hashlib.sha256(Path(str(found)).read_bytes()).hexdigest()
