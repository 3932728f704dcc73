"""What is wrong with what apps declare. It is found when a process starts, before any client is served."""


class RegistrationError(ValueError):
    """Two apps declare the same thing, or one declares what can't be; the message names it."""
