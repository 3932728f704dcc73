"""Rows that fit what a query names: a parameter that isn't given leaves none of them out."""

from typing import Any

from django.db.models import Q


def with_given(**columns: Any) -> Q:
    """Return what holds for rows with these values in their columns; a column whose value is None may have any."""
    return Q(**{name: value for name, value in columns.items() if value is not None})
