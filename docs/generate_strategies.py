"""The part of docs/strategies.md that is made from code: the shipped strategies with their parameters."""

from collections.abc import Iterator
from typing import Any

BEGIN = "<!-- the strategies: made by `make format` from those that are shipped -->"
END = "<!-- end of the strategies -->"


def strategies_section() -> str:
    """Return a section for each shipped strategy."""
    from trading.engine.strategies.shipped import SHIPPED  # noqa: PLC0415 - needs the path that `generate.py` sets

    lines = [line for strategy in SHIPPED for line in _lines(strategy)]
    return "\n".join((BEGIN, *lines, END))


def _lines(strategy: Any) -> Iterator[str]:
    from trading.engine.strategies.parameters import parameter_schema  # noqa: PLC0415 - see above

    yield from ("", f"### `{strategy.name}`: {strategy.title}", "", strategy.description, "")
    yield from ("| parameter | takes | default | what it is |", "|---|---|---|---|")
    for each in parameter_schema(strategy):
        yield f"| `{each.name}` | {_takes(each)} | {_default(each)} | {each.title}. {each.description} |"


def _takes(schema: Any) -> str:
    if schema.choices:
        return ", ".join(f"`{choice}`" for choice in schema.choices)
    bounds = f" from {schema.minimum} to {schema.maximum}" if schema.maximum is not None else ""
    return f"{schema.type}{bounds}"


def _default(schema: Any) -> str:
    if schema.required:
        return "has to be given"
    return "none" if schema.default is None else f"`{schema.default}`"
