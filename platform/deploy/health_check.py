"""Whether the process of this container answers: `python health_check.py PORT PATH` ends with 0, or with 1 and why not.

A gateway is asked for /health or /ready, a worker for /metrics, which may refuse (403): then it is there. It needs
Python alone, and is quick, as it runs every few seconds.
"""

import http.client
import os
import sys
from http import HTTPStatus

_SECONDS = 2
_WELL = (HTTPStatus.OK, HTTPStatus.FORBIDDEN)


def main() -> int:
    """Ask once, by a name that gateways serve; return the exit code."""
    port, path = int(sys.argv[1]), sys.argv[2]
    name = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].lstrip(".") or "localhost"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        connection.request("GET", path, headers={"Host": name})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        print(repr(error))  # noqa: T201 - what the engine shows of a container
        return 1
    print(status)  # noqa: T201
    return 0 if status in _WELL else 1


if __name__ == "__main__":
    sys.exit(main())
