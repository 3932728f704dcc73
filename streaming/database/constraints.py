"""Constraints on numbers that are kept as text."""

from django.db import models
from django.db.models.functions import Cast
from django.db.models.lookups import StartsWith


def not_negative(field: str, *, name: str) -> models.CheckConstraint:
    """Return a constraint that refuses numbers below zero in an `ExactDecimalField`."""
    text = Cast(field, models.CharField(max_length=80))
    return models.CheckConstraint(condition=models.Q(StartsWith(text, "-"), _negated=True), name=name)
