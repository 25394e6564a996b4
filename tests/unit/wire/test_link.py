"""The Link header field of RFC 8288: what is a link, what its parameters say, what is skipped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdkbase._wire.link import Link, parse_links


def next_of(*fields: str) -> str | None:
    return next((link.target for link in parse_links(fields) if "next" in link.rels), None)


@pytest.mark.parametrize(
    ("field", "target"),
    [
        # one link, in the spellings that servers use
        ('<https://a.example/?page=2>; rel="next"', "https://a.example/?page=2"),
        ("<https://a.example/?page=2>; rel=next", "https://a.example/?page=2"),
        ('<https://a.example/?page=2>;rel="next"', "https://a.example/?page=2"),
        ('< https://a.example/ > ; rel="next"', "https://a.example/"),
        ('<https://a.example/>;\trel = "next"', "https://a.example/"),
        ('  <https://a.example/>; rel="next"  ', "https://a.example/"),
        ('<https://a.example/>; REL="NEXT"', "https://a.example/"),
        # relative targets stay as they are
        ("</v1/users?page=2>; rel=next", "/v1/users?page=2"),
        ("<?page=2>; rel=next", "?page=2"),
        ("<../users>; rel=next", "../users"),
        ("<>; rel=next", ""),
        # several relation types in one value
        ('<a>; rel="next last"', "a"),
        ('<a>; rel="last  next"', "a"),
        ('<a>; rel="https://rels.example/x next"', "a"),
        ('<a>; rel="last\tnext"', "a"),
        # several links, several fields
        ('<a>; rel="prev", <b>; rel="next"', "b"),
        ('<a>; rel="next", <b>; rel="next"', "a"),
        ("<a>;rel=prev,<b>;rel=next", "b"),
        (', ,<a>; rel="prev",, <b>; rel="next",', "b"),
        # commas and semicolons that part nothing
        ("<a?x=1,2;3>; rel=next", "a?x=1,2;3"),
        ('<a>; title="one, two; three"; rel="next"', "a"),
        ('<a>; title="x, <evil>; rel=next"; rel="prev", <b>; rel="next"', "b"),
        # escapes
        (r'<a>; title="say \"next\", <b>"; rel="next"', "a"),
        (r'<a>; rel="ne\xt"', "a"),
        (r'<a>; title="\\"; rel=next', "a"),
        # the first of two parameters counts
        ("<a>; rel=prev; rel=next, <b>; rel=next", "b"),
        ("<a>; rel=next; rel=prev", "a"),
        # parameters that say nothing about the relation
        ("<a>; rel*=UTF-8''next, <b>; rel=next", "b"),
        ("<a>; title*=UTF-8'de'n%C3%A4chste; rel=next", "a"),
        ('<a>; hreflang=de; media="screen, print"; type="text/html"; rel=next', "a"),
        ("<a>; crossorigin; rel=next", "a"),
        ("<a>; crossorigin=; rel=next", "a"),
        ("<a>;; rel=next", "a"),
        ("<a>; ; rel=next;", "a"),
        # no next link
        ('<a>; rel="prev"', None),
        ('<a>; rel="nextpage"', None),
        ("<a>; rel=", None),
        ("<a>; rel", None),
        ("<a>", None),
        ("<a>; rev=next", None),
        # what is no link is skipped
        ("", None),
        (",,,", None),
        ("a; rel=next", None),
        ("<a; rel=next", None),
        ("a>; rel=next", None),
        ('garbage, <b>; rel="next"', "b"),
        ('"<evil>; rel=next", <b>; rel="next"', "b"),
        ("x=<evil>; rel=next, <b>; rel=next", "b"),
        ('<a>; title="never closed, <b>; rel=next', None),
        ("<a> junk; rel=next, <b>; rel=next", "b"),
        ('<a>; rel="next" junk; rel=prev', "a"),
        ("<", None),
        ("<>", None),
        ("<a>;", None),
        ('<a>; rel="', None),
        ("<a>; rel=\\", None),
    ],
)
def test_the_next_link_of_a_field(field: str, target: str | None) -> None:
    assert next_of(field) == target


def test_links_over_several_fields_come_in_order() -> None:
    assert parse_links(["<a>; rel=first, <b>; rel=prev", "<c>; rel=next"]) == [
        Link("a", ("first",)),
        Link("b", ("prev",)),
        Link("c", ("next",)),
    ]
    assert parse_links([]) == []


def test_a_link_from_elsewhere_says_so() -> None:
    (link,) = parse_links(['<b>; rel=next; anchor="#part"; anchor="/x"'])
    assert link == Link("b", ("next",), "#part")


@given(st.lists(st.text()))
def test_garbage_never_raises(fields: list[str]) -> None:
    parse_links(fields)


@given(st.text(alphabet="<>;,=\"\\ \tanchorel*'", max_size=60))
def test_what_nearly_is_a_link_never_raises(field: str) -> None:
    parse_links([field])


@given(
    st.lists(
        st.tuples(st.text(alphabet="abc/?=&,;\"' .", min_size=1), st.text(alphabet='ab,;"\\<> ')),
        max_size=5,
    )
)
def test_what_is_written_by_the_rules_is_read_back(pairs: list[tuple[str, str]]) -> None:
    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    field = ", ".join(f"<{target}>; title={quoted(title)}; rel=next" for target, title in pairs)
    assert [link.target for link in parse_links([field])] == [t.strip() for t, _ in pairs]
    assert all(link.rels == ("next",) for link in parse_links([field]))


def test_a_long_field_takes_time_in_proportion() -> None:
    # Would not end within the test run if the patterns went back over what they have read.
    assert parse_links(['<a>; title="' + "\\" * 100_000]) == [Link("a", ())]
    assert parse_links(["<" * 100_000]) == []
    assert parse_links(["<a>" + ";" * 100_000]) == [Link("a", ())]
    assert parse_links(["<a>; " + " " * 100_000 + "x"]) == [Link("a", ())]
