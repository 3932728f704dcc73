"""In which circumstances each journey is made: a screen, the colours, and a way to use the page.

Every journey in all 24 of them would take a quarter of an hour: each meets all screens, both colours and all ways, and
all 24 occur between the journeys. `JOURNEY_CELLS=all` makes every journey in all of them.
"""

import os
from dataclasses import dataclass
from itertools import product
from typing import Literal

SCREENS = ((375, 812), (768, 1024), (1440, 900), (2560, 1440))
"""Width and height, in CSS pixels."""
SCHEMES = ("light", "dark")

Way = Literal["mouse", "touch", "keyboard"]
WAYS: tuple[Way, ...] = ("mouse", "touch", "keyboard")

JOURNEYS = ("first visit", "sign up", "alert", "order", "grid", "backtest", "wallet")


@dataclass(frozen=True)
class Cell:
    """The circumstances of a journey."""

    width: int
    height: int
    scheme: str
    way: Way

    def __str__(self) -> str:
        return f"{self.width}-{self.scheme}-{self.way}"


def cells_of(journey: str) -> list[Cell]:
    """Return those in which a journey is made in this run, narrow screens first."""
    if os.environ.get("JOURNEY_CELLS") == "all":
        return [Cell(*screen, scheme, way) for screen, scheme, way in product(SCREENS, SCHEMES, WAYS)]
    return chosen_cells(journey)


def chosen_cells(journey: str) -> list[Cell]:
    """Return one for each screen: ways and colours take turns, shifted from journey to journey."""
    turn = JOURNEYS.index(journey)
    return [
        Cell(*screen, SCHEMES[(place + turn // len(WAYS)) % len(SCHEMES)], WAYS[(place + turn) % len(WAYS)])
        for place, screen in enumerate(SCREENS)
    ]
