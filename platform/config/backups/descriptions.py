"""How a backup is described to people: what is in it, where it comes from, how large it is."""

from config.backups.manifest import Manifest

_STEP = 1000


def contents_text(manifest: Manifest) -> str:
    """Return how much is in it."""
    return f"{len(manifest.tables):,} tables, {manifest.rows:,} rows, {len(manifest.migrations):,} migrations"


def origin_text(manifest: Manifest) -> str:
    """Return when, by what and of what it was made."""
    return (
        f"of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC, by Tidewire {manifest.platform}, "
        f"of {manifest.database.product} {manifest.server}"
    )


def size_text(size: float) -> str:
    """Return a number of bytes.

    >>> size_text(1_234_000)
    '1.2 MB'
    """
    for unit in ("B", "kB", "MB", "GB"):
        if size < _STEP:
            return f"{size:,.0f} {unit}" if unit == "B" else f"{size:,.1f} {unit}"
        size /= _STEP
    return f"{size:,.1f} TB"
