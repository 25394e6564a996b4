from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

import msgspec
import pytest

from sdkbase._wire.error_policy import CODE_PLACES, ErrorPolicy, error_policy
from sdkbase.errors import (
    BadRequestError,
    ClientError,
    ConfigurationError,
    NotFoundError,
    ProblemDetails,
    ServerError,
    StatusError,
    status_error_class,
)

from .messages import make_reply


class AcmeError(StatusError):
    """Root of an SDK's errors."""


class Declined(AcmeError, ClientError): ...


class Missing(AcmeError, NotFoundError): ...


class Other(AcmeError, ClientError): ...


class Problem(msgspec.Struct):
    title: str


class Loose(msgspec.Struct):
    title: str = ""


class Strict(msgspec.Struct, forbid_unknown_fields=True):
    title: str = ""


class Tagged(msgspec.Struct, tag=True):
    title: str = ""


@dataclass
class LooseData:
    title: str = ""


class LooseDict(TypedDict, total=False):
    title: str


class Unknown:
    """What msgspec has no way to decode."""


def policy(models: Any = None, classes: Any = (), code: Any = CODE_PLACES) -> ErrorPolicy:
    return error_policy(models, dict(classes), code)


# --- models ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "status", "expected"),
    [
        (None, 400, ()),
        (Problem, 400, (Problem,)),
        ([Problem, Loose], 400, (Problem, Loose)),
        ((Problem, dict[str, Any]), 400, (Problem, dict[str, Any])),
        ({422: Problem}, 422, (Problem,)),
        ({422: Problem}, 400, ()),
        ({422: [Problem, Strict], "default": Loose}, 422, (Problem, Strict, Loose)),
        ({422: Problem, "default": Loose}, 500, (Loose,)),
        (Problem | None, 400, (Problem | None,)),
    ],
)
def test_the_models_of_a_status(given: Any, status: int, expected: tuple[Any, ...]) -> None:
    assert policy(given).models_for(status) == expected


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (Unknown, "error_model: Unknown can not be decoded"),
        ([Problem, Unknown], "error_model: Unknown can not be decoded"),
        ("Problem", "error_model: .*string 'Problem'"),
        (5, "error_model: .*5"),
        (Problem | Loose, r"error_model: .*; write several models as a tuple: \(A, B\)$"),
        ({422: Problem | Loose}, r"error_model\[422\]: .*; write several models as a tuple"),
        ({422: Unknown}, r"error_model\[422\]: Unknown can not be decoded"),
        ({"default": Unknown}, r"error_model\['default'\]: Unknown"),
        ({200: Problem}, "error_model has the key 200, which is no HTTP status.*'default'"),
        ({"422": Problem}, "error_model has the key '422'"),
        ({True: Problem}, "error_model has the key True"),
    ],
)
def test_a_wrong_model_is_named(given: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        policy(given)


@pytest.mark.parametrize("model", [Loose, LooseData, LooseDict, Any, dict, dict[str, Any]])
def test_a_model_that_fits_everything_comes_last(model: Any) -> None:
    assert policy([Problem, model]).models == (Problem, model)
    with pytest.raises(ConfigurationError, match="never tried; put it last"):
        policy([model, Problem])
    with pytest.raises(ConfigurationError, match=r"error_model\[400\]: .*put it last"):
        policy({400: (model, Problem)})


@pytest.mark.parametrize("model", [Problem, Strict, Tagged, list[Problem], ProblemDetails, str])
def test_a_model_that_does_not_fit_everything_comes_anywhere(model: Any) -> None:
    if model is ProblemDetails:
        with pytest.raises(ConfigurationError, match="put it last"):
            policy([model, Loose])
    else:
        assert policy([model, Loose]).models == (model, Loose)


# --- classes --------------------------------------------------------------------------------

CLASSES = {"declined": Declined, 404: Missing, ClientError: Other, "404": BadRequestError}


@pytest.mark.parametrize(
    ("status", "kind", "expected"),
    [
        (402, "declined", Declined),
        (500, "declined", Declined),
        (404, "declined", Declined),
        (404, None, Missing),
        (404, "unknown", Missing),
        (400, "404", BadRequestError),
        (418, None, Other),
        (499, "unknown", Other),
        (400, None, BadRequestError),
        (503, None, status_error_class(503)),
        (507, None, ServerError),
        (300, None, StatusError),
    ],
)
def test_the_kind_wins_over_the_status_and_that_over_the_built_in_class(
    status: int, kind: str | None, expected: type[StatusError]
) -> None:
    assert policy(classes=CLASSES).class_for(status, kind) is expected


def test_without_classes_the_built_in_tree_is_used() -> None:
    for status in range(300, 600):
        assert ErrorPolicy().class_for(status, "any") is status_error_class(status)


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        ([Declined], "error_classes must be a mapping"),
        ("declined", "error_classes must be a mapping"),
        (None, "error_classes must be a mapping"),
        ({"x": ValueError}, r"error_classes\['x'\] must be a subclass of StatusError"),
        ({404: "Missing"}, r"error_classes\[404\] must be a subclass of StatusError"),
        ({1001: Declined}, "key 1001, which is no HTTP status.*own codes as strings"),
        ({200: Declined}, "key 200"),
        ({True: Declined}, "key True"),
        ({4.0: Declined}, "key 4.0"),
        ({None: Declined}, "key None"),
        ({"": Declined}, "empty kind"),
        ({NotFoundError: Declined}, r"error_classes\[NotFoundError\] must be a subclass of it"),
        ({ValueError: Declined}, r"error_classes\[ValueError\] must be a subclass of it"),
    ],
)  # fmt: skip
def test_a_wrong_class_is_named(classes: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        error_policy(None, classes, "code")


def test_a_later_change_of_the_declaration_has_no_effect() -> None:
    declared: dict[Any, Any] = {404: Missing}
    made = policy(classes=declared)
    declared.clear()
    assert made.class_for(404, None) is Missing


# --- kinds ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        ("code", {"code": "a"}, "a"),
        ("code", {"code": 1001}, "1001"),
        ("code", {"code": True}, None),
        ("code", {"code": ""}, None),
        ("code", {"code": ["a"]}, None),
        ("code", {"code": None}, None),
        ("code", {}, None),
        ("code", ["code"], None),
        ("code", "text", None),
        ("code", None, None),
        ("error.type", {"error": {"type": "a"}}, "a"),
        ("error.type", {"error": "a"}, None),
        ("errors.0.code", {"errors": [{"code": "a"}, {"code": "b"}]}, "a"),
        ("errors.0.code", {"errors": []}, None),
        ("0.errorCode", [{"errorCode": "a"}], "a"),
        ("/error~1type", {"error/type": "a"}, "a"),
        (("code", "error.code"), {"error": {"code": "b"}}, "b"),
        (("code", "error.code"), {"code": "a", "error": {"code": "b"}}, "a"),
        ("__type", {"__type": "com.amazon.coral#ThrottlingException"}, "ThrottlingException"),
        ("__type", {"__type": "ThrottlingException"}, "ThrottlingException"),
        ("__type", {"__type": "Name:http://internal.amazon.com/x#y"}, "Name"),
        ("code", {"code": "auth:expired#1"}, "auth:expired#1"),
    ],
)
def test_where_the_kind_stands(code: Any, body: Any, expected: str | None) -> None:
    assert policy(code=code).kind_of(make_reply(400), body) == expected


def test_the_usual_places_are_asked_if_nothing_is_declared() -> None:
    assert ErrorPolicy().kind_of(make_reply(400), {"code": "a"}) == "a"
    assert ErrorPolicy().kind_of(make_reply(400), {"__type": "n#B"}) == "B"
    assert ErrorPolicy().kind_of(make_reply(400), {"error": {"type": "a", "code": "b"}}) == "b"
    assert ErrorPolicy().kind_of(make_reply(400), {"error": {"type": "a", "code": None}}) == "a"
    assert ErrorPolicy().kind_of(make_reply(400), {"error": "a"}) is None
    assert ErrorPolicy() == policy()


def test_a_header_names_the_kind_before_the_body_does() -> None:
    made = policy(code=["code", "header: X-Amzn-ErrorType", "header:x-second"])
    reply = make_reply(400, b"", {"x-amzn-errortype": "n#Throttled:http://x/", "X-Second": "no"})
    assert made.kind_of(reply, {"code": "a"}) == "Throttled"
    assert made.kind_of(make_reply(400, b"", {"x-second": "b"}), {"code": "a"}) == "b"
    assert made.kind_of(make_reply(400), {"code": "a"}) == "a"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("", "error_code must be a path"),
        ("a..b", r"error_code: path 'a\.\.b' has an empty name"),
        ("header:", "error_code must be a path"),
        ("header:n\u00e4me", "error_code must be a path"),
        (5, "error_code must be a string or a list of strings, got 5"),
        ({"a": 1}, "error_code must be a string or a list"),
        ([5], "error_code must be a path such as 'error.type', or 'header:' and a name, got 5"),
        ([b"code"], "error_code must be a path"),
    ],
)
def test_a_wrong_place_is_named(code: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        policy(code=code)


@pytest.mark.parametrize("code", [None, (), []])
def test_kinds_without_a_place_are_a_mistake(code: Any) -> None:
    with pytest.raises(ConfigurationError, match=re.escape("has the kind 'declined', but error_c")):
        policy(classes=CLASSES, code=code)
    assert policy(classes={404: Missing}, code=code).kind_of(make_reply(400), {"code": "a"}) is None


def test_a_union_and_a_literal_are_models() -> None:
    class Literally(msgspec.Struct, tag="literal"):
        kind: Literal["a"] = "a"

    assert policy([Tagged | Literally, Loose]).models == (Tagged | Literally, Loose)
