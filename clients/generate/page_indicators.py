"""The indicators that the server computes, as a module of JavaScript: pages build their choices of them."""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from clients.generate.descriptions import NOTICE
from clients.generate.typescript_text import comment
from streaming.indicators.catalogue import Indicator, Parameter

INDICATORS_FILE = "declared_indicators.js"
_ABOUT = "The indicators that the server computes, as streaming/indicators/catalogue.py declares them. Pure."
_TYPES = """\
/**
 * @typedef {{name: string, initial: number, least: number, most: number, isWhole: boolean}} DeclaredParameter
 * @typedef {object} DeclaredIndicator
 * @property {string} key
 * @property {string} title in words
 * @property {DeclaredParameter[]} parameters
 * @property {string[]} outputs
 * @property {[number, number]} [bounds] the least and the most that each of its outputs can be, by the formula itself
 * @property {number} warmUp of what never forgets its first candles: after how many times as many as its first value
 *   takes nothing is left of them; else 0
 */"""


def indicators_file(indicators: Iterable[Indicator]) -> str:
    """Return the module's text."""
    each = "\n".join(f"  {indicator.name}: {_object(indicator)}," for indicator in indicators)
    declared = f"/** @satisfies {{Record<string, DeclaredIndicator>}} */\nexport const DECLARED = {{\n{each}\n}};"
    return "\n\n".join(["\n".join(comment([_ABOUT, NOTICE])), _TYPES, declared]) + "\n"


def _object(indicator: Indicator) -> str:
    fields = {
        "key": _literal(indicator.name),
        "title": _literal(indicator.title),
        "parameters": _listed([_parameter(each) for each in indicator.parameters]),
        "outputs": _literal(list(indicator.outputs)),
        **({"bounds": _literal([_number(each) for each in indicator.bounds])} if indicator.bounds else {}),
        "warmUp": _literal(indicator.warm_up),
    }
    return "".join(["{\n", *(f"    {name}: {text},\n" for name, text in fields.items()), "  }"])


def _parameter(parameter: Parameter) -> str:
    fields = {
        "name": parameter.name,
        "initial": _number(parameter.default),
        "least": _number(parameter.minimum),
        "most": _number(parameter.maximum),
        "isWhole": parameter.is_whole,
    }
    return f"{{ {', '.join(f'{name}: {_literal(value)}' for name, value in fields.items())} }}"


def _listed(texts: Sequence[str]) -> str:
    if len(texts) == 1:
        return f"[{texts[0]}]"
    return "".join(["[\n", *(f"      {text},\n" for text in texts), "    ]"])


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
