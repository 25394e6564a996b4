"""`tools/bench`: what decides, counts and prints; no figure is measured here."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from tools.bench import axes, table, targets
from tools.bench.axes import Measured, Selection
from tools.bench.measure import Plan, Sample, in_turn
from tools.bench.pages import content
from tools.bench.raw_http import RawRequests, body_length
from tools.bench.targets import Verdict
from tools.bench.users import NOTE, USER
from tools.bench.workload import Kind, check, note_bytes, page_of, user_of


def measured(key: str, **costs: list[float]) -> Measured:
    samples = {name: [Sample(cpu, cpu * 2) for cpu in values] for name, values in costs.items()}
    return Measured(key, f"title of {key}", samples)


def test_sides_take_turns_and_each_goes_first_in_every_second_round() -> None:
    ran: list[tuple[str, int]] = []

    def side(name: str) -> Callable[[int], None]:
        return lambda calls: ran.append((name, calls))

    found = in_turn(Plan(2, 5), [side("a"), side("b")], before=1)
    assert ran[:2] == [("a", 1), ("b", 1)]
    assert ran[2:6] == [("a", 1), ("a", 5), ("b", 1), ("b", 5)]
    assert ran[6:] == [("b", 1), ("b", 5), ("a", 1), ("a", 5)]
    assert [len(values) for values in found] == [2, 2]


def test_a_slow_side_sits_out_the_further_rounds() -> None:
    found = in_turn(Plan(3, 1, seconds=0.0), [lambda calls: None])
    assert len(found[0]) == 1


def test_a_share_is_the_median_of_the_rounds() -> None:
    both = measured("x", sdkbase=[1.0, 2.0, 9.0], httpx=[2.0, 4.0, 9.0, 9.0])
    assert targets.share(both, "sdkbase", "httpx") == 0.5
    assert targets.share(both, "sdkbase", "openai") is None
    assert targets.median(both, "sdkbase") == 2.0
    assert targets.median(None, "sdkbase") is None


def test_verdicts_are_about_what_was_measured() -> None:
    results = {
        "get-sync": measured("get-sync", sdkbase=[80.0], httpx=[100.0]),
        "get-async": measured("get-async", sdkbase=[83.0], httpx=[100.0]),
        "tasks-2000": measured("tasks-2000", sdkbase=[83.0 * 1.31]),
        "engine": measured("engine", sync=[15.1]),
    }
    found = {one.name: one.ok for one in targets.verdicts(results)}
    assert found == {
        "title of get-sync: sdkbase beside httpx": True,
        "title of get-async: sdkbase beside httpx": False,
        "title of tasks-2000: sdkbase beside itself at 1 task": False,
        "engine over memory, sync": False,
    }


def test_an_import_may_cost_so_much_more_than_its_parts() -> None:
    parts = {"sdkbase": [99_000.0], "httpx, msgspec": [85_000.0], "openai": [500_000.0]}
    one = Measured("import", "import", {name: [Sample(v, v)] for name, (v,) in parts.items()})
    share, more = targets.verdicts({"import": one})
    assert (share.unit, share.ok) == ("x", True)
    assert (more.value, more.unit, more.ok) == (14.0, "ms", True)


def test_the_table_shows_the_cheapest_first() -> None:
    text = table.of_axis(measured("x", httpx=[2000.0, 2000.0], sdkbase=[100.0, 100.0]))
    assert text.splitlines() == [
        "title of x  CPU µs   ±  x httpx  a second",
        "  sdkbase    100.0  0%   0.050x     5,000",
        "  httpx      2,000  0%    1.00x       250",
    ]


def test_the_table_of_targets_names_what_is_missed() -> None:
    text = table.of_verdicts([Verdict("this", 1.0, 2.0, "x"), Verdict("that", 3.0, 2.0, "µs")])
    this, that = text.splitlines()[1:]
    assert this.split() == ["this", "1.00x", "<=", "2.00x", "ok"]
    assert that.split() == ["that", "3.0", "µs", "<=", "2.0", "µs", "MISSED"]


@pytest.mark.parametrize(
    ("kind", "answer"),
    [("user", user_of(USER)), ("page", page_of(content())), ("user", {"id": 7})],
)
def test_the_right_answer_passes(kind: Kind, answer: object) -> None:
    check(kind, answer)


@pytest.mark.parametrize(("kind", "answer"), [("user", {"id": 8}), ("page", {"items": []})])
def test_a_wrong_answer_does_not(kind: Kind, answer: object) -> None:
    with pytest.raises(ValueError, match="a wrong answer"):
        check(kind, answer)


def test_sides_are_picked_by_words() -> None:
    assert Selection([]).takes("anything")
    assert Selection(["httpx", "aio"]).takes("aiohttp + msgspec")
    assert not Selection(["aio"]).takes("httpx")


def test_axes_have_names_of_their_own() -> None:
    assert len({axis.key for axis in axes.AXES}) == len(axes.AXES)


def test_a_raw_request_is_http() -> None:
    requests = RawRequests("h:1")
    request = requests.make("POST", "/notes", note_bytes())
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /notes HTTP/1.1\r\nhost: h:1\r\n")
    assert body_length(head) == len(body) == 1024
    assert msgspec.json.decode(body) == NOTE
    assert requests.make("GET", "/users/7", None).endswith(b"\r\n\r\n")
