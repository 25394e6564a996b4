"""What the tests of downloads share."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path
from typing import Any

import pytest

from sdkbase import AsyncHttpClient, RequestOptions, RetryConfig, TransportError
from sdkbase._async.download import AsyncDownloader
from sdkbase._policy.download_plan import DownloadedFile
from tests.file_server import FileServer

DATA = bytes(range(256)) * 40
SHA256 = hashlib.sha256(DATA).hexdigest()
NEW = bytes(reversed(DATA))


def client_of(server: FileServer, **settings: Any) -> AsyncHttpClient:
    settings.setdefault("retry_config", RetryConfig(backoff_factor=0))
    return AsyncHttpClient(server.url, **settings)


async def download(client: Any, target: Any, url: str = "/file", **args: Any) -> DownloadedFile:
    file: DownloadedFile = await client.download(url, target, **args)
    return file


async def download_by(method: str, client: Any, target: Any, **args: Any) -> DownloadedFile:
    options = args.pop("options", None)
    call = client._sender.prepare(method, "/file", options=options)
    return await AsyncDownloader(client._sender, call, options).download(target, **args)


async def broken_download(server: FileServer, target: Path, cut: int, **args: Any) -> None:
    """Download until the connection breaks, and give up."""
    server.cuts = [cut]
    async with client_of(server) as client:
        with pytest.raises(TransportError):
            await download(client, target, options=RequestOptions(max_retries=0), **args)


def read(path: Path) -> bytes:
    return path.read_bytes()


def write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def part_of(path: Path) -> bytes:
    return path.with_name(f"{path.name}.part").read_bytes()


def note_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.part.json")


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def left_of(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir())
