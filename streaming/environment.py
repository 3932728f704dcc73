"""The environment that apps read their settings from, and what their values must be.

An app names its settings in its `settings.py`, each once: its type, its default, and in a `#:` comment above it what it
is. docs/settings.md is made of those. Such a module is read before Django is there, so it knows nothing but this one.
A validator raises: one that only returned False would be taken for content.
"""

from environs import Env
from environs import validate as valid

env = Env()
IS_DEVELOPMENT = env.str("ENVIRONMENT", "development") == "development"

POSITIVE = valid.Range(min=0, min_inclusive=False, error="Must be greater than 0.")
AT_LEAST_ONE = valid.Range(min=1, error="Must be at least 1.")
NOT_NEGATIVE = valid.Range(min=0, error="Must not be less than 0.")
RATE = valid.Regexp(r"(\d+/(sec|min|hour|day))?\Z", error="Must be empty, or like 60/min (or /sec, /hour, /day).")


def one_of(*choices: str) -> valid.OneOf:
    """Return a validator that refuses any other text."""
    return valid.OneOf(choices, error="Must be one of: {choices}.")
