"""Conditions on what turns grey once it is old."""


def is_grey(selector: str, *, like: str) -> str:
    """Return a condition: what `selector` finds has the colour of `like`, whose text is always muted."""
    return f"({_colour(selector)} === {_colour(like)})"


def _colour(selector: str) -> str:
    return f"getComputedStyle(document.querySelector('{selector}')).color"


IS_PRICE_GREY = is_grey("#quote-price", like=".quote-figures dt")
"""On the dashboard."""
IS_TABLE_GREY = is_grey(".gateways td", like=".gateways th")
"""On the operators' page: that of its gateways."""
