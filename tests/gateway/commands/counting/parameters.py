"""What the command is told to do."""

from enum import StrEnum

from streaming.commands.parameters import Parameters


class Then(StrEnum):
    """What happens once it has counted."""

    ANSWER = "answer"
    REFUSE = "refuse"
    BE_UNAVAILABLE = "be unavailable"
    BE_TOO_MUCH = "be too much"
    FAIL = "fail"
    ANSWER_WHAT_CAN_NOT_BE_WRITTEN = "answer what can not be written"
    DIE_BEFORE_COMMIT = "die before commit"
    DIE_AFTER_COMMIT = "die after commit"


class Count(Parameters, frozen=True):
    """Which counter to add one to."""

    name: str
    then: Then = Then.ANSWER
