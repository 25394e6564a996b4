"""From a request to the handler of its route."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from .data import Store
from .problem import Problem, not_found
from .wire import Request, Response, decoded

Handler = Callable[[Store, Request], Response]
ANY = "*"


@dataclass(slots=True)
class _Route:
    pattern: re.Pattern[str]
    secured: bool
    handlers: dict[str, Handler] = field(default_factory=dict[str, Handler])

    def handler(self, method: str) -> Handler:
        names = [method, "GET", ANY] if method == "HEAD" else [method, ANY]
        for name in names:
            if name in self.handlers:
                return self.handlers[name]
        allow = set(self.handlers) | ({"HEAD"} if "GET" in self.handlers else set[str]())
        header = ("Allow", ", ".join(sorted(allow)))
        raise Problem(405, f"{method} is not allowed here.", headers=[header])


class Router:
    """The route table: templates with `{name}` for a segment and `{+name}` for the rest."""

    def __init__(self) -> None:
        self._routes: dict[str, _Route] = {}

    def route(
        self, method: str, template: str, *, secured: bool = False
    ) -> Callable[[Handler], Handler]:
        """Register the decorated handler for *method* on *template*."""

        def register(handler: Handler) -> Handler:
            route = self._routes.setdefault(template, _Route(_compile(template), secured))
            route.handlers[method] = handler
            return handler

        return register

    def dispatch(self, store: Store, request: Request, token: str) -> Response:
        """
        Answer *request*.

        Raises:
            Problem: 401, 404 or 405, or what the handler raises.
        """
        for route in self._routes.values():
            if match := route.pattern.fullmatch(request.path):
                if route.secured:
                    _authenticate(request, token)
                params = match.groupdict("")
                request.params = {name: decoded(value) for name, value in params.items()}
                return route.handler(request.method)(store, request)
        raise not_found(f"The path {request.path}")


def _compile(template: str) -> re.Pattern[str]:
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)
    return re.compile(re.sub(r"\{\+(\w+)\}", r"(?P<\1>.*)", pattern))


def _authenticate(request: Request, token: str) -> None:
    scheme, _, given = (request.header("authorization") or "").partition(" ")
    if scheme.lower() == "bearer" and secrets.compare_digest(given.encode(), token.encode()):
        return
    # RFC 6750: the error code is only for requests that did carry a token.
    failure = ', error="invalid_token"' if given else ""
    challenge = f'Bearer realm="demo_api"{failure}'
    raise Problem(401, "A valid bearer token is needed.", headers=[("WWW-Authenticate", challenge)])
