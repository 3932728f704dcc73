"""What is given of rows that users keep by name. Pure."""

from typing import Annotated

import msgspec

from streaming.commands.parameters import Parameters

LONGEST_NAME = 40

Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME, pattern=r"\S")]
"""Stored without the white space around it."""
SYMBOL_PATTERN = r"[A-Z0-9][A-Za-z0-9._/-]{0,31}"
"""Also as other exchanges list them: BTC-USD, BTC/USD, AAPLx/USD."""

SymbolName = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^{SYMBOL_PATTERN}\Z",
        extra_json_schema={"description": "a symbol as the market lists it, as BTCUSDT"},
    ),
]


class RowId(Parameters, frozen=True, kw_only=True):
    """Which row."""

    id: Id
