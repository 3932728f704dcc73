"""Why a deployment can't be started here."""


class CannotStartError(Exception):
    """Something is missing, or in the way; the sentence says what, and what to do."""
