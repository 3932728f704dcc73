#!/usr/bin/env python
"""The command line of a checkout, with `platform/` (a folder, not a package) and the client library on the path."""

import sys
from pathlib import Path


def main() -> None:
    """Run the management command named on the command line."""
    root = Path(__file__).resolve().parent
    sys.path[:0] = [str(root / "platform"), str(root / "clients" / "python")]
    from config import command_line  # noqa: PLC0415 - needs the path above

    command_line.main()


if __name__ == "__main__":
    main()
