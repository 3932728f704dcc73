"""What a channel raises when it could not deliver.

DeliveryFailedError          it may be tried again later
├── RejectedError            it never will: this one is not taken, others may be
└── UnreachableError         it never will: the channel can't reach this user any more
"""


class DeliveryFailedError(Exception):
    """An attempt failed; `reason` is a sentence for people. The receiver may ask for a pause, in seconds."""

    def __init__(self, reason: str, *, pause_seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.pause_seconds = pause_seconds


class RejectedError(DeliveryFailedError):
    """The receiver wants this delivery never again: it is dead, and the channel goes on."""


class UnreachableError(DeliveryFailedError):
    """The channel can't reach the user until the user changes something: it is switched off."""
