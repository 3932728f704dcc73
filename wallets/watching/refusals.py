"""What is refused of wallets and transactions, in one wording for every interface.

CommandRefusedError
├── WalletNotFoundError         NOT_FOUND, there is no such wallet, or it is another's
├── TokenNotFoundError          NOT_FOUND, no such token was named for the wallet
├── TransactionNotFoundError    NOT_FOUND, there is no such transaction that one watches
├── ChainNotFoundError          NOT_FOUND, no chain of that name is followed
├── WatchedAlreadyError         CONFLICT, it is watched already
└── TooManyWatchedError         CONFLICT, as much is watched as a user may

What is wrong with what was given (no address, a bad checksum, no hash, an unknown chain) is a `WrongParametersError`.
"""

from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode


class WalletNotFoundError(CommandRefusedError):
    """There is no such wallet for whoever asks."""

    def __init__(self) -> None:
        super().__init__(CommandErrorCode.NOT_FOUND, "Not found")


class TokenNotFoundError(CommandRefusedError):
    """No such token was named for the wallet."""

    def __init__(self) -> None:
        super().__init__(CommandErrorCode.NOT_FOUND, "Not found")


class TransactionNotFoundError(CommandRefusedError):
    """Whoever asks watches no such transaction."""

    def __init__(self) -> None:
        super().__init__(CommandErrorCode.NOT_FOUND, "Not found")


class ChainNotFoundError(CommandRefusedError):
    """No chain of that name is followed."""

    def __init__(self) -> None:
        super().__init__(CommandErrorCode.NOT_FOUND, "Not found")


class WatchedAlreadyError(CommandRefusedError):
    """It is watched already."""

    def __init__(self, what: str) -> None:
        super().__init__(CommandErrorCode.CONFLICT, f"{what} is watched already")


class TooManyWatchedError(CommandRefusedError):
    """As much is watched as a user may."""

    def __init__(self, most: int, what: str) -> None:
        super().__init__(CommandErrorCode.CONFLICT, f"There may be at most {most} {what}")
