"""The server: a thread for each connection."""

import json
import secrets
import socket
import sys
import threading
import time
from collections.abc import Iterable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import parse_qsl

from .events import ConnectionCut, event_stream
from .model import MODELS, Answer, Conversation, Json

HOST = "127.0.0.1"
_PAGE_SIZE = 3


class ChatApi:
    """
    The chat API on a socket of 127.0.0.1, served from entry to exit.

    Args:
        port: The port to listen on; 0 takes a free one.
        api_key: The bearer token that all calls ask for.
        pace: Seconds between the pieces of a stream.
    """

    def __init__(self, *, port: int = 0, api_key: str = "demo-key", pace: float = 0.0) -> None:
        self.api_key = api_key
        self.pace = pace
        self.answers: dict[str, Answer] = {}
        #: Method, path and `Last-Event-ID` of every request, oldest first.
        self.requests: list[tuple[str, str, str | None]] = []
        self.refusals = 0
        self.numbers = count(1)
        self._port = port
        self._server: _Server | None = None

    @property
    def base_url(self) -> str:
        """The URL of the API, without a slash at its end."""
        return f"http://{HOST}:{self._port}"

    def __enter__(self) -> Self:
        server = self._server = _Server((HOST, self._port), self)
        self._port = server.server_port
        self._thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.drop_connections()
            server.server_close()
            self._thread.join()


class _Server(ThreadingHTTPServer):
    """Knows its connections, so that it can end those that stay open."""

    daemon_threads = False

    def __init__(self, address: tuple[str, int], api: ChatApi) -> None:
        self.api = api
        self._connections: set[Any] = set()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that have gone; of anything else, what is usual."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def drop_connections(self) -> None:
        for connection in list(self._connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


class _Refusal(Exception):
    """Raised when a request is answered with an error."""

    def __init__(self, status: int, kind: str, message: str, **headers: str) -> None:
        self.status = status
        self.body: Json = {"error": {"type": kind, "message": message}}
        self.headers = headers


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave in two writes, the second of which would wait for an answer.
    disable_nagle_algorithm = True

    @property
    def _api(self) -> ChatApi:
        return cast("_Server", self.server).api

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the requests instead of printing them."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        seen = self.headers.get("last-event-id")
        self._api.requests.append((self.command, self.path, seen))
        try:
            self._authenticate()
            self._route(body)
        except _Refusal as refusal:
            self._send_json(refusal.body, refusal.status, **refusal.headers)

    def _authenticate(self) -> None:
        given = self.headers.get("authorization", "")
        if not secrets.compare_digest(given.encode(), f"Bearer {self._api.api_key}".encode()):
            raise _Refusal(401, "authentication", "A valid API key is needed.")

    def _route(self, body: bytes) -> None:
        path, _, query = self.path.partition("?")
        match self.command, path.strip("/").split("/"):
            case "GET", ["v1", "models"]:
                self._send_json([{"id": id, "about": about} for id, about in MODELS.items()])
            case "POST", ["v1", "completions"]:
                self._complete(body)
            case "GET", ["v1", "completions"]:
                self._send_page(dict(parse_qsl(query)))
            case "GET", ["v1", "completions", id]:
                self._send_json(self._stored(id).completion())
            case "DELETE", ["v1", "completions", id]:
                del self._api.answers[self._stored(id).id]
                self._send(204, b"")
            case "GET", ["v1", "completions", id, "events"]:
                self._send_events(self._stored(id), self._last_event_id())
            case _:
                raise _Refusal(404, "not_found", f"There is no {self.command} {self.path}.")

    def _last_event_id(self) -> int:
        seen = self.headers.get("last-event-id") or "0"
        if not (seen.isascii() and seen.isdecimal() and len(seen) < 10):
            raise _Refusal(400, "invalid_request", f"There is no event {seen}.")
        return int(seen)

    def _complete(self, body: bytes) -> None:
        try:
            conversation = Conversation.of(json.loads(body))
        except ValueError as error:
            raise _Refusal(400, "invalid_request", str(error)) from None
        self._refuse_if_busy(conversation)
        answer = Answer(f"cmp-{next(self._api.numbers)}", conversation)
        self._api.answers[answer.id] = answer
        if conversation.stream:
            self._send_events(answer)
        else:
            self._send_json(answer.completion())

    def _refuse_if_busy(self, conversation: Conversation) -> None:
        api = self._api
        if conversation.model == "demo-busy":
            api.refusals += 1
            if api.refusals % 2:
                message = "Too many requests; come again."
                raise _Refusal(429, "rate_limit", message, **{"Retry-After": "0"})

    def _stored(self, id: str) -> Answer:
        try:
            return self._api.answers[id]
        except KeyError:
            raise _Refusal(404, "not_found", f"There is no completion {id}.") from None

    def _send_page(self, query: dict[str, str]) -> None:
        answers = list(self._api.answers.values())
        after = query.get("after")
        start = 1 + answers.index(self._stored(after)) if after else 0
        page = answers[start : start + _PAGE_SIZE]
        data = [answer.completion() for answer in page]
        self._send_json({"data": data, "has_more": start + _PAGE_SIZE < len(answers)})

    def _send_json(self, value: object, status: int = 200, **headers: str) -> None:
        body = json.dumps(value).encode()
        self._send(status, body, **{"Content-Type": "application/json"}, **headers)

    def _send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        if status != HTTPStatus.NO_CONTENT:
            headers["Content-Length"] = str(len(body))
        for name, text in headers.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def _send_events(self, answer: Answer, after: int = 0) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._send_chunks(event_stream(answer, after))

    def _send_chunks(self, pieces: Iterable[bytes]) -> None:
        try:
            for piece in pieces:
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                time.sleep(self._api.pace)
        except ConnectionCut:
            self.close_connection = True
            return
        self.wfile.write(b"0\r\n\r\n")
