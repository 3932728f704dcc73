"""Django's admin, whose pages are loaded with the site's addresses: a worker has none, and starts without them."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.contrib import admin
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core import checks


class AdminPagesConfig(SimpleAdminConfig):
    """The admin; `config.urls` finds what the apps register with it."""

    def ready(self) -> None:
        """Register the admin's own checks, of the pages that there will be."""
        checks.register(check_dependencies, checks.Tags.admin)
        checks.register(_check_pages, checks.Tags.admin)


def _check_pages(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[checks.CheckMessage]:
    admin.autodiscover()
    return list(check_admin_app(app_configs, **options))
