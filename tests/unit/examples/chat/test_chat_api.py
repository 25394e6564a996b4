"""The demo server of the chat API, asked by plain httpx."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from chat_api import ChatApi

HELLO = {"messages": [{"role": "user", "content": "Hi"}]}


@pytest.fixture(name="client")
def client_fixture(chat_api: ChatApi) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {chat_api.api_key}"}
    with httpx.Client(base_url=chat_api.base_url, headers=headers) as client:
        yield client


def ask(client: httpx.Client, **fields: object) -> httpx.Response:
    return client.post("/v1/completions", json={"model": "demo", **HELLO, **fields})


def test_a_stream_is_server_sent_events_with_heartbeats(client: httpx.Client) -> None:
    response = ask(client, stream=True)
    assert response.headers["content-type"] == "text/event-stream"
    assert response.text.startswith(
        ": welcome\nretry: 1\n\n"
        'id: 1\ndata: {"type": "start", "id": "cmp-1", "model": "demo"}\n\n'
        ": still here\n\n"
        'id: 2\ndata: {"type": "text", "text": "You "}\n\n'
    )
    assert response.text.endswith(
        'data: {"type": "done", "reason": "stop"}\n\n: still here\n\ndata: [DONE]\n\n'
    )


def test_a_stream_goes_on_after_the_last_event_that_was_seen(client: httpx.Client) -> None:
    whole = ask(client, stream=True).text
    rest = client.get("/v1/completions/cmp-1/events", headers={"last-event-id": "3"}).text
    assert rest == ": welcome\nretry: 1\n\n" + whole[whole.index("id: 4\n") :]


def test_an_event_that_never_was_is_refused(client: httpx.Client) -> None:
    ask(client)
    refused = client.get("/v1/completions/cmp-1/events", headers={"last-event-id": "x"})
    assert (refused.status_code, refused.json()["error"]["type"]) == (400, "invalid_request")


def test_a_stream_may_break_off(client: httpx.Client) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        ask(client, model="demo-cut", stream=True)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"model": "x"}, "model must be one of demo, "),
        ({"model": ["x"]}, "model must be one of demo, "),
        ({"messages": []}, "messages must not be empty"),
        ({"messages": "Hi"}, "messages must be a list of objects"),
        ({"messages": [1]}, "messages must be a list of objects"),
        ({"tools": {}}, "tools must be a list of objects"),
    ],
)
def test_a_wrong_request_is_told_why(
    client: httpx.Client, fields: dict[str, object], message: str
) -> None:
    response = ask(client, **fields)
    assert response.status_code == 400
    assert response.json()["error"]["type"] == "invalid_request"
    assert response.json()["error"]["message"].startswith(message)


@pytest.mark.parametrize("content", ["", "{", "[]", "null"])
def test_a_body_that_is_no_request_is_refused(client: httpx.Client, content: str) -> None:
    assert client.post("/v1/completions", content=content).status_code == 400


def test_a_path_that_is_not_there_is_said_to_be_missing(client: httpx.Client) -> None:
    for path in ("/", "/v2", "/v1/completions/none", "/v1/completions/x/events"):
        assert client.get(path).status_code == 404


def test_without_a_key_nothing_is_answered(chat_api: ChatApi) -> None:
    assert httpx.get(f"{chat_api.base_url}/v1/models").status_code == 401


def test_every_other_request_to_a_busy_model_is_refused(client: httpx.Client) -> None:
    statuses = [ask(client, model="demo-busy").status_code for _ in range(4)]
    assert statuses == [429, 200, 429, 200]


def test_leaving_ends_connections_that_are_still_open() -> None:
    with ChatApi() as api, httpx.Client() as client:
        client.get(api.base_url)
    with pytest.raises(httpx.ConnectError):
        httpx.get(api.base_url)
