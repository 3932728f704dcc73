"""The environment that apps read their settings from, and what their values must be.

An app names its settings in its `settings.py`, each once: its type, its default, and in a `#:` comment above it what it
is. docs/settings.md is made of those. Such a module is read before Django is there, so it knows nothing but this one.
A validator raises: one that only returned False would be taken for content.
"""

from environs import Env, ValidationError
from environs import validate as valid

env = Env()
IS_DEVELOPMENT = env.str("ENVIRONMENT", "development") == "development"

_LONGEST_SYMBOL = 64

LARGEST_PORT = 65_535
PORT = valid.Range(min=0, max=LARGEST_PORT, error=f"Must be a port, from 0 to {LARGEST_PORT}.")
TOKEN = valid.Regexp(r"([!-~]{16,})?\Z", error="Must be empty, or at least 16 characters of ASCII without spaces.")
POSITIVE = valid.Range(min=0, min_inclusive=False, error="Must be greater than 0.")
AT_LEAST_ONE = valid.Range(min=1, error="Must be at least 1.")
NOT_NEGATIVE = valid.Range(min=0, error="Must not be less than 0.")
FRACTION = valid.Range(min=0, max=1, max_inclusive=False, error="Must be at least 0 and less than 1.")
HOUR = valid.Range(min=0, max=23, error="Must be an hour, from 0 to 23.")
BELOW_HALF = valid.Range(min=0, max=0.5, max_inclusive=False, error="Must be at least 0 and less than 0.5.")
AMOUNTS = valid.Regexp(
    r"[A-Z0-9]{1,20}:\d{1,15}(\.\d{1,8})?(,[A-Z0-9]{1,20}:\d{1,15}(\.\d{1,8})?){0,19}\Z",
    error="Must be amounts by asset, like USDT:100000,USDC:100000.",
)
RATE = valid.Regexp(r"(\d+/(sec|min|hour|day))?\Z", error="Must be empty, or like 60/min (or /sec, /hour, /day).")


def one_of(*choices: str) -> valid.OneOf:
    """Return a validator that refuses any other text."""
    return valid.OneOf(choices, error="Must be one of: {choices}.")


def between(least: int, most: int) -> valid.Range:
    """Return a validator that refuses any number outside of these, which are included."""
    return valid.Range(min=least, max=most, error="Must be from {min} to {max}.")


def each_of(*choices: str) -> valid.ContainsOnly:
    """Return a validator of lists that refuses any other text in one."""
    return valid.ContainsOnly(choices, error="Must be some of: {choices}.")


def symbol_names(names: list[str]) -> None:
    """Refuse a list with a name that can be no symbol's; which there are, the exchange says."""
    wrong = [name for name in names if not 0 < len(name) <= _LONGEST_SYMBOL or any(map(str.isspace, name))]
    if wrong:
        raise ValidationError(f"Must be symbols, each of 1 to {_LONGEST_SYMBOL} characters without spaces.")
