"""Errors that nobody awaits."""

import asyncio


def report_unhandled(message: str, error: BaseException) -> None:
    """Let an error surface where the running loop's errors do: its exception handler, by default the log."""
    asyncio.get_running_loop().call_exception_handler({"message": message, "exception": error})
