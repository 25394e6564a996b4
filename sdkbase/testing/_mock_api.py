"""An API that is not there: routes, their answers, and a record of the calls."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from typing import Any, TypeAlias
from urllib.parse import quote, unquote

import httpx

from .._wire.headers import check_method
from .._wire.path_template import path_template
from .._wire.redaction import redact_text
from ..errors import ConfigurationError
from ._answers import Answers, VirtualClock, give
from ._mock_call import AnsweringTransport, MockCall

Matcher: TypeAlias = Callable[[MockCall], bool]

_PLACEHOLDER = r"\{(\+?)([A-Za-z0-9_.]+)\}"


class UnexpectedCallError(AssertionError):
    """Raised when a call has no route, or no recording. The test is wrong, or what it tests."""


class Route:
    """
    One kind of call and its answers, one after the other; the last one repeats.

    Attributes:
        method: HTTP method.
        label: The template, or the name of the function that tells which calls these are.
        calls: The calls that came, in order.
    """

    def __init__(self, method: str, matches: Matcher, label: str, answers: tuple[Any, ...]) -> None:
        self.method: str = method
        self.label: str = label
        self.calls: list[MockCall] = []
        self._matches = matches
        self._answers: Iterator[Any] = chain(answers, repeat(answers[-1]))

    def takes(self, call: MockCall) -> bool:
        """Tell whether *call* is one of this route's."""
        return call.method == self.method and self._matches(call)

    def next_answer(self, call: MockCall) -> Any:
        """Note *call* and return what it is to get."""
        self.calls.append(call)
        return next(self._answers)

    def assert_called(self, times: int | None = None) -> None:
        """
        Make sure that calls came, attempts of the same call counted one by one.

        Args:
            times: How many; at least one if None.

        Raises:
            AssertionError: It were others; lists them.
        """
        came = len(self.calls)
        if came == times or (times is None and came):
            return
        wanted = "at least once" if times is None else f"{times} times"
        raise AssertionError(f"{self} was to be called {wanted}, and was called {came} times")

    def __str__(self) -> str:
        return f"{self.method} {self.label}"

    def __repr__(self) -> str:
        return f"<Route {self}, {len(self.calls)} calls>"


class MockApi(AnsweringTransport):
    """
    An API for tests, given as `transport=` to a client of either colour.

    Args:
        base_url: What the paths of its routes are below; give it to the client as well.
        clock: The client's virtual clock, on which latencies and time limits pass.

    Attributes:
        base_url: As given.
        calls: Every call that came, in order; each attempt is one.
        routes: What was added, in order.
    """

    def __init__(
        self, base_url: str = "https://api.test", *, clock: VirtualClock | None = None
    ) -> None:
        self.base_url: str = base_url.rstrip("/")
        self.calls: list[MockCall] = []
        self.routes: list[Route] = []
        self._clock = clock

    def add(self, method: str, path: str | Matcher, *answers: Answers) -> Route:
        """
        Answer a kind of call; of several routes that fit, the one that was added last does.

        Args:
            method: HTTP method.
            path: Template of the path as resources have it, `/users/{user_id}`, or of a whole
                URL; the query does not count. Or a function that takes the `MockCall` and tells.
            answers: What the calls get, one after the other; the last one repeats.

        Raises:
            ConfigurationError: There is no answer, or the template is wrong.
        """
        if not answers:
            raise ConfigurationError(f"the route {method} {path} needs an answer, such as 204")
        if isinstance(path, str):
            matches, label = self._template(path), path
        else:
            matches, label = path, getattr(path, "__name__", repr(path))
        route = Route(check_method(method), matches, label, answers)
        self.routes.append(route)
        return route

    def _template(self, path: str) -> Matcher:
        path_template(f"/{path.rpartition('://')[2].lstrip('/')}")
        whole = path if "://" in path else f"{self.base_url}/{path.lstrip('/')}"
        pieces = re.split(_PLACEHOLDER, whole)
        pattern = re.escape(quote(pieces[0], safe=_SAFE))
        for greedy, after in zip(pieces[1::3], pieces[3::3], strict=True):
            pattern += ("(.+)" if greedy else "([^/]+)") + re.escape(quote(after, safe=_SAFE))
        names, compiled = pieces[2::3], re.compile(pattern)

        def matches(call: MockCall) -> bool:
            found = compiled.fullmatch(str(call.url.copy_with(raw_path=call.path.encode())))
            if found is not None:
                values = map(unquote, found.groups())
                call.path_args = dict(zip(names, values, strict=True))
            return found is not None

        return matches

    def assert_all_called(self) -> None:
        """
        Make sure that every route was called.

        Raises:
            AssertionError: One was not; names all of these.
        """
        silent = [str(route) for route in self.routes if not route.calls]
        if silent:
            raise AssertionError(f"never called: {', '.join(silent)}")

    def answer(self, call: MockCall) -> httpx.Response:
        """Return the next answer of the route that takes a call."""
        # No line that may raise names the request, whose repr a log with diagnose=True would show.
        self.calls.append(call)
        for route in reversed(self.routes):
            if route.takes(call):
                return give(route.next_answer(call), call, self._clock)
        known = "".join(f"\n  {route}" for route in self.routes) or " none"
        raise UnexpectedCallError(f"no route takes {call!r}; there are:{redact_text(known)}")

    def __repr__(self) -> str:
        return f"<MockApi {self.base_url}, {len(self.routes)} routes, {len(self.calls)} calls>"


_SAFE = "/:@!$&'()*+,;=%-._~"
