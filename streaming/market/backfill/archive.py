"""Downloading files of the exchange's public archive, and holding them to their checksums."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import httpx2

from streaming.clock import Clock
from streaming.loopback import is_loopback
from streaming.market.backfill.archive_files import ArchiveFile
from streaming.market.backfill.archive_rows import checksum_of, rows_of
from streaming.market.backfill.errors import ArchiveMissingError, ArchiveRefusedError, ArchiveUnavailableError
from streaming.market.sources.answers import KlineRow
from streaming.market.sources.rest.client import tls_context

_CHECKSUM_BYTES = 1024


class Archive:
    """The archive at `base_url`; use it in an `async with`, which keeps its connections.

    Downloads go to nameless files in `folder`, which vanish with the process. `timeout` is for the whole of a file, in
    seconds; neither a file nor what it holds may be larger than `maximum_bytes`. After `attempts` failures in a row it
    is asked no more.
    """

    def __init__(
        self, base_url: str, *, folder: Path, timeout: float, maximum_bytes: int, attempts: int, clock: Clock
    ) -> None:
        self._folder = folder
        self._timeout = timeout
        self._maximum_bytes = maximum_bytes
        self._attempts = attempts
        self._failures = 0
        self._clock = clock
        self._client = httpx2.AsyncClient(
            base_url=base_url,
            timeout=timeout,
            verify=tls_context(),
            trust_env=not is_loopback(base_url),
            headers={"Accept-Encoding": "identity"},
        )

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, traceback)

    async def rows(self, file: ArchiveFile) -> tuple[KlineRow, ...]:
        """Return all candles of a file, oldest first; raise an `ArchiveError` where it can't be had or trusted."""
        if self._failures >= self._attempts:
            raise ArchiveUnavailableError("the archive does not answer and is asked no more")
        with tempfile.TemporaryFile(dir=self._folder) as content:
            digits = await self._download(file, content)
            if digits != await self._checksum(file):
                raise ArchiveRefusedError(f"{file.name}.zip does not match its checksum")
            return await asyncio.to_thread(
                rows_of, content, file, maximum_bytes=self._maximum_bytes, now_ms=self._clock.now_ms()
            )

    async def _download(self, file: ArchiveFile, content: IO[bytes]) -> str:
        """Write the file to `content`; return its SHA-256."""
        digest, size = hashlib.sha256(), 0
        async with self._answer(file.path, file) as response:
            if response.status_code == HTTPStatus.NOT_FOUND:
                raise ArchiveMissingError(f"the archive has no {file.name}.zip")
            _require_ok(response, file)
            async for part in response.aiter_raw():
                size += len(part)
                if size > self._maximum_bytes:
                    raise ArchiveRefusedError(f"{file.name}.zip is larger than {self._maximum_bytes} bytes")
                digest.update(part)
                content.write(part)
        if not size:
            raise ArchiveRefusedError(f"{file.name}.zip is empty")
        return digest.hexdigest()

    async def _checksum(self, file: ArchiveFile) -> str:
        body = b""
        async with self._answer(f"{file.path}.CHECKSUM", file) as response:
            if response.status_code == HTTPStatus.NOT_FOUND:
                raise ArchiveRefusedError(f"{file.name}.zip has no checksum")
            _require_ok(response, file)
            async for part in response.aiter_raw():
                body += part
                if len(body) > _CHECKSUM_BYTES:
                    break
        return checksum_of(body, file)

    @asynccontextmanager
    async def _answer(self, path: str, file: ArchiveFile) -> AsyncIterator[httpx2.Response]:
        try:
            async with asyncio.timeout(self._timeout), self._client.stream("GET", path) as response:
                yield response
                self._failures = 0
        except ArchiveUnavailableError:
            self._failures += 1
            raise
        except httpx2.RemoteProtocolError as error:
            self._failures += 1
            raise ArchiveUnavailableError(f"{file.name}.zip ended early: {error}") from error
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError) as error:
            self._failures += 1
            reason = str(error) or type(error).__name__
            raise ArchiveUnavailableError(f"the archive can't be reached: {reason}") from error


def _require_ok(response: httpx2.Response, file: ArchiveFile) -> None:
    if response.status_code != HTTPStatus.OK:
        raise ArchiveUnavailableError(f"the archive answered HTTP {response.status_code} for {file.name}.zip")
