"""The pattern that a path has, for whoever names requests: a path itself may hold what is secret, or anything."""

from django.urls import Resolver404, resolve


def route_of(path: str) -> str:
    """Return the pattern, as `/api/v1/alerts/rules/<int:id>/`; empty where there is no such page."""
    try:
        return f"/{resolve(path).route}"
    except Resolver404:
        return ""
