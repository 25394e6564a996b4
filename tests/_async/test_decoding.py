"""Results through a client: formats, leniency, headers, and models that know not everything."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

import httpx
import msgspec
import pytest

from sdkbase import (
    ApiResponse,
    AsyncHttpClient,
    AsyncResource,
    ConfigurationError,
    DecodeError,
    RequestOptions,
)
from sdkbase.models import (
    LENIENT,
    EpochMillis,
    FromHeaders,
    Int64String,
    Lenient,
    OpenEnum,
    Unknown,
    unknown_members,
)

BASE = "https://api.example/v1"
T = TypeVar("T")


class Status(OpenEnum):
    ACTIVE = "active"


class Card(msgspec.Struct, tag="card"):
    last4: str


class Bank(msgspec.Struct, tag="bank"):
    iban: str


class Account(msgspec.Struct, rename="camel"):
    account_id: Int64String
    status: Status
    created_at: EpochMillis
    paid_by: Card | Bank | Unknown
    extra: dict[str, Any] = unknown_members()


class Plain(msgspec.Struct, frozen=True):
    id: int


class Loose(Lenient, msgspec.Struct):
    id: int


class Page(msgspec.Struct, Generic[T]):
    items: list[T]


class Upload(FromHeaders, msgspec.Struct, frozen=True):
    location: str
    etag: str | None = None


class FileInfo(FromHeaders, msgspec.Struct, frozen=True):
    content_length: int
    last_modified: datetime | None = None
    accept_ranges: list[str] = []


ACCOUNT = (
    b'{"accountId":"9007199254740993","status":"frozen","createdAt":1767225600123,'
    b'"paidBy":{"type":"cash","notes":[5,10]},"nickName":"A"}'
)


class AsyncAccounts(AsyncResource[Account]):
    path = "/accounts"

    async def retrieve(self, account_id: int) -> Account:
        return await self._get("/{account_id}", account_id)

    async def update(self, account: Account) -> Account:
        return await self._put("/{account_id}", account.account_id, json_data=account)

    async def list(self) -> Page[Account]:
        return await self._get(cast_to=Page[Account])


class AsyncLoose(AsyncResource[Annotated[Plain, LENIENT]]):
    path = "/loose"

    async def retrieve(self) -> Plain:
        return await self._get()


class AsyncFiles(AsyncResource[Upload]):
    path = "/files"

    async def send(self, *chunks: bytes) -> Upload:
        upload = await self._post(json_data={"size": sum(map(len, chunks))})
        for chunk in chunks:
            await self._client.patch(upload.location, content=chunk, cast_to=None)
        return upload

    async def info(self, name: str) -> FileInfo:
        return await self._request("HEAD", "/{name}", name, cast_to=FileInfo)


def answering(*responses: httpx.Response) -> tuple[list[httpx.Request], AsyncHttpClient]:
    """Make a client that gets these responses, and the list of what it asks."""
    requests: list[httpx.Request] = []
    left = [*responses]

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return left.pop(0)

    return requests, AsyncHttpClient(BASE, transport=httpx.MockTransport(handler))


def body(content: bytes, content_type: str = "application/json") -> httpx.Response:
    return httpx.Response(200, headers={"content-type": content_type}, content=content)


async def test_a_model_that_does_not_know_everything() -> None:
    _, client = answering(body(ACCOUNT), body(b'{"items":[' + ACCOUNT + b"]}"))
    async with client:
        accounts = AsyncAccounts(client)
        account = await accounts.retrieve(7)
        assert await accounts.list() == Page([account])
    assert account.account_id == 9007199254740993
    assert account.status == "frozen" and not account.status.is_known
    assert account.created_at == datetime(2026, 1, 1, 0, 0, 0, 123000, tzinfo=UTC)
    assert account.paid_by == Unknown({"type": "cash", "notes": [5, 10]})
    assert account.extra == {"nickName": "A"}


async def test_what_was_kept_goes_back() -> None:
    requests, client = answering(body(ACCOUNT), body(ACCOUNT), body(b"null"))
    async with client:
        accounts = AsyncAccounts(client)
        account = await accounts.retrieve(7)
        account.extra["nickName"] = "B"
        await accounts.update(account)
        await client.post("/raw", msgpack_data=[account], cast_to=None)
    assert requests[1].content == ACCOUNT.replace(b'"A"', b'"B"')
    assert requests[1].url.path == "/v1/accounts/9007199254740993"
    packed = msgspec.msgpack.decode(requests[2].content)
    assert packed == [msgspec.json.decode(requests[1].content)]


@pytest.mark.parametrize(
    "content_type", ["application/msgpack", "application/x-msgpack", "application/vnd.acme+msgpack"]
)
async def test_messagepack_when_the_answer_says_so(content_type: str) -> None:
    packed = msgspec.msgpack.encode(msgspec.json.decode(ACCOUNT))
    _, client = answering(body(packed, content_type), body(ACCOUNT, "text/html"))
    async with client:
        accounts = AsyncAccounts(client)
        assert await accounts.retrieve(1) == await accounts.retrieve(1)


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (body(b"<!doctype html><title>Log in</title>"), "it is an HTML page"),
        (body(b"upstream timed out"), "it is no JSON but other text"),
        (body(b'{"id":'), "truncated"),
        (body(b""), "it is empty"),
        (body(b'{"id":7}\xff'), "malformed"),
        (body(b"\x81", "application/msgpack"), "truncated"),
    ],
)
async def test_a_body_that_is_not_what_its_label_says(response: httpx.Response, said: str) -> None:
    _, client = answering(response)
    async with client:
        with pytest.raises(DecodeError, match=said) as caught:
            await client.get("/things/1", cast_to=Plain)
    assert response.headers["content-type"] in str(caught.value)
    assert caught.value.status_code == 200


STRINGS = b'{"id":"7"}'


@pytest.mark.parametrize(
    ("cast_to", "content", "expected"),
    [
        (Annotated[Plain, LENIENT], STRINGS, Plain(7)),
        (list[Annotated[Plain, LENIENT]], b"[" + STRINGS + b"]", [Plain(7)]),
        (Loose, STRINGS, Loose(7)),
        (Page[Loose], b'{"items":[' + STRINGS + b"]}", Page([Loose(7)])),
        (ApiResponse[list[Loose]], b"[" + STRINGS + b"]", [Loose(7)]),
    ],
)
async def test_leniency_of_a_model(cast_to: Any, content: bytes, expected: object) -> None:
    _, client = answering(body(content))
    async with client:
        found = await client.get("/", cast_to=cast_to)
    assert getattr(found, "data", found) == expected


async def test_leniency_of_a_resource_and_of_a_call() -> None:
    class AsyncLenient(AsyncResource[Plain]):
        lenient = True

        async def retrieve(self) -> Plain:
            return await self._get("/x")

    _, client = answering(*[body(STRINGS) for _ in range(4)])
    async with client:
        assert await AsyncLoose(client).retrieve() == Plain(7)
        assert await AsyncLenient(client).retrieve() == Plain(7)
        options = RequestOptions(lenient=True)
        assert await client.get("/", cast_to=Plain, options=options) == Plain(7)
        with pytest.raises(DecodeError, match="Expected `int`, got `str`"):
            await client.get("/", cast_to=Plain)


async def test_an_upload_in_several_steps() -> None:
    requests, client = answering(
        httpx.Response(201, headers={"Location": "../v1/files/7?part=1", "ETag": 'W/"1"'}),
        httpx.Response(204),
        httpx.Response(204),
    )
    async with client:
        upload = await AsyncFiles(client).send(b"ab", b"c")
    assert upload == Upload("https://api.example/v1/files/7?part=1", 'W/"1"')
    assert [(r.method, r.url.path, r.url.query) for r in requests] == [
        ("POST", "/v1/files", b""),
        ("PATCH", "/v1/files/7", b"part=1"),
        ("PATCH", "/v1/files/7", b"part=1"),
    ]


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_headers_of_an_answer_of_any_kind(status: int) -> None:
    headers = {
        "content-length": "123",
        "last-modified": "Thu, 01 Jan 2026 00:00:00 GMT",
        "accept-ranges": "bytes, pages",
        "content-type": "application/json",
    }
    _, client = answering(httpx.Response(status, headers=headers))
    async with client:
        info = await AsyncFiles(client).info("a.txt")
    assert info == FileInfo(123, datetime(2026, 1, 1, tzinfo=UTC), ["bytes", "pages"])


async def test_the_location_is_relative_to_where_the_answer_came_from() -> None:
    moved = httpx.Response(307, headers={"location": "https://files.example/there/"})
    _, client = answering(moved, httpx.Response(201, headers={"location": "7"}))
    async with client:
        upload = await client.post("/here", json_data={}, cast_to=ApiResponse[Upload])
    assert upload.data.location == "https://files.example/there/7"
    assert upload.headers["location"] == "7"


async def test_a_header_that_is_not_there_is_named() -> None:
    _, client = answering(httpx.Response(201, json={"id": 7}))
    async with client:
        with pytest.raises(DecodeError) as caught:
            await client.post("/files", json_data={}, cast_to=Upload)
    assert str(caught.value) == (
        "POST /files -> 201: headers are not a valid Upload: there is no header `location`"
    )


def test_a_model_that_can_not_be_decoded_is_refused_with_the_class() -> None:
    with pytest.raises(ConfigurationError, match="AsyncFirst: .* made of headers"):

        class AsyncFirst(AsyncResource[list[Upload]]):
            pass

    with pytest.raises(ConfigurationError, match="AsyncSecond: .* msgspec does not know"):

        class AsyncSecond(AsyncResource[list[type]]):
            pass
