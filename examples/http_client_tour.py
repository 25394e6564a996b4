"""
Every use of the plain client, one function for each: `python examples/http_client_tour.py`.

It runs against the demo API on a port of this machine, and writes its logs to `logs/` in the
current directory.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from loguru import logger

from demo_api import DemoApi
from sdkbase import (
    ApiResponse,
    AsyncHttpClient,
    BearerAuth,
    LoggingInterceptor,
    MetricsInterceptor,
    NotFoundError,
    PoolConfig,
    RateLimiter,
    RequestInterceptor,
    RequestOptions,
    RetryConfig,
    ServerSentEvent,
    TimeoutConfig,
    close_global_client,
    configure_logging,
    create_http_client,
    get,
    post,
)

APP_LOG = Path("logs/app.log")
ERROR_LOG = Path("logs/error.log")


class TokenInterceptor(RequestInterceptor):
    """Adds a bearer token to each request, and notices when it is refused."""

    def __init__(self, token: str) -> None:
        self._token = token
        self.refused = 0

    async def before_request(self, request: httpx.Request) -> httpx.Request:
        """Add the token."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    async def after_response(self, response: httpx.Response) -> httpx.Response:
        """Count the answers that say the token is not good."""
        if response.status_code == 401:
            self.refused += 1
            logger.warning("The token was refused; time for a new one.")
        return response

    async def on_error(self, error: Exception) -> None:
        """Log what kept an answer from coming."""
        logger.error(f"No answer: {error}")


async def main(api: DemoApi) -> None:
    """Go through all scenarios."""
    # Entered as a context manager, the sinks are flushed and removed again at the end.
    with configure_logging(
        level="DEBUG",
        console_level="ERROR",
        file=APP_LOG,
        rotation="10 MB",
        retention="7 days",
        compression="zip",
        error_file=ERROR_LOG,
        error_retention="90 days",
    ):
        await basic_use(api)
        await global_client(api)
        await custom_configuration(api)
        await built_in_interceptors(api)
        await custom_interceptor(api)
        await concurrent_requests(api)
        await error_handling(api)
        await streams_and_files(api)
        await monitoring(api)
    logging_setup()


async def basic_use(api: DemoApi) -> None:
    """GET with query parameters and POST with a JSON body."""
    heading("Basic use")
    auth = BearerAuth(api.token)
    async with create_http_client(base_url=api.base_url, log_level="INFO", auth=auth) as client:
        response = await client.get("/users", params={"page": 1, "size": 5})
        names = ", ".join(user["name"] for user in response.json()["items"])
        say(f"GET /users -> {response.status_code}: {names}")
        new = {"name": "Zhang San", "email": "zhangsan@example.com"}
        response = await client.post("/users", json_data=new)
        say(f"POST /users -> {response.status_code}: user {response.json()['id']}")


async def global_client(api: DemoApi) -> None:
    """Calls without making a client, for scripts."""
    heading("Global client")
    response = await get(f"{api.base_url}/health")
    say(f"get() -> {response.status_code}")
    response = await post(f"{api.base_url}/echo", json_data={"key": "value"})
    say(f"post() -> {response.status_code}, the server got {response.json()['body']}")
    await close_global_client()
    say("closed; the next call would make a new one")


async def custom_configuration(api: DemoApi) -> None:
    """Retries, timeouts, connections and pace, all chosen by hand."""
    heading("Custom configuration")
    async with AsyncHttpClient(
        base_url=api.base_url,
        headers={"User-Agent": "MyApp/1.0"},
        timeout_config=TimeoutConfig(connect=5.0, read=30.0, write=30.0, pool=5.0),
        pool_config=PoolConfig(
            max_keepalive_connections=20, max_connections=100, keepalive_expiry=4.0
        ),
        retry_config=RetryConfig(
            max_retries=5, backoff_factor=0.1, retry_on_status=[500, 502, 503, 504, 429]
        ),
        rate_limiter=RateLimiter(max_requests=10, time_window=1.0),
    ) as client:
        seen = (await client.get("/echo")).json()["headers"]
        say(f"the server saw the user agent {seen['user-agent']}")
        response = await client.get("/flaky/tour")
        attempts = client.get_metrics()[-1].attempts
        say(f"a route that fails twice -> {response.status_code} after {attempts} attempts")
        started = time.perf_counter()
        await asyncio.gather(*(client.get("/health") for _ in range(12)))
        say(f"12 calls at 10 a second took {time.perf_counter() - started:.1f} s")


async def built_in_interceptors(api: DemoApi) -> None:
    """Logs and metrics, by the interceptors that come with sdkbase."""
    heading("Built-in interceptors")
    interceptors = [LoggingInterceptor(log_level="DEBUG"), MetricsInterceptor()]
    async with AsyncHttpClient(api.base_url, interceptors=interceptors) as client:
        await client.get("/health")
        await client.get("/html")
        for metric in client.get_metrics():
            say(f"{metric.method} {metric.url}: {metric.response_time * 1000:.1f} ms")


async def custom_interceptor(api: DemoApi) -> None:
    """An interceptor of one's own; its methods may be `async def` or plain `def`."""
    heading("Custom interceptor")
    good, bad = TokenInterceptor(api.token), TokenInterceptor("out-of-date")
    for interceptor in (good, bad):
        async with AsyncHttpClient(api.base_url, interceptors=[interceptor]) as client:
            response = await client.get("/users/7")
            say(f"GET /users/7 -> {response.status_code}, refused {interceptor.refused} times")


async def concurrent_requests(api: DemoApi) -> None:
    """Many calls at once over a bounded number of connections."""
    heading("Concurrent requests")
    async with create_http_client(api.base_url, max_connections=20, log_level="WARNING") as client:
        calls = (client.get("/slow", params={"seconds": 0.1}) for _ in range(40))
        started = time.perf_counter()
        results = await asyncio.gather(*calls, return_exceptions=True)
        failed = sum(isinstance(result, BaseException) for result in results)
        say(f"{len(results) - failed} calls of 0.1 s went well and {failed} failed")
        say(f"over 20 connections they took {time.perf_counter() - started:.2f} s")


async def error_handling(api: DemoApi) -> None:
    """Errors as httpx names them, and the more precise ones of sdkbase."""
    heading("Error handling")
    async with create_http_client(api.base_url, max_retries=1, log_level="DEBUG") as client:
        try:
            response = await client.get("/no-such-path")
            response.raise_for_status()
        except httpx.HTTPStatusError as error:
            say(f"httpx.HTTPStatusError: {error.response.status_code}")
        try:
            await client.get("/no-such-path", cast_to=dict[str, str])
        except NotFoundError as error:
            say(f"NotFoundError, with cast_to: {error}")
        try:
            await client.get("/slow", options=RequestOptions(timeout=0.1, max_retries=0))
        except httpx.TimeoutException as error:
            say(f"{type(error).__name__}: {error}")
        try:
            await client.get("http://127.0.0.1:1/")
        except httpx.RequestError as error:
            say(f"{type(error).__name__}: {error}")


async def streams_and_files(api: DemoApi) -> None:
    """Server-sent events, a download, and a typed result with the response it came in."""
    heading("Streams, files and the response")
    async with create_http_client(api.base_url, log_level="WARNING") as client:
        async with client.stream_events("GET", "/events", cast_to=ServerSentEvent) as events:
            say("GET /events -> " + ", ".join([f"event {event.id}" async for event in events]))
        with TemporaryDirectory() as folder:
            target = Path(folder, "numbers.bin")
            file = await client.download("/bytes/100000", target, checksum="server")
            say(f"GET /bytes/100000 -> {file.size:,} bytes in {target.name}, {file.checksum}")
        response = await client.get("/health", cast_to=ApiResponse[dict[str, str]])
        told = f"status {response.status_code}, {response.request_id}"
        say(f"GET /health -> {response.data}, {told}")


async def monitoring(api: DemoApi) -> None:
    """Averages, error rate and alarms from the metrics that each client keeps."""
    heading("Monitoring")
    async with create_http_client(api.base_url, max_retries=0, enable_metrics=True) as client:
        for path in ("/health", "/health", "/health", "/flaky/monitoring"):
            await client.get(path)
        metrics = client.get_metrics()
        average = sum(metric.response_time for metric in metrics) / len(metrics)
        error_rate = sum(1 for metric in metrics if metric.error) / len(metrics)
        say(f"average response time {average * 1000:.1f} ms, error rate {error_rate:.1%}")
        if average > 2.0:
            say("alarm: slow")
        if error_rate > 0.1:
            say("alarm: more than 10 % of the calls fail")
        for line in client.metrics.format_table().splitlines():
            say(line)


def logging_setup() -> None:
    """Show what the sinks, set up by `configure_logging` in `main`, have written."""
    heading("Logging set-up: rotating files")
    for path in (APP_LOG, ERROR_LOG):
        lines = path.read_text(encoding="utf-8").splitlines()
        say(f"{path} has {len(lines)} lines, the last one:")
        say(f"  {lines[-1]}")


def heading(text: str) -> None:
    """Begin a scenario."""
    print(f"\n{text}")


def say(text: str) -> None:
    """Tell something within a scenario."""
    print(f"   {text}")


if __name__ == "__main__":
    with DemoApi() as server:
        asyncio.run(main(server))
