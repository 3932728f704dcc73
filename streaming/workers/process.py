"""The name of this process among all that share a channel layer and a database."""

import os
import secrets
import socket


def new_process_id() -> str:
    """Return a name that no other process has: host, process number, and something random."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
