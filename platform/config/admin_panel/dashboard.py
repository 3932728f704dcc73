"""What the admin's first page shows besides its list of models: what each app counts, and which workers are alive."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest

from config.admin_panel.worker_lines import worker_lines
from streaming.admin.figures import AdminFigures
from streaming.installed import installed_figures


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add to the context of the admin's first page; the panel calls it by its name in the settings."""
    now = datetime.now(UTC)
    figures = AdminFigures.merged(count(request.user, now) for count in installed_figures())
    return {
        **context,
        "cards": figures.cards,
        "charts": figures.charts,
        "panels": figures.panels,
        "workers": worker_lines(now),
    }
