"""Closing through a server that knows ASGI and nothing of ours."""

from typing import Any

import pytest

from streaming.gateway.sending.transport import Transport


class LikeDaphne:
    """A server whose library sends of the codes below 3000 only 1000."""

    def __init__(self) -> None:
        self.closed: list[tuple[int, str]] = []

    async def send(self, message: Any) -> None:
        """Take a close, or refuse its code."""
        code = message["code"]
        if code != 1000 and not 3000 <= code <= 4999:
            raise Exception(f"invalid close code {code}")  # noqa: TRY002 - as its library does
        self.closed.append((code, message["reason"]))


@pytest.mark.parametrize(("code", "told"), [(1000, 1000), (1012, 4012), (4408, 4408)])
async def test_a_code_that_the_server_refuses_is_told_as_one_of_ours(code: int, told: int) -> None:
    server = LikeDaphne()
    await Transport(server.send).close(code, "why")
    assert server.closed == [(told, "why")]


@pytest.mark.parametrize(("code", "error"), [(1012, ConnectionResetError), (4408, ValueError)])
async def test_any_other_failure_is_raised_and_nothing_tried_again(code: int, error: type[Exception]) -> None:
    tried: list[int] = []

    async def send(message: Any) -> None:
        tried.append(message["code"])
        raise error

    with pytest.raises(error):
        await Transport(send).close(code, "why")
    assert tried == [code]
