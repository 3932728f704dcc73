"""Where a simulated exchange listens."""

from websockets.asyncio.server import Server


class ListeningServer:
    """A host and a port; port 0 is one that is free. Whoever derives from it sets `_server` once it listens."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._server: Server | None = None

    @property
    def port(self) -> int:
        """The port it listens on; once started, never 0."""
        if self._server is None:
            return self._port
        port: int = next(iter(self._server.sockets)).getsockname()[1]
        return port

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{self._host}:{self.port}"

    @property
    def rest_url(self) -> str:
        """The base of REST's addresses."""
        return f"http://{self.address}"
