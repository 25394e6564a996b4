"""Streams of bytes, lines and NDJSON: reading them, leaving them, and what breaks on the way."""

from __future__ import annotations

import gc
import gzip
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import msgspec
import pytest

from sdkbase import (
    AsyncClock,
    AsyncHttpClient,
    ClientClosedError,
    ConfigurationError,
    ConnectionLostError,
    DeadlineExceededError,
    DecodeError,
    InternalServerError,
    InvalidRequestError,
    NotFoundError,
    PoolConfig,
    ProtocolError,
    ReadTimeoutError,
    RequestInterceptor,
    RequestOptions,
    RetryConfig,
    SdkError,
    ServiceUnavailableError,
    StatusError,
    StreamClosedError,
    StreamError,
    TimeoutConfig,
    TransportError,
)
from sdkbase._async.item_stream import AsyncItemStream
from sdkbase._async.opener import AsyncOpener
from sdkbase._async.stream import AsyncStreamedResponse
from sdkbase._policy.deadline import AttemptTimeout
from sdkbase._wire.call import Call
from sdkbase._wire.codec import decoder_for
from sdkbase._wire.lines import ByteChunks, JsonLines, TextLines
from sdkbase._wire.reply import Reply
from tests.stream_server import END, PATH, chunk, head, plain, serving
from tests.two_colour import AsyncNursery, AsyncVirtualClock

BASE = "https://api.example"
NDJSON = "application/x-ndjson"
ONE_CONNECTION: dict[str, Any] = {
    "retry_config": RetryConfig(max_retries=0),
    "pool_config": PoolConfig(max_connections=1),
    "timeout_config": TimeoutConfig(pool=1),
}


class Row(msgspec.Struct):
    n: int


def rows(client: AsyncHttpClient, **args: Any) -> AsyncItemStream[Row]:
    return stream(client, JsonLines(decoder_for(Row)), **args)


def stream(
    client: AsyncHttpClient, parser: Any, options: RequestOptions | None = None, **args: Any
) -> AsyncItemStream[Any]:
    sender = client._sender
    call = sender.prepare("GET", PATH, options=options, **args)
    return AsyncItemStream(AsyncOpener(sender, call, options), parser)


async def wait_until(condition: Callable[[], bool]) -> None:
    """Let others run until the *condition* holds."""
    while not condition():
        await AsyncClock().sleep(0.002)


async def read_into(found: list[Any], items: AsyncItemStream[Any]) -> None:
    """Put the items into *found*, also those that come before an error."""
    async for item in items:
        found += [item]


class Pieces(httpx.AsyncByteStream):
    """Yield pieces, then perhaps raise; tells whether it was closed."""

    def __init__(self, *pieces: bytes, error: BaseException | None = None) -> None:
        self.pieces = pieces
        self.error = error
        self.given = 0
        self.closed = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            self.given += 1
            yield piece
        if self.error is not None:
            raise self.error

    async def aclose(self) -> None:
        self.closed += 1


def answering(body: Pieces, status: int = 200, **headers: str) -> httpx.MockTransport:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.MockTransport(lambda _: httpx.Response(status, headers=fields, stream=body))


def client_of(transport: httpx.MockTransport, **settings: Any) -> AsyncHttpClient:
    settings = {"retry_config": RetryConfig(max_retries=0), **settings}
    return AsyncHttpClient(BASE, transport=transport, **settings)


# --- reading --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parser", "items"),
    [
        (ByteChunks, [b'{"n":1}\r\n{"n', b'":2}']),
        (TextLines, ['{"n":1}', '{"n":2}']),
        (lambda: JsonLines(decoder_for(Row)), [Row(1), Row(2)]),
    ],
)
async def test_items_of_every_kind(parser: Callable[[], Any], items: list[Any]) -> None:
    body = Pieces(b'{"n":1}\r\n{"n', b'":2}')
    async with client_of(answering(body)) as client, stream(client, parser()) as found:
        assert [item async for item in found] == items
    assert body.closed >= 1


async def test_the_request_is_sent_when_the_block_is_entered() -> None:
    requests: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, headers={"x-total": "2"}, stream=Pieces(b'{"n":1}\n'))

    async with client_of(httpx.MockTransport(handler)) as client:
        found = rows(client, headers={"x-mine": "1"})
        assert requests == []
        async with found:
            assert len(requests) == 1
            assert found.response.status_code == 200
            assert found.response.headers["x-total"] == "2"
            assert await found.collect() == [Row(1)]
        assert found.response.headers["x-total"] == "2"
    (request,) = requests
    assert request.headers["accept"].startswith("application/x-ndjson, ")
    assert request.headers["x-mine"] == "1"


async def test_headers_of_the_call_win() -> None:
    requests: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, stream=Pieces())

    async with client_of(httpx.MockTransport(handler), headers={"accept": "of/client"}) as client:
        options = RequestOptions(headers={"Accept": "of/call"})
        assert await rows(client, options=options).collect() == []
        assert await rows(client).collect() == []
    assert requests[0].headers["accept"] == "of/call"
    assert requests[1].headers["accept"].startswith("application/x-ndjson")


async def test_iterating_without_the_block_closes_at_the_end() -> None:
    body = Pieces(b'{"n":1}\n{"n":2}\n')
    async with client_of(answering(body)) as client:
        assert [row.n async for row in rows(client)] == [1, 2]
    assert body.closed >= 1


async def test_reading_goes_on_where_it_was_left_within_the_block() -> None:
    wire = answering(Pieces(b"a\nb\nc\n"))
    async with client_of(wire) as client, stream(client, TextLines()) as lines:
        async for line in lines:
            assert line == "a"
            break
        assert await anext(lines) == "b"
        assert await lines.collect() == ["c"]
        with pytest.raises(StopAsyncIteration):
            await anext(lines)


async def test_the_block_may_be_entered_after_the_first_item() -> None:
    async with client_of(answering(Pieces(b"a\nb\n"))) as client:
        lines = stream(client, TextLines())
        assert await anext(lines) == "a"
        async with lines:
            assert await lines.collect() == ["b"]


async def test_a_transport_of_ones_own_may_give_any_stream() -> None:
    class Endless:
        def __aiter__(self) -> AsyncIterator[bytes]:
            return self

        async def __anext__(self) -> bytes:
            return b"a\n"

    class Own(httpx.AsyncByteStream):
        closed = False

        def __aiter__(self) -> AsyncIterator[bytes]:
            return Endless()

        async def aclose(self) -> None:
            self.closed = True

    class Transport:
        async def send(self, call: Call, timeout: AttemptTimeout, *, stream: bool = False) -> Reply:
            return Reply(200, [], None, stream=own, response_class=AsyncStreamedResponse)

        async def aclose(self) -> None:
            pass

    own = Own()
    client = AsyncHttpClient(BASE, transport=Transport())
    async with client, stream(client, TextLines()) as lines:
        assert [await anext(lines), await anext(lines)] == ["a", "a"]
    assert own.closed


async def test_items_come_before_the_body_is_complete() -> None:
    body = Pieces(b"a\nb\n", b"c\n")
    async with client_of(answering(body)) as client, stream(client, TextLines()) as lines:
        assert await anext(lines) == "a"
        assert body.given == 1


async def test_compressed_bodies_are_decoded() -> None:
    content = gzip.compress(b'{"n":1}\n' * 3)
    body = Pieces(content[:10], content[10:20], content[20:])
    async with client_of(answering(body, content_encoding="gzip")) as client:
        assert await rows(client).collect() == [Row(1)] * 3


async def test_bodies_of_two_codings_are_decoded() -> None:
    body = Pieces(gzip.compress(gzip.compress(b'{"n":1}\n')))
    async with client_of(answering(body, content_encoding="gzip, gzip")) as client:
        assert await rows(client).collect() == [Row(1)]


async def test_an_empty_body() -> None:
    async with client_of(answering(Pieces())) as client:
        assert await rows(client).collect() == []


async def test_a_hook_may_read_or_replace_the_response() -> None:
    class Replacer(RequestInterceptor):
        def after_response(self, response: httpx.Response) -> httpx.Response:
            return httpx.Response(200, content=b'{"n":7}', request=response.request)

    body = Pieces(b'{"n":1}\n')
    async with client_of(answering(body), interceptors=[Replacer()]) as client:
        assert await rows(client).collect() == [Row(7)]
    assert body.closed >= 1


async def test_the_body_is_not_read_in_two_places() -> None:
    wire = answering(Pieces(b"a\nb\n"))
    async with client_of(wire) as client, stream(client, TextLines()) as lines:
        with pytest.raises(httpx.StreamConsumed):
            await lines.response.aread()
        assert await lines.collect() == ["a", "b"]


# --- wrong use ------------------------------------------------------------------------------


async def test_a_stream_that_is_not_open_has_no_response() -> None:
    async with client_of(answering(Pieces())) as client:
        found = rows(client)
        with pytest.raises(StreamClosedError, match=f"GET {PATH} new> is not open yet: enter its"):
            _ = found.response


async def test_a_stream_can_be_read_once() -> None:
    body = Pieces(b'{"n":1}\n')
    async with client_of(answering(body)) as client:
        found = rows(client)
        assert await found.collect() == [Row(1)]
        with pytest.raises(StreamClosedError, match="can not be read again: call the method that"):
            await found.collect()
        with pytest.raises(StreamClosedError, match="can not be read again"):
            async with found:
                pass
    assert body.given == 1


async def test_a_stream_that_was_closed_gives_nothing() -> None:
    async with client_of(answering(Pieces(b'{"n":1}\n{"n":2}\n'))) as client:
        async with rows(client) as found:
            await anext(found)
        with pytest.raises(StreamClosedError, match="closed> can not be read again"):
            await anext(found)
        await found.aclose()
        await found.aclose()
        never = rows(client)
        await never.aclose()
        with pytest.raises(StreamClosedError):
            await never.collect()


async def test_a_closed_client_opens_no_stream() -> None:
    async with client_of(answering(Pieces())) as client:
        found = rows(client)
    with pytest.raises(ClientClosedError):
        await found.collect()


async def test_wrong_arguments_are_told_before_anything_is_sent() -> None:
    async with client_of(answering(Pieces())) as client:
        with pytest.raises(InvalidRequestError):
            rows(client, headers={"x": "a\nb"})


# --- statuses -------------------------------------------------------------------------------


class Problem(msgspec.Struct):
    detail: str


async def test_a_status_is_raised_with_its_decoded_body() -> None:
    class Client(AsyncHttpClient):
        error_model = Problem

    body = Pieces(b'{"detail":', b'"no such feed"}')
    wire = answering(body, 404, x_request_id="r-1", content_type="application/json")
    async with Client(BASE, transport=wire) as client:
        with pytest.raises(NotFoundError, match=f"GET {PATH} -> 404 Not Found: no such") as caught:
            await rows(client).collect()
    assert caught.value.body == Problem("no such feed")
    assert caught.value.request_id == "r-1"
    assert caught.value.attempts == 1
    assert body.closed >= 1


async def test_the_body_of_a_status_is_uncompressed() -> None:
    body = Pieces(gzip.compress(b'{"detail":"no"}'))
    async with client_of(answering(body, 404, content_encoding="gzip")) as client:
        with pytest.raises(NotFoundError) as caught:
            async with rows(client):
                pass
    assert caught.value.body == {"detail": "no"}
    assert caught.value.response.content == b'{"detail":"no"}'


@pytest.mark.parametrize(
    "body",
    [
        Pieces(b'{"det', error=httpx.RemoteProtocolError("cut")),
        Pieces(error=httpx.ReadTimeout("slow")),
    ],
)
async def test_a_body_that_breaks_does_not_hide_the_status(body: Pieces) -> None:
    async with client_of(answering(body, 500)) as client:
        with pytest.raises(InternalServerError):
            await rows(client).collect()
    assert body.closed >= 1


async def test_a_body_that_lies_about_its_coding_does_not_hide_the_status() -> None:
    async with client_of(answering(Pieces(b"no gzip"), 500, content_encoding="gzip")) as client:
        with pytest.raises(InternalServerError):
            await rows(client).collect()


async def test_the_body_of_a_status_is_read_up_to_a_bound() -> None:
    body = Pieces(*[b"x" * 65536] * 1000)
    async with client_of(answering(body, 500)) as client:
        with pytest.raises(InternalServerError):
            await rows(client).collect()
    assert body.given == 16


async def test_a_redirect_that_is_not_followed_is_a_status() -> None:
    wire = answering(Pieces(), 302, location="/other")
    async with client_of(wire, follow_redirects=False) as client:
        with pytest.raises(StatusError) as caught:
            await rows(client).collect()
    assert caught.value.status_code == 302


@pytest.mark.wire
async def test_opening_is_retried() -> None:
    retries = RetryConfig(max_retries=1, backoff_factor=0)
    body = chunk('{"n":1}\n')
    with serving([plain("503 Busy", b"{}")], [head(NDJSON), body, END]) as server:
        async with AsyncHttpClient(server.url, retry_config=retries) as client:
            assert await rows(client).collect() == [Row(1)]
    assert len(server.requests) == 2


async def test_giving_up_is_told() -> None:
    retries = RetryConfig(max_retries=1, backoff_factor=0)
    async with client_of(answering(Pieces(), 503), retry_config=retries) as client:
        with pytest.raises(ServiceUnavailableError) as caught:
            await rows(client).collect()
    assert caught.value.attempts == 2
    assert "gave up after 2 attempts" in caught.value.__notes__[0]


# --- breaking -------------------------------------------------------------------------------


async def test_a_record_that_does_not_decode_is_told_with_its_line() -> None:
    body = Pieces(b'{"n":1}\n\n{"n":"two"}\n{"n":3}\n')
    async with client_of(answering(body, x_request_id="r-2")) as client:
        found: list[Row] = []
        with pytest.raises(DecodeError, match=f"GET {PATH} -> 200: line 3 is not a") as caught:
            await read_into(found, rows(client))
    assert found == [Row(1)]
    assert (caught.value.path, caught.value.excerpt) == ("$.n", '{"n":"two"}')
    assert (caught.value.attempts, caught.value.request_id) == (1, "r-2")
    assert caught.value.__cause__ is None
    assert body.closed >= 1


async def test_a_line_that_is_too_long_is_told() -> None:
    async with client_of(answering(Pieces(b"x" * 100))) as client:
        with pytest.raises(StreamError, match="a line is longer than max_line_bytes=10"):
            await stream(client, TextLines(max_line_bytes=10)).collect()


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (httpx.ReadError("reset"), ConnectionLostError),
        (httpx.ReadTimeout("slow"), ReadTimeoutError),
        (httpx.RemoteProtocolError("cut"), ProtocolError),
    ],
)
async def test_what_breaks_is_an_error_of_the_tree(raised: Exception, kind: type[SdkError]) -> None:
    body = Pieces(b'{"n":1}\n{"n":', error=raised)
    found: list[Row] = []
    async with client_of(answering(body)) as client:
        with pytest.raises(kind) as caught:
            async with rows(client) as items:
                await read_into(found, items)
    assert found == [Row(1)]
    assert isinstance(caught.value, TransportError)
    assert caught.value.attempts == 1
    assert body.closed >= 1


async def test_an_interruption_closes_the_stream() -> None:
    class Interrupted(BaseException):
        pass

    body = Pieces(b"a\n", error=Interrupted())
    async with client_of(answering(body)) as client:
        lines = stream(client, TextLines())
        assert await anext(lines) == "a"
        with pytest.raises(Interrupted):
            await anext(lines)
        assert body.closed >= 1
        assert repr(lines).endswith(" closed>")

    def handler(request: httpx.Request) -> httpx.Response:
        raise Interrupted

    async with client_of(httpx.MockTransport(handler)) as client:
        lines = stream(client, TextLines())
        with pytest.raises(Interrupted):
            await anext(lines)
        assert repr(lines).endswith(" closed>")


async def test_a_compressed_body_that_ends_too_early_is_an_error() -> None:
    body = Pieces(gzip.compress(b'{"n":1}\n')[:-3])
    async with client_of(answering(body, content_encoding="gzip")) as client:
        with pytest.raises(ProtocolError, match="ends too early") as caught:
            await rows(client).collect()
    assert caught.value.attempts == 1


@pytest.mark.wire
@pytest.mark.parametrize("end", ["close", "reset"])
async def test_a_connection_cut_in_the_body(end: str) -> None:
    first = [head(NDJSON), chunk('{"n":1}\n{"n":2}\n{"n"'), 0.02, end]
    with serving(first, [plain("200 OK", b"{}")]) as server:
        async with AsyncHttpClient(server.url, **ONE_CONNECTION) as client:
            found: list[Row] = []
            with pytest.raises(TransportError, match=f"GET {PATH}: "):
                await read_into(found, rows(client))
            assert found == [Row(1), Row(2)]
            assert (await client.get(PATH)).status_code == 200


@pytest.mark.wire
async def test_a_server_that_falls_silent_meets_the_idle_timeout() -> None:
    options = RequestOptions(timeout=TimeoutConfig(read=0.25))
    steps = [head(NDJSON), *[0.08, chunk('{"n":1}\n')] * 4, "hold"]
    with serving(steps) as server:
        async with AsyncHttpClient(server.url, **ONE_CONNECTION) as client:
            found: list[Row] = []
            with pytest.raises(ReadTimeoutError, match="sent nothing for 0.25 s"):
                await read_into(found, rows(client, options=options))
    # Each wait was short, though all of them together took longer than the limit.
    assert found == [Row(1)] * 4


@pytest.mark.wire
@pytest.mark.parametrize("steps", [["hold"], [head(NDJSON), chunk('{"n":1}\n'), "hold"]])
async def test_an_idle_timeout_is_named_where_it_was_given(steps: list[Any]) -> None:
    with serving(steps, steps) as server:
        async with AsyncHttpClient(server.url, **ONE_CONNECTION) as client:
            given: dict[str, dict[str, Any]] = {
                "idle_timeout": {"idle_timeout": 0.1},
                "TimeoutConfig.read": {"options": RequestOptions(timeout=0.1)},
            }
            for name, args in given.items():
                lines = client.stream_lines("GET", PATH, **args)
                with pytest.raises(ReadTimeoutError) as caught:
                    await lines.collect()
                assert str(caught.value).endswith(f"the server sent nothing for 0.1 s ({name})")
                assert len(caught.value.history) == 1


@pytest.mark.parametrize("wrong", ["x", 0, -1, True, float("inf")])
async def test_a_wrong_idle_timeout_is_named(wrong: Any) -> None:
    async with AsyncHttpClient(BASE) as client:
        with pytest.raises(ConfigurationError, match="^idle_timeout must be "):
            client.stream_lines("GET", PATH, idle_timeout=wrong)


@pytest.mark.wire
async def test_a_deadline_of_the_call_bounds_the_whole_stream() -> None:
    options = RequestOptions(deadline=0.3)
    steps = [head(NDJSON), *[chunk('{"n":1}\n'), 0.02] * 200, END]
    with serving(steps) as server:
        async with AsyncHttpClient(server.url, **ONE_CONNECTION) as client:
            found: list[Row] = []
            with pytest.raises(DeadlineExceededError, match="deadline of 0.3 s"):
                await read_into(found, rows(client, options=options))
            assert 0 < len(found) < 100


async def test_a_deadline_of_the_client_does_not_bound_a_stream() -> None:
    class Dripping(Pieces):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            for _ in range(20):
                clock.now += 1
                yield b"drip\n"

    clock = AsyncVirtualClock()
    async with client_of(answering(Dripping()), clock=clock, deadline=5) as client:
        assert await stream(client, TextLines()).collect() == ["drip"] * 20
        with pytest.raises(DeadlineExceededError):
            await stream(client, TextLines(), options=RequestOptions(deadline=5)).collect()


# --- leaving --------------------------------------------------------------------------------


@pytest.mark.wire
async def test_a_stream_read_to_its_end_gives_its_connection_back() -> None:
    with serving([head(NDJSON), chunk('{"n":1}\n'), END]) as server:
        async with AsyncHttpClient(server.url, **ONE_CONNECTION) as client:
            for _ in range(3):
                assert await rows(client).collect() == [Row(1)]
    assert server.accepted == 1


@pytest.mark.wire
@pytest.mark.parametrize("how", ["left", "raised"])
async def test_a_stream_left_early_closes_its_connection(how: str) -> None:
    with serving([head(NDJSON), chunk('{"n":1}\n{"n":2}\n'), "hold"]) as server:
        async with AsyncHttpClient(server.url, **ONE_CONNECTION) as client:
            for _ in range(3):
                with pytest.raises(KeyError):
                    async with rows(client) as found:
                        assert await anext(found) == Row(1)
                        if how == "raised":
                            raise KeyError("mine")
                    raise KeyError("left")
    assert server.accepted == 3
    gc.collect()


async def test_a_stream_without_a_block_that_breaks_gives_its_connection_back() -> None:
    body = Pieces(b'{"n":1}\n', b"broken\n", b'{"n":3}\n')
    async with client_of(answering(body)) as client:
        found = rows(client)
        assert await anext(found) == Row(1)
        with pytest.raises(DecodeError):
            await anext(found)
        assert body.closed >= 1
        with pytest.raises(StreamClosedError):
            await anext(found)


# trio warns as well, of the generator that holds the connection.
@pytest.mark.wire
@pytest.mark.filterwarnings(
    "ignore:.*garbage collected before it had been exhausted:ResourceWarning",
    "ignore:.*generator object:pytest.PytestUnraisableExceptionWarning",
)
@pytest.mark.parametrize("begun", [True, False])
async def test_a_stream_that_is_dropped_gives_its_connection_back_and_warns(begun: bool) -> None:
    first = [head(NDJSON), chunk('{"n":1}\n{"n":2}\n'), "hold"]
    with serving(first, [plain("200 OK", b"{}")]) as server:
        async with AsyncHttpClient(server.url, **ONE_CONNECTION) as client:
            found = rows(client)
            if begun:
                assert await anext(found) == Row(1)
            else:
                await found.__aenter__()
            with pytest.warns(ResourceWarning, match=f"GET {PATH} open> was dropped before its"):
                del found
                gc.collect()
            # There is one connection, so this waits until it is given back.
            assert (await client.get(PATH)).status_code == 200
            gc.collect()


@pytest.mark.wire
async def test_a_stream_can_be_closed_while_someone_reads_it() -> None:
    async def read() -> None:
        with pytest.raises(StreamClosedError, match="can not be read again"):
            await read_into(found, items)

    found: list[Row] = []
    first = [head(NDJSON), chunk('{"n":1}\n'), "hold"]
    with serving(first, [plain("200 OK", b"{}")]) as server:
        async with AsyncHttpClient(server.url, **ONE_CONNECTION) as client:
            items = rows(client)
            async with AsyncNursery() as nursery:
                nursery.start(read)
                await wait_until(lambda: found == [Row(1)])
                await items.aclose()
            assert (await client.get(PATH)).status_code == 200


async def test_streams_that_were_not_opened_or_are_closed_are_dropped_in_silence() -> None:
    async with client_of(answering(Pieces(b"a\n"))) as client:
        never = stream(client, TextLines())
        found = stream(client, TextLines())
        assert await found.collect() == ["a"]
        del never, found
        gc.collect()


async def test_the_state_is_seen() -> None:
    async with client_of(answering(Pieces())) as client:
        found = rows(client)
        assert repr(found).endswith(f"ItemStream GET {PATH} new>")
        async with found:
            assert repr(found).endswith(" open>")
        assert repr(found).endswith(" closed>")
