"""What a node answers instead of a result."""


class RpcError(Exception):
    """An error object: a code, a message, and data where there is some."""

    def __init__(self, code: int, message: str, data: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data

    def as_json(self) -> dict[str, object]:
        """Return the error object."""
        told: dict[str, object] = {"code": self.code, "message": self.message}
        return told if self.data is None else {**told, "data": self.data}


def parse_error() -> RpcError:
    """Return the error of what is no JSON."""
    return RpcError(-32700, "parse error")


def invalid_request(message: str = "invalid request") -> RpcError:
    """Return the error of JSON that is no request."""
    return RpcError(-32600, message)


def unknown_method(name: str) -> RpcError:
    """Return the error of a method that isn't there."""
    return RpcError(-32601, f"the method {name} does not exist/is not available")


def unsupported(message: str) -> RpcError:
    """Return the error of what can't be done here, though the method is known."""
    return RpcError(-32601, message)


def invalid_parameters(message: str) -> RpcError:
    """Return the error of parameters that can't be read."""
    return RpcError(-32602, message)


def refused(message: str) -> RpcError:
    """Return the error of what a node can't answer, though it has understood it."""
    return RpcError(-32000, message)


def reverted() -> RpcError:
    """Return the error of a call that a contract reverts."""
    return RpcError(3, "execution reverted", "0x")
