"""What the client tells of a connection that is lost, and of one that is back."""

import msgspec


class Lost(msgspec.Struct, frozen=True):
    """The connection was lost, or could not be made again; another attempt follows in `delay` seconds."""

    why: str
    delay: float


class Back(msgspec.Struct, frozen=True):
    """It is back, after so many seconds."""

    seconds: float
