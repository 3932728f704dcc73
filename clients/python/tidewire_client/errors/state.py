"""Errors of keeping state in step."""

from tidewire_client.errors.base import TidewireError


class StateError(TidewireError):
    """State could not be kept in step; `name` is the entity's."""

    code = "state_failed"

    def __init__(self, name: str, message: str) -> None:
        """Keep the entity's name."""
        super().__init__(message)
        self.name = name


class StateLoadError(StateError):
    """`load` of an entity failed, by `cause`; the former value stays until it is loaded again.

    It is by itself after each connect, and, with back-off, where the cause is in passing: its code is `TIMEOUT`,
    `UNAVAILABLE`, `RATE_LIMITED` or `QUEUE_FULL`, or it is a `TimeoutError`.
    """

    code = "state_load_failed"

    def __init__(self, name: str, cause: BaseException) -> None:
        """Keep what it raised."""
        super().__init__(name, f"The snapshot of {name} could not be made: {str(cause) or type(cause).__name__}")
        self.cause = cause


class StateNotLoadedError(StateError):
    """An entity without a value can't be updated."""

    code = "state_not_loaded"

    def __init__(self, name: str) -> None:
        """Name the entity."""
        super().__init__(name, f"{name} was not loaded yet")
