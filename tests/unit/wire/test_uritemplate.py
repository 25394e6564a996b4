"""
The cases of github.com/uri-templates/uritemplate-test (Apache-2.0) that are for a path's arguments.

They are not part of this repository: `URITEMPLATE_TEST` names their folder, or they lie in
`../shared/data/uritemplate-test` beside the checkout.

Applicable is a case whose expressions are all `{name}` or `{+name}` with a string as their value,
outside of a query or fragment. All other cases have to be refused, none may give another URL: other
operators, modifiers and places when the template is made, other values when it is filled.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sdkbase._wire.path_template import PathTemplate
from sdkbase.errors import ConfigurationError, InvalidRequestError

DATA = Path(
    os.environ.get("URITEMPLATE_TEST")
    or Path(__file__).parents[4] / "shared" / "data" / "uritemplate-test"
)
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="needs uri-templates/uritemplate-test; set URITEMPLATE_TEST to it"
)

EXPRESSION = re.compile(r"\{([^}]*)\}")
PLAIN = re.compile(r"\+?[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*")

# How many cases of each kind there are: a file that is gone or read wrongly makes this test fail.
COUNTS = {"equal": 25, "empty": 2, "value": 17, "template": 190, "negative": 36}


class Case(NamedTuple):
    template: str
    values: tuple[Any, ...]
    expected: Any
    kind: str
    """`equal`: as RFC 6570 has it. `empty`, `value`: refused for its value. Else: no template."""


def cases() -> list[Case]:
    found: list[Case] = []
    for file in sorted(DATA.glob("*.json")):
        for section in json.loads(file.read_text("utf-8")).values():
            for template, expected in section["testcases"]:
                found.append(case_of(template, section["variables"], expected))
    return found


def case_of(template: str, variables: dict[str, Any], expected: Any) -> Case:
    names = EXPRESSION.findall(template)
    if expected is False:
        return Case(template, (), expected, "negative")
    if not all(PLAIN.fullmatch(name) for name in names) or {"?", "#"} & set(template):
        return Case(template, (), expected, "template")
    values = tuple(variables.get(name.removeprefix("+")) for name in names)
    if not all(isinstance(value, str) for value in values):
        return Case(template, values, expected, "value")
    return Case(template, values, expected, "equal" if all(values) else "empty")


CASES = cases() if DATA.is_dir() else []


@needs_data
def test_every_case_is_counted() -> None:
    assert Counter(case.kind for case in CASES) == COUNTS


@needs_data
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}: {case.template}")
def test_a_case_gives_what_rfc_6570_says_or_is_refused(case: Case) -> None:
    if case.kind in ("template", "negative"):
        with pytest.raises(ConfigurationError, match="path template"):
            PathTemplate(case.template)
    elif case.kind == "equal":
        assert PathTemplate(case.template).expand(case.values) == case.expected
    else:
        with pytest.raises(InvalidRequestError, match="path template"):
            PathTemplate(case.template).expand(case.values)
