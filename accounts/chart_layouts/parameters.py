"""What a chart layout is made of. Pure.

Bounded in shape and size; which parameters an indicator has and what they may be, the page looks at when it draws them.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec

from accounts.named_rows.parameters import SYMBOL_PATTERN, Name
from streaming.commands.parameters import Parameters
from streaming.events import Interval

MOST_INDICATORS = 12
_MOST_OF_ONE = 8

_Word = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_-]{0,19}\Z")]
_Symbol = Annotated[str, msgspec.Meta(pattern=rf"^({SYMBOL_PATTERN})?\Z")]


class ChartType(StrEnum):
    """What prices are drawn as."""

    CANDLES = "candles"
    BARS = "bars"
    LINE = "line"
    AREA = "area"
    HEIKIN_ASHI = "heikin-ashi"


class ChartScale(StrEnum):
    """How prices are measured."""

    LINEAR = "linear"
    LOGARITHMIC = "logarithmic"
    PERCENT = "percent"


class LayoutIndicator(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator in the chart; `colours` are names of the page's, by the name of what they stand in for."""

    key: _Word
    parameters: Annotated[dict[_Word, Decimal], msgspec.Meta(max_length=_MOST_OF_ONE)] = {}
    colours: Annotated[dict[_Word, _Word], msgspec.Meta(max_length=_MOST_OF_ONE)] = {}


class ChartLayout(msgspec.Struct, frozen=True, kw_only=True):
    """How the chart is drawn; `compare` is the market that is compared with the chart's, empty for none."""

    interval: Interval
    type: ChartType = ChartType.CANDLES
    scale: ChartScale = ChartScale.LINEAR
    compare: _Symbol = ""
    indicators: Annotated[tuple[LayoutIndicator, ...], msgspec.Meta(max_length=MOST_INDICATORS)] = ()


class NamedLayout(Parameters, frozen=True, kw_only=True):
    """A layout to be kept by that name, in place of one that has it."""

    name: Name
    layout: ChartLayout
