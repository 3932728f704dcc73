"""What an app says of its rows that belong to users: which are handed to their owner, and why others aren't.

Every model from which foreign keys lead to a user, or that names one in a column of its own, is declared in one of the
two ways (a test holds it), so that none is forgotten where users ask for their data.
"""

import msgspec


class OwnData(msgspec.Struct, frozen=True):
    """Rows of a model, as `app.Model`, that are a user's own; `owner` is the path to that user's id.

    `without` are columns that are nobody's to read: secrets, and what only a worker understands.
    """

    model: str
    owner: str
    without: tuple[str, ...] = ()


class KeptBack(msgspec.Struct, frozen=True):
    """A model of users' rows that is handed to nobody, and why, in words for these users."""

    model: str
    why: str
