"""Numbers in the database with all their digits."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from streaming.database.exact_decimals import ExactDecimalField


@pytest.mark.parametrize("text", ["0.00000001", "1234567890123456789.012345678901234567", "5.00000000", "1000"])
def test_it_keeps_every_digit_in_plain_notation(text: str) -> None:
    field = ExactDecimalField()
    column = field.get_prep_value(Decimal(text))
    assert column == text
    assert field.from_db_value(column, None, None) == Decimal(text)


def test_it_keeps_nothing_as_nothing() -> None:
    field = ExactDecimalField(null=True)
    assert field.get_prep_value(None) is None
    assert field.from_db_value(None, None, None) is None


@pytest.mark.parametrize("value", ["NaN", "abc", "1e999", ""])
def test_it_refuses_what_is_no_exact_number(value: str) -> None:
    with pytest.raises(ValidationError):
        ExactDecimalField().to_python(value)
