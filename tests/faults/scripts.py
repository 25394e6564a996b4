"""What the fault server does, attempt by attempt, and what must come of it, everywhere the same."""

from __future__ import annotations

from typing import Any

import msgspec

from sdkbase import RequestOptions


class User(msgspec.Struct):
    id: int
    name: str


ADA = "User(id=7, name='Ada')"
KEY = RequestOptions(idempotency_key="k-1")
ONCE = RequestOptions(max_retries=0)
IMPATIENT = RequestOptions(timeout=0.1)


def four(outcome: str) -> str:
    """Return what is told of four attempts with the same outcome."""
    return f"{outcome} +1 {outcome} +2 {outcome} +4 {outcome}"


#: What the server does, what the client asks, and what must come of it: the result, and what came
#: of each attempt, with the milliseconds that were waited before the next.
SCRIPTS: dict[str, tuple[tuple[str, ...], dict[str, Any], tuple[str, str]]] = {
    "well": (("ok",), {"cast_to": User}, (ADA, "200")),
    "raw": (("ok",), {}, ("HTTP 200", "200")),
    "chunked": (("chunked",), {"cast_to": User}, (ADA, "200")),
    "until close": (("until-close",), {"cast_to": User}, (ADA, "200")),
    "early hints": (("early-hints",), {"cast_to": User}, (ADA, "200")),
    "empty": (("empty",), {"cast_to": None}, ("None", "204")),
    "empty body": (("empty",), {"cast_to": User}, ("DecodeError", "204")),
    "503, then well": (("503", "503", "ok"), {"cast_to": User}, (ADA, "503 +1 503 +2 200")),
    "503 for ever": (
        ("503",),
        {"cast_to": User},
        ("ServiceUnavailableError", four("503")),
    ),
    "503 for ever, raw": (("503",), {}, ("HTTP 503", four("503"))),
    "503, no retries": (
        ("503",),
        {"cast_to": User, "options": ONCE},
        ("ServiceUnavailableError", "503"),
    ),
    "503, long wait": (("503-long",), {"cast_to": User}, ("ServiceUnavailableError", "503")),
    "429, then well": (("429-wait", "ok"), {"cast_to": User}, (ADA, "429 +10 200")),
    "501": (("501",), {"cast_to": User}, ("ServerError", "501")),
    "404": (("404",), {"cast_to": User}, ("NotFoundError", "404")),
    "409": (("409",), {"cast_to": User}, ("ConflictError", "409")),
    "418": (("418",), {"cast_to": User}, ("ClientError", "418")),
    "lost, then well": (("lost", "ok"), {"cast_to": User}, (ADA, "ConnectionLostError +1 200")),
    "closed, then well": (("closed", "ok"), {"cast_to": User}, (ADA, "ProtocolError +1 200")),
    "half a head, then well": (
        ("half-head", "ok"),
        {"cast_to": User},
        (ADA, "ConnectionLostError +1 200"),
    ),
    "garbage, then well": (("garbage", "ok"), {"cast_to": User}, (ADA, "ProtocolError +1 200")),
    "short, then well": (("short", "ok"), {"cast_to": User}, (ADA, "ProtocolError +1 200")),
    "chunk cut, then well": (("chunk-cut", "ok"), {"cast_to": User}, (ADA, "ProtocolError +1 200")),
    "gzip cut, then well": (("gzip-cut", "ok"), {"cast_to": User}, (ADA, "ProtocolError +1 200")),
    "gzip cut for ever": (
        ("gzip-cut",),
        {"cast_to": User},
        ("ProtocolError", four("ProtocolError")),
    ),
    "everything once": (
        ("lost", "503", "short", "ok"),
        {"cast_to": User},
        (ADA, "ConnectionLostError +1 503 +2 ProtocolError +4 200"),
    ),
    "one too many": (
        ("lost", "503", "short", "lost", "ok"),
        {},
        (
            "ConnectionLostError",
            "ConnectionLostError +1 503 +2 ProtocolError +4 ConnectionLostError",
        ),
    ),
    "two lengths": (
        ("two-lengths",),
        {},
        ("ProtocolError", four("ProtocolError")),
    ),
    "huge header": (("huge-header",), {}, ("ProtocolError", "ProtocolError")),
    "not JSON": (("not-json",), {"cast_to": User}, ("DecodeError", "200")),
    "wrong type": (("wrong-type",), {"cast_to": User}, ("DecodeError", "200")),
    "to another place": (("to-ok",), {"cast_to": User}, (ADA, "200")),
    "bad location": (("bad-location",), {}, ("RedirectError", "302")),
    "POST 503": (("503", "ok"), {"method": "POST", "json_data": {}}, ("HTTP 503", "503")),
    "POST 429": (
        ("429-wait", "ok"),
        {"method": "POST", "json_data": {}},
        ("HTTP 200", "429 +10 200"),
    ),
    "POST lost": (
        ("lost", "ok"),
        {"method": "POST"},
        ("ConnectionLostError", "ConnectionLostError"),
    ),
    "POST lost, key": (
        ("lost", "ok"),
        {"method": "POST", "options": KEY},
        ("HTTP 200", "ConnectionLostError +1 200"),
    ),
    "PATCH lost": (
        ("lost", "ok"),
        {"method": "PATCH"},
        ("ConnectionLostError", "ConnectionLostError"),
    ),
    "PUT lost": (
        ("lost", "ok"),
        {"method": "PUT", "json_data": {}},
        ("HTTP 200", "ConnectionLostError +1 200"),
    ),
    "stream": (("chunked",), {"method": "STREAM"}, ("HTTP 200", "200")),
    "stream 503": (("503", "ok"), {"method": "STREAM"}, ("HTTP 200", "503 +1 200")),
    "stream lost": (
        ("lost", "ok"),
        {"method": "STREAM"},
        ("HTTP 200", "ConnectionLostError +1 200"),
    ),
    "stream short": (("short", "ok"), {"method": "STREAM"}, ("ProtocolError", "200")),
    "black hole": (
        ("black-hole", "ok"),
        {"options": IMPATIENT},
        ("HTTP 200", "ReadTimeoutError +1 200"),
    ),
    "deadline": (
        ("loris",),
        {"options": RequestOptions(deadline=0.1)},
        ("DeadlineExceededError", "DeadlineExceededError"),
    ),
    "500, then well": (("500", "ok"), {"cast_to": User}, (ADA, "500 +1 200")),
    "502, then well": (("502", "ok"), {"cast_to": User}, (ADA, "502 +1 200")),
    "504, then well": (("504", "ok"), {"cast_to": User}, (ADA, "504 +1 200")),
    "502 in HTML for ever": (
        ("html-502",),
        {"cast_to": User},
        ("BadGatewayError", four("502")),
    ),
    "404 in HTML": (("html-404",), {"cast_to": User}, ("NotFoundError", "404")),
    "400": (("400",), {"cast_to": User}, ("BadRequestError", "400")),
    "401": (("401",), {"cast_to": User}, ("AuthenticationError", "401")),
    "403": (("403",), {"cast_to": User}, ("PermissionDeniedError", "403")),
    "408": (("408", "ok"), {"cast_to": User}, ("ClientError", "408")),
    "422": (("422",), {"cast_to": User}, ("UnprocessableEntityError", "422")),
    "429 for ever": (
        ("429-wait",),
        {"cast_to": User},
        ("RateLimitError", "429 +10 429 +10 429 +10 429"),
    ),
    "429, no word of a wait": (("429", "ok"), {"cast_to": User}, (ADA, "429 +2 200")),
    "503, a short wait": (("503-wait", "ok"), {"cast_to": User}, (ADA, "503 +10 200")),
    "503, a wait until long ago": (("503-past", "ok"), {"cast_to": User}, (ADA, "503 +0 200")),
    "503, a wait that is none": (("503-odd", "ok"), {"cast_to": User}, (ADA, "503 +1 200")),
    "lost for ever": (
        ("lost",),
        {},
        (
            "ConnectionLostError",
            four("ConnectionLostError"),
        ),
    ),
    "closed for ever": (
        ("closed",),
        {},
        ("ProtocolError", four("ProtocolError")),
    ),
    "garbage for ever": (
        ("garbage",),
        {},
        ("ProtocolError", four("ProtocolError")),
    ),
    "half a head for ever": (
        ("half-head",),
        {},
        (
            "ConnectionLostError",
            four("ConnectionLostError"),
        ),
    ),
    "short for ever": (
        ("short",),
        {},
        ("ProtocolError", four("ProtocolError")),
    ),
    "chunk cut for ever": (
        ("chunk-cut",),
        {},
        ("ProtocolError", four("ProtocolError")),
    ),
    "no last chunk": (
        ("chunk-no-end",),
        {},
        ("ProtocolError", four("ProtocolError")),
    ),
    "a chunk of no size": (("chunk-bad", "ok"), {"cast_to": User}, (ADA, "ProtocolError +1 200")),
    "reset in the body": (
        ("reset-body", "ok"),
        {"cast_to": User},
        (ADA, "ConnectionLostError +1 200"),
    ),
    "reset in the body for ever": (
        ("reset-body",),
        {},
        (
            "ConnectionLostError",
            four("ConnectionLostError"),
        ),
    ),
    "a short 500": (
        ("short-500",),
        {"cast_to": User},
        ("InternalServerError", four("500")),
    ),
    "negative length": (
        ("negative-length",),
        {},
        ("ProtocolError", four("ProtocolError")),
    ),
    "NUL in a header": (
        ("nul-header",),
        {},
        ("ProtocolError", four("ProtocolError")),
    ),
    "status 999": (
        ("status-999",),
        {},
        ("ProtocolError", four("ProtocolError")),
    ),
    "switch": (
        ("switch",),
        {},
        ("ProtocolError", four("ProtocolError")),
    ),
    "length and chunks": (("length-and-chunks",), {"cast_to": User}, (ADA, "200")),
    "HTTP/1.0": (("http-1.0",), {"cast_to": User}, (ADA, "200")),
    "205": (("reset-content",), {"cast_to": None}, ("None", "205")),
    "304": (("not-modified",), {}, ("HTTP 304", "304")),
    "204 with a body": (("empty-but-not",), {"cast_to": None}, ("None", "204")),
    "HEAD": (("head-only",), {"method": "HEAD"}, ("HTTP 200", "200")),
    "no document": (("no-document",), {"cast_to": User}, ("DecodeError", "200")),
    "byte order mark": (("bom",), {"cast_to": User}, (ADA, "200")),
    "NaN": (("nan",), {"cast_to": User}, ("DecodeError", "200")),
    "deep": (("deep",), {"cast_to": User}, ("DecodeError", "200")),
    "no UTF-8": (("no-utf-8",), {"cast_to": User}, ("DecodeError", "200")),
    "endless redirects": (("slow-loop-0",), {}, ("RedirectError", " ".join(["302"] * 11))),
    "POST 500": (("500", "ok"), {"method": "POST", "json_data": {}}, ("HTTP 500", "500")),
    "POST 500, key": (
        ("500", "ok"),
        {"method": "POST", "json_data": {}, "options": KEY},
        ("HTTP 200", "500 +1 200"),
    ),
    "POST 429 for ever": (
        ("429-wait",),
        {"method": "POST", "json_data": {}},
        ("HTTP 429", "429 +10 429 +10 429 +10 429"),
    ),
    "POST short": (
        ("short", "ok"),
        {"method": "POST", "json_data": {}},
        ("ProtocolError", "ProtocolError"),
    ),
    "POST chunk cut, key": (
        ("chunk-cut", "ok"),
        {"method": "POST", "options": KEY},
        ("HTTP 200", "ProtocolError +1 200"),
    ),
    "POST black hole": (
        ("black-hole", "ok"),
        {"method": "POST", "options": IMPATIENT},
        ("ReadTimeoutError", "ReadTimeoutError"),
    ),
    "PATCH lost, key": (
        ("lost", "ok"),
        {"method": "PATCH", "options": KEY},
        ("HTTP 200", "ConnectionLostError +1 200"),
    ),
    "DELETE lost": (
        ("lost", "ok"),
        {"method": "DELETE"},
        ("HTTP 200", "ConnectionLostError +1 200"),
    ),
    "black hole for ever": (
        ("black-hole",),
        {"options": IMPATIENT},
        (
            "ReadTimeoutError",
            four("ReadTimeoutError"),
        ),
    ),
    "stalled body": (
        ("stalled", "ok"),
        {"cast_to": User, "options": IMPATIENT},
        (ADA, "ReadTimeoutError +1 200"),
    ),
    "stream, chunk cut": (("chunk-cut", "ok"), {"method": "STREAM"}, ("ProtocolError", "200")),
    "stream, gzip cut": (("gzip-cut", "ok"), {"method": "STREAM"}, ("ProtocolError", "200")),
    "stream, reset": (("reset-body", "ok"), {"method": "STREAM"}, ("ConnectionLostError", "200")),
    "stream stalled": (
        ("stalled", "ok"),
        {"method": "STREAM", "options": IMPATIENT},
        ("ReadTimeoutError", "200"),
    ),
    "stream 404": (("404",), {"method": "STREAM"}, ("HTTP 404", "404")),
    "deadline in the body": (
        ("drip",),
        {"options": RequestOptions(deadline=0.1)},
        ("DeadlineExceededError", "DeadlineExceededError"),
    ),
    "two answers": (("two-answers",), {"cast_to": User}, (ADA, "200")),
}
