"""What an app says of its rows that belong to users: which are handed to their owner, and what deleting a user leaves.

Every model from which foreign keys lead to a user, or that names one in a column of its own, is declared in one of the
two ways (a test holds it), so that none is forgotten where users ask for their data, or to be deleted.
"""

import msgspec


class OwnData(msgspec.Struct, frozen=True):
    """Rows of a model, as `app.Model`, that are a user's own; `owner` is the path to that user's id.

    `without` are columns that are nobody's to read: secrets, and what only a worker understands. `called` is what users
    call its rows where that isn't the model's own name. Rows go with the user, unless `stays` says, in words for these
    users, what stays and why: the app's `UserDeletion` takes the person out.
    """

    model: str
    owner: str
    without: tuple[str, ...] = ()
    called: str = ""
    stays: str = ""


class KeptBack(msgspec.Struct, frozen=True):
    """A model of users' rows that is handed to nobody, and why, in words for these users.

    Its rows go with the user to whose id `owner` is the path.
    """

    model: str
    why: str
    owner: str = "user"
    stays: str = ""
