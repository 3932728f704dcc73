"""What can be wrong with what is asked of a sweep."""

from collections.abc import Mapping

from streaming.commands.validation import validation_message


class SweepError(ValueError):
    """A sweep can't be made; `fields` says of each by name, such as `parameters.fast`, what is wrong."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(validation_message(fields))
        self.fields = dict(fields)
