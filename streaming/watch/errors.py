"""What ends the watch before its time.

WatchError          a sentence for people: could not connect, was refused, was closed
└── LoginRefusedError   whoever gives tokens and tickets refused, and would again
OutputClosedError   nobody reads what is printed any more, as in `watch … | head`
"""


class WatchError(Exception):
    """What went wrong and what to do, in a sentence without a secret in it."""


class LoginRefusedError(WatchError):
    """The password or the token is no good."""


class OutputClosedError(Exception):
    """Nobody reads the output any more."""
