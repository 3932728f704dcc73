"""The side bar of the admin panel, put together from what the apps declare."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from streaming.admin.navigation import AdminLink
from streaming.installed import installed_sections


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the side bar's sections as the installed apps declare them; the settings name it."""
    return [
        {"title": section.title, "separator": number > 0, "items": [_item(link) for link in section.links]}
        for number, section in enumerate(installed_sections())
    ]


def _item(link: AdminLink) -> dict[str, Any]:
    item: dict[str, Any] = {"title": link.title, "icon": link.icon, "link": reverse(link.url_name)}
    return {**item, "permission": _with_permission(link.permission)} if link.permission else item


def _with_permission(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.user.has_perm(permission)
