"""Open enums: a value that the SDK does not know is kept."""

from __future__ import annotations

import copy
import gc
import pickle
from enum import auto
from typing import Any

import msgspec
import pytest

from sdkbase.models import (
    OpenEnum,
    OpenIntEnum,
    decode_json,
    decode_msgpack,
    encode_json,
    encode_msgpack,
)


class Status(OpenEnum):
    ACTIVE = "active"
    BLOCKED = "blocked"


class Code(OpenIntEnum):
    OK = 0
    FAILED = 1


class Job(msgspec.Struct):
    status: Status
    codes: list[Code] = []
    by_status: dict[Status, int] = {}


def test_what_is_known_is_the_member() -> None:
    assert decode_json(b'"active"', Status) is Status.ACTIVE
    assert decode_json(b"1", Code) is Code.FAILED
    assert Status.ACTIVE.is_known and Code.FAILED.is_known
    assert (Status.ACTIVE.name, Status.ACTIVE.value) == ("ACTIVE", "active")


def test_what_is_unknown_is_kept() -> None:
    found = decode_json(b'"paused"', Status)
    assert isinstance(found, Status) and not found.is_known
    assert (found.name, found.value, str(found), f"{found}") == (
        "UNKNOWN", "paused", "paused", "paused"
    )  # fmt: skip
    assert repr(found) == "<Status.UNKNOWN: 'paused'>"
    code = decode_json(b"-7", Code)
    assert isinstance(code, Code) and not code.is_known
    assert (code.name, code.value, code + 1, repr(code)) == (
        "UNKNOWN", -7, -6, "<Code.UNKNOWN: -7>"
    )  # fmt: skip


def test_it_equals_others_of_its_value() -> None:
    one, other = Status("paused"), Status("paused")
    assert one == other == "paused" and hash(one) == hash(other) == hash("paused")
    assert one != Status("stopped") and one != Status.ACTIVE
    assert len({one, other, Status.ACTIVE}) == 2
    assert Code(9) == 9 == Code(9) and hash(Code(9)) == hash(9)


@pytest.mark.parametrize("value", [Status("paused"), Status.ACTIVE, Code(9), Code.OK])
def test_it_is_copied_and_pickled(value: Any) -> None:
    for twin in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert twin == value and type(twin) is type(value)
        assert twin.is_known == value.is_known and twin.name == value.name
        if value.is_known:
            assert twin is value


JOB = b'{"status":"paused","codes":[0,42],"by_status":{"active":1,"paused":2}}'


def test_it_goes_back_as_it_came() -> None:
    job = decode_json(JOB, Job)
    assert job == Job(
        Status("paused"), [Code.OK, Code(42)], {Status.ACTIVE: 1, Status("paused"): 2}
    )
    assert encode_json(job) == msgspec.json.encode(job) == JOB
    assert decode_msgpack(encode_msgpack(job), Job) == job


def test_match_finds_members_and_values() -> None:
    def kind(status: Status) -> str:
        match status:
            case Status.ACTIVE:
                return "member"
            case "paused":
                return "kept"
            case _:
                return "other"

    found = [kind(Status(value)) for value in ("active", "paused", "blocked", "x")]
    assert found == ["member", "kept", "other", "other"]


def test_nothing_is_added_to_the_enum() -> None:
    gc.collect()
    for number in range(10_000):
        decode_json(b'"value-%d"' % number, Status)
        decode_json(b"%d" % (number + 2), Code)
    assert list(Status) == [Status.ACTIVE, Status.BLOCKED]
    assert list(Status.__members__) == ["ACTIVE", "BLOCKED"]
    assert len(Status._value2member_map_) == len(Code._value2member_map_) == 2
    gc.collect()
    assert sum(isinstance(thing, Status | Code) for thing in gc.get_objects()) < 100


@pytest.mark.parametrize(
    ("cast_to", "content"),
    [
        (Status, b"1"),
        (Status, b"null"),
        (Status, b'["active"]'),
        (Code, b'"1"'),
        (Code, b"1.5"),
        (Code, b"true"),
        (Code, b"null"),
    ],
)
def test_a_value_of_another_kind_is_refused(cast_to: Any, content: bytes) -> None:
    with pytest.raises(msgspec.ValidationError, match="Expected"):
        decode_json(content, cast_to)


def test_no_other_value_can_be_made() -> None:
    wrong: Any = 1
    with pytest.raises(ValueError, match="1 is not a valid Status"):
        Status(wrong)
    wrong = "x"
    with pytest.raises(ValueError, match="'x' is not a valid Code"):
        Code(wrong)
    wrong = 1.5
    with pytest.raises(ValueError, match=r"1\.5 is not a valid Code"):
        Code(wrong)


def test_leniently_a_number_may_come_as_a_string() -> None:
    assert decode_json(b'"1"', Code, lenient=True) is Code.FAILED
    assert decode_json(b'"42"', Code, lenient=True) == 42


def test_auto_and_methods_work_as_in_any_enum() -> None:
    class Level(OpenEnum):
        LOW = auto()
        HIGH = auto()

        def is_high(self) -> bool:
            return self is Level.HIGH

    assert Level("high").is_high() and not Level("highest").is_high()
