"""Room for many connections: each is an open file, on either side."""

import resource


def raise_open_files() -> None:
    """Let this process, and those started from here, open as many files as the system allows."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
