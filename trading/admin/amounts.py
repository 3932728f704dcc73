"""Numbers in the admin: all of their digits, without trailing zeros; and the limits of accounts."""

from decimal import Decimal

from django.utils.text import capfirst

from streaming.numbers import in_plain_notation
from trading.models import RiskLimits

ABSENT = "-"
LIMITS = {
    field.name: capfirst(str(field.verbose_name))
    for field in RiskLimits._meta.concrete_fields  # noqa: SLF001 - Django's
    if not field.primary_key
}
"""The limits of an account, and what they are called."""


def plain(number: Decimal | None) -> str:
    """Return a number in plain notation; a dash where there is none."""
    return ABSENT if number is None else in_plain_notation(number)
