"""How it is said which parameters are wrong: one wording for REST and for commands. Pure."""

from collections.abc import Mapping

UNKNOWN_PARAMETER = "Unknown parameter"
_MOST_SENTENCES = 5


def validation_message(fields: Mapping[str, str]) -> str:
    """Return what is wrong in one line: the sentence of each wrong parameter, at most five of them.

    >>> validation_message({"upper_price": "upper_price must be greater than lower_price"})
    'upper_price must be greater than lower_price'
    >>> validation_message({"limit": "limit is required", "page": "Unknown parameter"})
    'limit is required; Unknown parameter: page'
    """
    sentences = [_sentence(name, reason) for name, reason in fields.items()]
    more = len(sentences) - _MOST_SENTENCES
    told = sentences[:_MOST_SENTENCES] + ([f"and {more} more"] if more > 0 else [])
    return "; ".join(told)


def _sentence(name: str, reason: str) -> str:
    return f"{UNKNOWN_PARAMETER}: {name}" if reason == UNKNOWN_PARAMETER else reason
