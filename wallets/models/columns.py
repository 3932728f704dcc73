"""The columns that several tables have."""

from typing import Any

from django.db import models

ADDRESS_LENGTH = 42
HASH_LENGTH = 66


def address_column(**options: Any) -> "models.CharField[str, str]":
    """Return a column of an address in its canonical form: lower case, with `0x`."""
    return models.CharField(max_length=ADDRESS_LENGTH, **options)


def hash_column(**options: Any) -> "models.CharField[str, str]":
    """Return a column of the hash of a block or a transaction: lower case, with `0x`."""
    return models.CharField(max_length=HASH_LENGTH, **options)
