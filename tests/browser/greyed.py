"""Conditions on what turns grey once it is old."""

import json


def is_grey(selector: str, *, like: str) -> str:
    """Return a condition: what `selector` finds has the colour of `like`, whose text is always muted."""
    return f"({_colour(selector)} === {_colour(like)})"


def _colour(selector: str) -> str:
    return f"getComputedStyle(document.querySelector('{selector}')).color"


_PARTS = {
    "quote": "#quote-price",
    "watch list": ".watch-list .price",
    "order book": ".order-book tbody td",
    "balance of the order book": "#order-book-bid-share",
    "trades": "#trade-rows td",
    "overview": "#overview-rows tr:not(.empty) td",
    "legend": "#chart-legend b",
}
_GROUNDS = {"price beyond": "#price-beyond"}
PARTS = [*_PARTS, *_GROUNDS]
"""All of the dashboard that tells what the market does."""
RANK_BY_TURNOVER = "document.querySelector('#overview-ranking [value=volumes]').click()"
"""There are rows then, also in an hour in which no market rises."""
PARTS_GREY = f"""(() => {{
  const muted = {_colour(".quote-figures dt")};
  const grey = (parts, property) => Object.entries(parts)
    .filter(([, selector]) => getComputedStyle(document.querySelector(selector))[property] === muted)
    .map(([name]) => name);
  return [...grey({json.dumps(_PARTS)}, "color"), ...grey({json.dumps(_GROUNDS)}, "backgroundColor")];
}})()"""
"""Which of them are grey, by one cell of each, or by its ground."""
PARTS_SHOWN = f"{json.dumps([*_PARTS.values(), *_GROUNDS.values()])}.every((part) => document.querySelector(part))"
"""Whether there is what is looked at for all of them."""
IS_PRICE_GREY = is_grey("#quote-price", like=".quote-figures dt")
"""On the dashboard."""
IS_TABLE_GREY = is_grey(".gateways td", like=".gateways th")
"""On the operators' page: that of its gateways."""
